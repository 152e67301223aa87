#include "server/store/observed_store.h"

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "tests/server/store/store_testing.h"

namespace calibrd::store {
namespace {

using ::testing::ElementsAre;

// Each look at the clock takes a second of it.
class ObservedStoreTest : public ::testing::Test {
 protected:
  FakeClock clock_;
  std::vector<std::string> seen_;
  const std::unique_ptr<KeyValueStore> store_ = Observed(
      std::make_unique<MemoryStore>(),
      [this](absl::string_view operation, absl::Duration duration, bool ok) {
        seen_.push_back(absl::StrCat(operation, " ", absl::FormatDuration(duration), " ",
                                     ok ? "ok" : "failed"));
      },
      [this] {
        clock_.Advance(absl::Seconds(1));
        return clock_.Now();
      });
};

TEST_F(ObservedStoreTest, TellsOfEachOperation) {
  ASSERT_THAT(store_->Apply({.expect = {}, .puts = {{"a", "1"}}, .deletes = {}}), IsOk());
  EXPECT_THAT(*store_->Get("a"), ::testing::Optional(std::string("1")));
  EXPECT_FALSE(store_->Apply({.expect = {{"a", "2"}}, .puts = {}, .deletes = {}}).ok());
  EXPECT_THAT(seen_, ElementsAre("apply 1s ok", "get 1s ok", "apply 1s failed"));
}

TEST_F(ObservedStoreTest, AScanLastsAsLongAsItsCursor) {
  {
    const std::unique_ptr<Cursor> cursor = store_->Scan("");
    EXPECT_FALSE(cursor->Valid());
    EXPECT_THAT(seen_, ElementsAre());
    clock_.Advance(absl::Seconds(10));
  }
  EXPECT_THAT(seen_, ElementsAre("scan 11s ok"));
}

TEST(SteadyNow, DoesNotGoBack) {
  const absl::Time before = SteadyNow();
  EXPECT_LE(before, SteadyNow());
}

}  // namespace
}  // namespace calibrd::store
