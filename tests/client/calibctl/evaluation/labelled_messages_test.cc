#include "client/calibctl/evaluation/labelled_messages.h"

#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "client/calibctl/server_status.h"
#include "gmock/gmock.h"
#include "google/rpc/error_details.pb.h"
#include "gtest/gtest.h"

namespace calibrd::calibctl {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

const LabelColumns& Columns() {
  static const auto* columns =
      new LabelColumns(*LabelColumns::Make({"No", "Yes"}, 0, {}));
  return *columns;
}

// Files of these texts, as standard inputs.
class Texts {
 public:
  explicit Texts(const std::vector<std::string>& texts) {
    for (const std::string& text : texts) {
      streams_.push_back(std::make_unique<std::istringstream>(text));
    }
  }
  LabelledMessages Read(std::size_t rows_per_message) {
    std::vector<InputFile> files;
    for (auto& stream : streams_) files.push_back(*InputFile::Open("-", *stream));
    RowFilter filter;
    filter.gold = GoldFields();
    return {std::move(files), Columns(), filter, rows_per_message};
  }

 private:
  std::vector<std::unique_ptr<std::istringstream>> streams_;
};

std::string Lines(int count,
                  const std::string& numbers = "\"probabilities\": [0.9, 0.1]") {
  std::string text;
  for (int i = 0; i < count; ++i) {
    absl::StrAppend(&text, "{", numbers, ", \"label\": ", i % 2, "}\n");
  }
  return text;
}

absl::Status Refused(const std::map<std::string, std::string>& metadata) {
  google::rpc::ErrorInfo error;
  error.mutable_metadata()->insert(metadata.begin(), metadata.end());
  google::rpc::Status details;
  details.add_details()->PackFrom(error);
  return StatusFromServer(grpc::Status(grpc::StatusCode::INVALID_ARGUMENT, "wrong",
                                       details.SerializeAsString()),
                          "h:1");
}

TEST(LabelledMessages, AreBoundedAndKeepTheOrderOfRowsAndFiles) {
  Texts texts({Lines(3), Lines(2)});
  LabelledMessages messages = texts.Read(2);
  std::vector<int> sizes;
  std::vector<int> labels;
  while (true) {
    const auto next = messages.Next();
    ASSERT_TRUE(next.ok()) << next.status();
    if (!next->has_value()) break;
    sizes.push_back((*next)->labels_size());
    labels.insert(labels.end(), (*next)->labels().begin(), (*next)->labels().end());
    EXPECT_EQ((*next)->rows().probabilities().values_size(), 2 * (*next)->labels_size());
    EXPECT_TRUE((*next)->weights().empty());
  }
  EXPECT_THAT(sizes, ElementsAre(2, 2, 1));
  EXPECT_THAT(labels, ElementsAre(0, 1, 0, 0, 1));
  EXPECT_EQ(messages.rows(), 5);
}

TEST(LabelledMessages, AnErrorNamesTheLine) {
  Texts texts({Lines(3) + "{\"probabilities\": [0.9, 0.1], \"label\": 2}\n"});
  LabelledMessages messages = texts.Read(2);
  ASSERT_TRUE(messages.Next().ok());
  EXPECT_THAT(std::string(messages.Next().status().message()),
              HasSubstr("standard input:4: field \"label\": 2 is neither"));
}

TEST(LabelledMessages, AFileWithoutRowsIsAnError) {
  Texts texts({Lines(1), "\n"});
  LabelledMessages messages = texts.Read(10);
  EXPECT_THAT(std::string(messages.Next().status().message()),
              HasSubstr("there are no rows"));
}

TEST(LabelledMessages, AllFilesHaveOneUnit) {
  Texts texts({Lines(1), Lines(1, "\"logprobs\": [-1, -2]")});
  LabelledMessages messages = texts.Read(10);
  EXPECT_EQ(messages.Next().status().message(),
            "standard input:1: this row has log-probabilities, those of the file before "
            "have probabilities");
}

TEST(LabelledMessages, AComplaintOfTheServerIsPlacedWhereTheRowStands) {
  Texts texts({"\n" + Lines(3), Lines(2)});
  LabelledMessages messages = texts.Read(2);
  for (int i = 0; i < 4; ++i) ASSERT_TRUE(messages.Next().ok());
  const auto message = [&](const std::map<std::string, std::string>& metadata) {
    return std::string(messages.AtPlace(Refused(metadata)).message());
  };
  EXPECT_EQ(message({{"message", "0"}, {"row", "1"}}), "standard input:3: wrong");
  EXPECT_EQ(message({{"message", "1"}, {"row", "1"}}), "standard input:1: wrong");
  EXPECT_EQ(message({{"message", "0"}}), "standard input:2 to standard input:3: wrong");
  EXPECT_EQ(message({{"message", "2"}}), "standard input:2: wrong");
  EXPECT_TRUE(FromServer(messages.AtPlace(Refused({{"message", "0"}}))));
}

TEST(LabelledMessages, AComplaintAboutNoRowStaysAsItIs) {
  Texts texts({Lines(1)});
  LabelledMessages messages = texts.Read(2);
  ASSERT_TRUE(messages.Next().ok());
  for (const auto& metadata :
       std::vector<std::map<std::string, std::string>>{{},
                                                       {{"row", "0"}},
                                                       {{"message", "1"}},
                                                       {{"message", "-1"}},
                                                       {{"message", "first"}}}) {
    EXPECT_EQ(messages.AtPlace(Refused(metadata)).message(), "wrong");
  }
  EXPECT_EQ(messages.AtPlace(Refused({{"message", "0"}, {"row", "7"}})).message(),
            "standard input:1: wrong")
      << "a row that the message does not have";
}

}  // namespace
}  // namespace calibrd::calibctl
