// The changes of a profile and what is read afterwards.

#include "server/store/profile_store.h"

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "tests/server/store/store_testing.h"

namespace calibrd::store {
namespace {

using ::absl::StatusCode;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::MatchesRegex;

constexpr char kName[] = "models/gpt2/prompts/sst2";

class ProfileStoreTest : public ::testing::TestWithParam<const char*> {
 protected:
  Profile Add(absl::string_view name, double bias = 0.5,
              const ChangeOptions& change = {}) {
    store_.clock.Advance(absl::Seconds(1));
    auto stored = store_->AddRevision(Fit(name, bias), change);
    EXPECT_THAT(stored, IsOk());
    return stored.ok() ? *stored : Profile();
  }
  Profile Get(absl::string_view name, int64_t revision = 0) {
    auto profile = store_->Get(name, revision);
    EXPECT_THAT(profile, IsOk());
    return profile.ok() ? *profile : Profile();
  }
  std::vector<int64_t> Kept(absl::string_view name) {
    std::vector<int64_t> revisions;
    auto page = store_->ListRevisions(name, 1000, "");
    EXPECT_THAT(page, IsOk());
    for (const Profile& profile : page->profiles) revisions.push_back(profile.revision());
    return revisions;
  }

  ProfileStoreHarness store_{GetParam()};
};

INSTANTIATE_TEST_SUITE_P(Stores, ProfileStoreTest, ::testing::Values("Memory", "RocksDb"),
                         [](const auto& test) { return std::string(test.param); });

TEST_P(ProfileStoreTest, RevisionsAreNumberedFromOne) {
  EXPECT_EQ(Add(kName).revision(), 1);
  EXPECT_EQ(Add(kName).revision(), 2);
  EXPECT_EQ(Add("models/gpt2/prompts/other").revision(), 1);
  EXPECT_EQ(Add(kName).revision(), 3);
  EXPECT_THAT(Kept(kName), ElementsAre(3, 2, 1));
}

TEST_P(ProfileStoreTest, WhatIsAnsweredIsWhatIsRead) {
  const Profile stored = Add(kName, 0.25);
  EXPECT_EQ(Bytes(Get(kName)), Bytes(stored));
  EXPECT_EQ(stored.transform().bias(0), 0.25);
  EXPECT_EQ(stored.annotations().at("ticket"), "42");
  EXPECT_TRUE(stored.active());
  EXPECT_THAT(stored.etag(), MatchesRegex("[0-9a-f]{16}"));
  EXPECT_EQ(stored.create_time().seconds(), 1'700'000'001);
  EXPECT_EQ(stored.update_time().seconds(), 1'700'000'001);
}

TEST_P(ProfileStoreTest, WhatCallersSayOfStoredFieldsIsIgnored) {
  Profile profile = Fit(kName);
  profile.set_revision(77);
  profile.set_etag("mine");
  profile.mutable_update_time()->set_seconds(5);
  const auto stored = store_->AddRevision(profile, {});
  ASSERT_THAT(stored, IsOk());
  EXPECT_EQ(stored->revision(), 1);
  EXPECT_NE(stored->etag(), "mine");
  EXPECT_EQ(stored->update_time().seconds(), 1'700'000'000);
}

TEST_P(ProfileStoreTest, AnOlderRevisionHasItsOwnTimeAndTheCurrentEtag) {
  Add(kName, 0.1);
  const Profile second = Add(kName, 0.2);
  const Profile first = Get(kName, 1);
  EXPECT_EQ(first.transform().bias(0), 0.1);
  EXPECT_FALSE(first.active());
  EXPECT_EQ(first.etag(), second.etag());
  EXPECT_EQ(first.create_time().seconds(), 1'700'000'001);
  EXPECT_EQ(first.update_time().seconds(), 1'700'000'002);
}

TEST_P(ProfileStoreTest, WhatDoesNotExistIsNotFound) {
  EXPECT_THAT(store_->Get(kName, 0),
              FailsWith(StatusCode::kNotFound, reason::kProfileNotFound));
  EXPECT_THAT(store_->ListRevisions(kName, 10, ""),
              FailsWith(StatusCode::kNotFound, reason::kProfileNotFound));
  EXPECT_THAT(store_->Rollback(kName, 1, ""),
              FailsWith(StatusCode::kNotFound, reason::kProfileNotFound));
  EXPECT_THAT(store_->Delete(kName, ""),
              FailsWith(StatusCode::kNotFound, reason::kProfileNotFound));
  Add(kName);
  for (const int64_t revision : {int64_t{2}, int64_t{-1}, INT64_MIN, INT64_MAX}) {
    EXPECT_THAT(store_->Get(kName, revision),
                FailsWith(StatusCode::kNotFound, reason::kRevisionNotFound));
    EXPECT_THAT(store_->Rollback(kName, revision, ""),
                FailsWith(StatusCode::kNotFound, reason::kRevisionNotFound));
  }
}

TEST_P(ProfileStoreTest, NamesHoldAnyTextButNul) {
  const std::string longer = absl::StrCat(kName, "/\xc3\xa9\x01:.");
  Add(longer, 0.1);
  Add(kName, 0.2);
  EXPECT_EQ(Get(longer).transform().bias(0), 0.1);
  EXPECT_EQ(Get(kName).transform().bias(0), 0.2);
  EXPECT_THAT(store_->AddRevision(Fit(std::string("a\0b", 3)), {}),
              FailsWith(StatusCode::kInvalidArgument, reason::kInvalidName));
  EXPECT_THAT(store_->AddRevision(Fit(""), {}),
              FailsWith(StatusCode::kInvalidArgument, reason::kInvalidName));
}

TEST_P(ProfileStoreTest, WhatCouldNotBeReadAgainIsNotStored) {
  Profile profile = Fit(kName);
  (*profile.mutable_annotations())["key"] = "\xff";
  EXPECT_THAT(store_->AddRevision(profile, {}),
              FailsWith(StatusCode::kInvalidArgument, reason::kMalformedRequest));
  EXPECT_EQ(Add(kName).revision(), 1);
}

TEST_P(ProfileStoreTest, TheEtagChangesWithEveryChange) {
  std::vector<std::string> etags;
  etags.push_back(Add(kName).etag());
  etags.push_back(Add(kName).etag());
  etags.push_back(store_->Rollback(kName, 1, "")->etag());
  etags.push_back(store_->Rollback(kName, 2, "")->etag());
  ASSERT_THAT(store_->Delete(kName, ""), IsOk());
  etags.push_back(Add(kName).etag());
  std::sort(etags.begin(), etags.end());
  EXPECT_EQ(std::unique(etags.begin(), etags.end()), etags.end());
}

TEST_P(ProfileStoreTest, AStaleEtagIsRefusedAndChangesNothing) {
  const std::string stale = Add(kName).etag();
  const Profile current = Add(kName);
  const auto mismatch = FailsWith(StatusCode::kAborted, reason::kEtagMismatch);
  EXPECT_THAT(store_->AddRevision(Fit(kName), {.etag = stale}), mismatch);
  EXPECT_THAT(store_->Rollback(kName, 1, stale), mismatch);
  EXPECT_THAT(store_->Delete(kName, stale), mismatch);
  EXPECT_THAT(store_->AddRevision(Fit("models/new/prompts/p"), {.etag = stale}),
              mismatch);
  EXPECT_EQ(Bytes(Get(kName)), Bytes(current));

  EXPECT_EQ(Add(kName, 0.5, {.etag = current.etag()}).revision(), 3);
  EXPECT_THAT(store_->Delete(kName, Get(kName).etag()), IsOk());
}

TEST_P(ProfileStoreTest, ValidateOnlyAnswersAndChangesNothing) {
  const Profile first = Add(kName);
  store_.listener.Take();
  const auto would_be =
      store_->AddRevision(Fit(kName, 0.9), {.request_id = "id", .validate_only = true});
  ASSERT_THAT(would_be, IsOk());
  EXPECT_EQ(would_be->revision(), 2);
  EXPECT_EQ(would_be->etag(), "");
  EXPECT_EQ(Bytes(Get(kName)), Bytes(first));
  EXPECT_THAT(store_.listener.Take(), IsEmpty());
  EXPECT_THAT(store_->AddRevision(Fit(kName), {.etag = "x", .validate_only = true}),
              FailsWith(StatusCode::kAborted, reason::kEtagMismatch));
  EXPECT_EQ(*store_->FindAnswer("id", 0), std::nullopt);
}

TEST_P(ProfileStoreTest, RollbackActivatesAnOlderRevision) {
  Add(kName, 0.1);
  Add(kName, 0.2);
  store_.clock.Advance(absl::Seconds(1));
  const auto back = store_->Rollback(kName, 1, "");
  ASSERT_THAT(back, IsOk());
  EXPECT_EQ(back->revision(), 1);
  EXPECT_EQ(back->transform().bias(0), 0.1);
  EXPECT_TRUE(back->active());
  EXPECT_EQ(back->create_time().seconds(), 1'700'000'001);
  EXPECT_EQ(back->update_time().seconds(), 1'700'000'003);
  EXPECT_EQ(Bytes(Get(kName)), Bytes(*back));
  EXPECT_EQ(Add(kName).revision(), 3);
}

TEST_P(ProfileStoreTest, RollbackToTheActiveRevisionChangesNothing) {
  const Profile stored = Add(kName);
  store_.listener.Take();
  store_.clock.Advance(absl::Seconds(1));
  EXPECT_EQ(Bytes(*store_->Rollback(kName, 1, "")), Bytes(stored));
  EXPECT_THAT(store_.listener.Take(), IsEmpty());
}

TEST_P(ProfileStoreTest, NumbersGoOnAfterADeletion) {
  Add(kName);
  Add(kName);
  ASSERT_THAT(store_->Delete(kName, ""), IsOk());
  EXPECT_THAT(store_->Get(kName, 0),
              FailsWith(StatusCode::kNotFound, reason::kProfileNotFound));
  EXPECT_THAT(store_->Delete(kName, ""),
              FailsWith(StatusCode::kNotFound, reason::kProfileNotFound));
  EXPECT_THAT(store_.Keys("r/"), IsEmpty());
  EXPECT_EQ(Add(kName).revision(), 3);
  EXPECT_THAT(Kept(kName), ElementsAre(3));
  EXPECT_THAT(store_->Get(kName, 1),
              FailsWith(StatusCode::kNotFound, reason::kRevisionNotFound));
}

TEST_P(ProfileStoreTest, TheOldestRevisionsAreDropped) {
  store_.options.max_revisions = 3;
  store_.Reopen();
  for (int i = 0; i < 5; ++i) Add(kName);
  EXPECT_THAT(Kept(kName), ElementsAre(5, 4, 3));
  EXPECT_THAT(store_->Get(kName, 2),
              FailsWith(StatusCode::kNotFound, reason::kRevisionNotFound));
  EXPECT_EQ(store_.Keys("r/").size(), 3u);
}

TEST_P(ProfileStoreTest, AnOldRevisionIsKeptWhileItIsActive) {
  for (int i = 0; i < 4; ++i) Add(kName);
  ASSERT_THAT(store_->Rollback(kName, 1, ""), IsOk());
  store_.options.max_revisions = 2;
  store_.Reopen();
  ASSERT_THAT(store_->Load(), IsOk());
  EXPECT_THAT(Kept(kName), ElementsAre(4, 1));
  EXPECT_EQ(Add(kName).revision(), 5);
  EXPECT_THAT(Kept(kName), ElementsAre(5, 4));
}

TEST_P(ProfileStoreTest, LoadDropsRevisionsAboveALoweredLimit) {
  for (int i = 0; i < 5; ++i) Add(kName);
  const std::string etag = Add("models/other/prompts/p").etag();
  store_.options.max_revisions = 2;
  store_.Reopen();
  store_.listener.Take();
  ASSERT_THAT(store_->Load(), IsOk());
  EXPECT_THAT(store_.listener.Take(),
              ElementsAre(absl::StrCat(kName, "@5/2"), "models/other/prompts/p@1/1"));
  EXPECT_THAT(Kept(kName), ElementsAre(5, 4));
  EXPECT_EQ(Get("models/other/prompts/p").etag(), etag);
  EXPECT_EQ(store_.Keys("r/").size(), 3u);
}

TEST_P(ProfileStoreTest, APageOfLargeProfilesEndsBeforeItFillsTheMemory) {
  Profile large = Fit("a");
  large.mutable_transform()->mutable_bias()->Resize(300'000, 0.5);  // 2.4 MB
  for (const char* name : {"a", "b", "c"}) {
    large.set_name(name);
    ASSERT_THAT(store_->AddRevision(large, {}), IsOk());
  }
  const auto first = store_->List("", 50, "");
  ASSERT_THAT(first, IsOk());
  EXPECT_EQ(first->profiles.size(), 2u);
  EXPECT_EQ(first->next, "b");
  const auto second = store_->List("", 50, first->next);
  ASSERT_THAT(second, IsOk());
  EXPECT_EQ(second->profiles.size(), 1u);
  EXPECT_EQ(second->next, "");
}

TEST_P(ProfileStoreTest, TheListenerHearsOfEachChangeOnce) {
  Add(kName);
  Add(kName);
  ASSERT_THAT(store_->Rollback(kName, 1, ""), IsOk());
  ASSERT_THAT(store_->Delete(kName, ""), IsOk());
  Add(kName);
  EXPECT_THAT(store_.listener.Take(),
              ElementsAre(absl::StrCat(kName, "@1/1"), absl::StrCat(kName, "@2/2"),
                          absl::StrCat(kName, "@1/2"), absl::StrCat(kName, " deleted"),
                          absl::StrCat(kName, "@3/1")));
}

TEST_P(ProfileStoreTest, LoadTellsOfEveryActiveProfileInOrder) {
  for (const char* name : {"c", "a", "b", "ab", "a\x01"}) Add(name);
  Add("a");
  Add("b");
  ASSERT_THAT(store_->Rollback("b", 1, ""), IsOk());
  ASSERT_THAT(store_->Delete("c", ""), IsOk());
  store_.Reopen();
  store_.listener.Take();
  ASSERT_THAT(store_->Load(), IsOk());
  EXPECT_THAT(store_.listener.Take(),
              ElementsAre("a@2/2", "a\x01@1/1", "ab@1/1", "b@1/2"));
}

// Stores what it is told to and says that it failed, as a store does whose answer is
// lost.
class LostAnswerStore : public MemoryStore {
 public:
  explicit LostAnswerStore(const bool& lost) : lost_(lost) {}
  absl::Status Apply(const Commit& commit) override {
    absl::Status status = MemoryStore::Apply(commit);
    return status.ok() && lost_ ? absl::UnavailableError("the answer is lost") : status;
  }

 private:
  const bool& lost_;
};

TEST(ProfileStore, TellsOfAChangeWhoseAnswerWasLostWithTheNextOneThatSucceeds) {
  bool lost = false;
  RecordingListener listener;
  auto store =
      *ProfileStore::Open(std::make_unique<LostAnswerStore>(lost), {}, &listener);
  ASSERT_THAT(store->AddRevision(Fit("a"), {}), IsOk());
  ASSERT_THAT(store->AddRevision(Fit("b"), {}), IsOk());
  lost = true;
  EXPECT_FALSE(store->AddRevision(Fit("a", 0.7), {}).ok());
  EXPECT_FALSE(store->Delete("b", "").ok());
  EXPECT_THAT(listener.Take(), ElementsAre("a@1/1", "b@1/1"));
  lost = false;
  ASSERT_THAT(store->AddRevision(Fit("c"), {}), IsOk());
  EXPECT_THAT(listener.Take(), ElementsAre("c@1/1", "a@2/2", "b deleted"));
  ASSERT_THAT(store->AddRevision(Fit("c"), {}), IsOk());
  EXPECT_THAT(listener.Take(), ElementsAre("c@2/2")) << "each is told once";
  lost = true;
  EXPECT_FALSE(store->Rollback("a", 1, "").ok());
  lost = false;
  ASSERT_THAT(store->Rollback("c", 1, ""), IsOk());
  EXPECT_THAT(listener.Take(), ElementsAre("c@1/2", "a@1/2"));
  lost = true;
  EXPECT_FALSE(store->Rollback("a", 2, "").ok());
  lost = false;
  ASSERT_THAT(store->Delete("c", ""), IsOk());
  EXPECT_THAT(listener.Take(), ElementsAre("c deleted", "a@2/2"));
}

TEST_P(ProfileStoreTest, EverythingIsThereAfterAReopening) {
  const Profile first = Add(kName, 0.1);
  Add(kName, 0.2);
  ASSERT_THAT(store_->Rollback(kName, 1, ""), IsOk());
  const Profile before = Get(kName);
  const Profile inactive = Get(kName, 2);
  store_.Reopen();
  EXPECT_EQ(Bytes(Get(kName)), Bytes(before));
  EXPECT_EQ(Bytes(Get(kName, 2)), Bytes(inactive));
  EXPECT_EQ(Add(kName).revision(), 3);
}

TEST_P(ProfileStoreTest, ListsInPages) {
  for (const char* name : {"m/d", "m/a", "m/c", "n/x", "m/b", "l/y"}) Add(name);
  ASSERT_THAT(store_->Delete("m/c", ""), IsOk());
  std::vector<std::string> names;
  std::string position;
  do {
    const auto page = store_->List("m/", 2, position);
    ASSERT_THAT(page, IsOk());
    for (const Profile& profile : page->profiles) {
      EXPECT_EQ(Bytes(profile), Bytes(Get(profile.name())));
      names.push_back(profile.name());
    }
    position = page->next;
  } while (!position.empty());
  EXPECT_THAT(names, ElementsAre("m/a", "m/b", "m/d"));
  EXPECT_EQ(store_->List("", 100, "")->profiles.size(), 5u);
  EXPECT_THAT(store_->List("m/", 2, "zzz")->profiles, IsEmpty());
  EXPECT_EQ(store_->List("m/", 3, "")->next, "");  // a full page may be the last
}

TEST_P(ProfileStoreTest, APageGoesOnWhereItsProfileWasDeleted) {
  for (const char* name : {"a", "b", "c"}) Add(name);
  const std::string position = store_->List("", 1, "")->next;
  ASSERT_THAT(store_->Delete("a", ""), IsOk());
  EXPECT_EQ(store_->List("", 1, position)->profiles[0].name(), "b");
}

TEST_P(ProfileStoreTest, ListsRevisionsInPagesTheNewestFirst) {
  for (int i = 0; i < 5; ++i) Add(kName);
  const auto page = store_->ListRevisions(kName, 2, "");
  ASSERT_THAT(page, IsOk());
  EXPECT_EQ(page->profiles[1].revision(), 4);
  const auto second = store_->ListRevisions(kName, 3, page->next);
  ASSERT_THAT(second, IsOk());
  EXPECT_EQ(second->profiles[0].revision(), 3);
  EXPECT_EQ(second->profiles.size(), 3u);
  EXPECT_EQ(second->next, "");
  EXPECT_THAT(store_->ListRevisions(kName, 3, "no number"),
              FailsWith(StatusCode::kInvalidArgument, reason::kInvalidArgument));
}

}  // namespace
}  // namespace calibrd::store
