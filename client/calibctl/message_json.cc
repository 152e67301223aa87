#include "client/calibctl/message_json.h"

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/util/json_util.h"

namespace calibrd::calibctl {
namespace {

using calibration::v1::ImportProfileRequest;
using calibration::v1::Profile;

absl::string_view View(google::protobuf::StringPiece text) {
  return {text.data(), text.size()};
}

}  // namespace

absl::StatusOr<std::string> ToJson(const google::protobuf::Message& message,
                                   JsonLayout layout, bool all_fields) {
  google::protobuf::util::JsonPrintOptions options;
  options.add_whitespace = layout == JsonLayout::kPretty;
  options.always_print_primitive_fields = all_fields;
  std::string text;
  const auto printed =
      google::protobuf::util::MessageToJsonString(message, &text, options);
  if (!printed.ok()) return absl::InternalError(View(printed.message()));
  if (text.empty() || text.back() != '\n') text += '\n';
  return text;
}

ImportProfileRequest ImportRequestOf(const Profile& profile) {
  ImportProfileRequest request;
  request.set_name(profile.name());
  *request.mutable_labels() = profile.labels();
  if (profile.labels().empty()) request.set_label_count(profile.label_count());
  *request.mutable_transform() = profile.transform();
  *request.mutable_annotations() = profile.annotations();
  return request;
}

absl::StatusOr<ImportProfileRequest> ParseImportRequest(const std::string& json,
                                                        const std::string& place) {
  ImportProfileRequest request;
  const auto parsed = google::protobuf::util::JsonStringToMessage(json, &request);
  if (!parsed.ok()) {
    return absl::InvalidArgumentError(absl::StrCat(
        place, ": not what `calibctl export` writes: ", View(parsed.message())));
  }
  return request;
}

}  // namespace calibrd::calibctl
