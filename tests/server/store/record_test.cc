#include "server/store/record.h"

#include "gtest/gtest.h"
#include "rapidcheck/gtest.h"
#include "server/store/head.h"
#include "server/store/profile_keys.h"
#include "tests/server/store/store_testing.h"

namespace calibrd::store {
namespace {

HeadRecord SomeHead() {
  HeadRecord head;
  head.set_name("models/gpt2/prompts/sst2");
  head.set_active(3);
  head.add_kept(3);
  return head;
}

TEST(Record, ComesBackAsItWas) {
  HeadRecord back;
  ASSERT_THAT(DecodeRecord("key", EncodeRecord("key", SomeHead()), &back), IsOk());
  EXPECT_EQ(back.SerializeAsString(), SomeHead().SerializeAsString());
}

TEST(Record, AnyFlippedBitIsFoundAndTheKeyIsNamed) {
  const std::string bytes = EncodeRecord("q/\x01", SomeHead());
  for (size_t bit = 0; bit < 8 * bytes.size(); ++bit) {
    std::string flipped = bytes;
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << bit % 8));
    HeadRecord back;
    const absl::Status status = DecodeRecord("q/\x01", flipped, &back);
    ASSERT_THAT(status, FailsWith(absl::StatusCode::kDataLoss, reason::kStoreCorrupted));
    ASSERT_THAT(std::string(status.message()), ::testing::HasSubstr("q/\\x01"));
  }
}

TEST(Record, AnyCutIsFound) {
  const std::string bytes = EncodeRecord("key", SomeHead());
  HeadRecord back;
  for (size_t size = 0; size < bytes.size(); ++size) {
    ASSERT_FALSE(DecodeRecord("key", bytes.substr(0, size), &back).ok()) << size;
  }
}

TEST(Record, IsRefusedUnderAnotherKey) {
  HeadRecord back;
  EXPECT_THAT(DecodeRecord("other", EncodeRecord("key", SomeHead()), &back),
              FailsWith(absl::StatusCode::kDataLoss, reason::kStoreCorrupted));
}

// Pinned: a change here is a new format version.
TEST(Record, HasTheDocumentedBytes) {
  HeadRecord head;
  head.set_latest(1);
  EXPECT_EQ(EncodeRecord("h/a", head), std::string("\x01\xdf\xc6\xb0\x61\x18\x01", 7));
}

TEST(ProfileKeys, HaveTheDocumentedBytes) {
  EXPECT_EQ(HeadKey("models/m/prompts/p"), "h/models/m/prompts/p");
  EXPECT_EQ(RevisionKey("a", 258), std::string("r/a\0\0\0\0\0\0\0\1\2", 12));
  EXPECT_EQ(RequestKey("id"), "q/id");
  EXPECT_EQ(RequestTimeKey(1, "id"), std::string("t/\0\0\0\0\0\0\0\1/id", 13));
}

RC_GTEST_PROP(ProfileKeys, SortAsNamesAndRevisionsDo, ()) {
  const auto text = rc::gen::container<std::string>(rc::gen::nonZero<char>());
  const std::string name = *text;
  const std::string other = *text;
  const int64_t revision = *rc::gen::positive<int64_t>();
  const int64_t later = *rc::gen::positive<int64_t>();
  if (name == other) {
    RC_ASSERT((RevisionKey(name, revision) < RevisionKey(name, later)) ==
              (revision < later));
  } else {
    RC_ASSERT((RevisionKey(name, revision) < RevisionKey(other, later)) ==
              (HeadKey(name) < HeadKey(other)));
  }
}

RC_GTEST_PROP(ProfileKeys, TimesComeBackAsTheyWere, (const std::string& id)) {
  const int64_t micros = *rc::gen::nonNegative<int64_t>();
  const auto time = ParseRequestTimeKey(RequestTimeKey(micros, id));
  RC_ASSERT(time.has_value());
  RC_ASSERT(time->unix_micros == micros);
  RC_ASSERT(time->request_id == id);
}

TEST(Head, EtagIsStableAcrossVersions) {
  HeadRecord head;
  head.set_name("models/gpt2/prompts/sst2");
  const HeadRecord next = NextHead(head, 1, absl::FromUnixSeconds(1'700'000'000));
  EXPECT_EQ(next.etag(), "90a42d408ca66c79");
}

TEST(Head, RetentionDropsTheOldestButNeverTheActiveOne) {
  HeadRecord head;
  for (int revision : {2, 3, 5, 8}) head.add_kept(revision);
  head.set_active(2);
  EXPECT_THAT(DropOldRevisions(&head, 2), ::testing::ElementsAre(3, 5));
  EXPECT_THAT(head.kept(), ::testing::ElementsAre(2, 8));
  EXPECT_THAT(DropOldRevisions(&head, 1), ::testing::ElementsAre(8));
  EXPECT_THAT(head.kept(), ::testing::ElementsAre(2));
  EXPECT_THAT(DropOldRevisions(&head, 1), ::testing::IsEmpty());
}

}  // namespace
}  // namespace calibrd::store
