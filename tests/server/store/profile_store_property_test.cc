// Random changes against a model that keeps everything in a map and thinks little.

#include <algorithm>
#include <map>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "rapidcheck/gtest.h"
#include "server/store/profile_store.h"
#include "tests/server/store/store_testing.h"

namespace calibrd::store {
namespace {

constexpr int kMaxRevisions = 3;

struct ModelProfile {
  std::map<int64_t, Profile> kept;  // without what changes with the profile
  int64_t latest = 0;
  int64_t active = 0;
  std::string etag;

  void Trim() {
    while (kept.size() > kMaxRevisions) {
      auto oldest = kept.begin();
      if (oldest->first == active) ++oldest;
      kept.erase(oldest);
    }
  }
};

using Model = std::map<std::string, ModelProfile>;

struct Operation {
  int kind;  // 0–4 add, 5–6 roll back, 7 delete, 8 reopen, 9 reopen and load
  std::string name;
  int revision;
  double bias;
  int etag;        // 0–2 none, 3 the right one, 4 a wrong one
  int request_id;  // 0–3 none, else one of a few
};

void showValue(const Operation& operation, std::ostream& out) {
  out << operation.kind << ' ' << operation.name << ' ' << operation.revision << " etag "
      << operation.etag << " id " << operation.request_id;
}

rc::Gen<Operation> AnyOperation() {
  return rc::gen::build<Operation>(
      rc::gen::set(&Operation::kind, rc::gen::inRange(0, 10)),
      rc::gen::set(&Operation::name, rc::gen::element<std::string>("a", "a/b", "ab")),
      rc::gen::set(&Operation::revision, rc::gen::inRange(1, 8)),
      rc::gen::set(&Operation::bias,
                   rc::gen::map(rc::gen::inRange(0, 100), [](int i) { return i / 8.0; })),
      rc::gen::set(&Operation::etag, rc::gen::inRange(0, 5)),
      rc::gen::set(&Operation::request_id, rc::gen::inRange(0, 8)));
}

// One run: applies operations to both and compares what they say.
class Comparison {
 public:
  explicit Comparison(const std::string& kind) : store_(kind) {
    store_.options.max_revisions = kMaxRevisions;
    store_.Reopen();
  }

  void Run(const Operation& operation) {
    store_.clock.Advance(absl::Seconds(1));
    if (operation.kind <= 4) return Add(operation);
    if (operation.kind <= 6) return Rollback(operation);
    if (operation.kind == 7) return Delete(operation);
    store_.Reopen();
    if (operation.kind == 9) Load();
  }

  void CompareAll() {
    for (auto& [name, profile] : model_) {
      RC_ASSERT(store_->Get(name, 0).ok() == (profile.active != 0));
      for (int64_t revision = 1; revision <= profile.latest; ++revision) {
        const auto found = store_->Get(name, revision);
        RC_ASSERT(found.ok() == profile.kept.contains(revision));
        if (!found.ok()) continue;
        RC_ASSERT(found->etag() == profile.etag);
        RC_ASSERT(found->active() == (revision == profile.active));
        RC_ASSERT(Bytes(WithoutHead(*found)) == Bytes(profile.kept[revision]));
      }
    }
  }

 private:
  static Profile WithoutHead(Profile profile) {
    profile.clear_etag();
    profile.clear_active();
    profile.clear_update_time();
    return profile;
  }

  std::string EtagFor(const Operation& operation) {
    if (operation.etag < 3) return "";
    return operation.etag == 3 ? model_[operation.name].etag : "wrong";
  }

  // Whether the model would let a change with this etag pass.
  bool Passes(const Operation& operation, const std::string& etag) {
    const ModelProfile& profile = model_[operation.name];
    return etag.empty() || (profile.active != 0 && etag == profile.etag);
  }

  void Add(const Operation& operation) {
    ChangeOptions change{.etag = EtagFor(operation)};
    if (operation.request_id > 3) change.request_id = absl::StrCat(operation.request_id);
    const auto stored = store_->AddRevision(Fit(operation.name, operation.bias), change);
    if (const auto first = answers_.find(change.request_id); first != answers_.end()) {
      const ModelProfile& profile = model_[first->second.name()];
      RC_ASSERT(stored.ok() == profile.kept.contains(first->second.revision()));
      if (stored.ok()) RC_ASSERT(Bytes(*stored) == Bytes(first->second));
      return;
    }
    RC_ASSERT(stored.ok() == Passes(operation, change.etag));
    if (!stored.ok()) return;
    ModelProfile& profile = model_[operation.name];
    RC_ASSERT(stored->revision() == profile.latest + 1);
    RC_ASSERT(stored->transform().bias(0) == operation.bias);
    RC_ASSERT(stored->etag() != profile.etag);
    profile.active = profile.latest = stored->revision();
    profile.kept[profile.active] = WithoutHead(*stored);
    profile.etag = stored->etag();
    profile.Trim();
    if (!change.request_id.empty()) answers_[change.request_id] = *stored;
  }

  void Rollback(const Operation& operation) {
    const std::string etag = EtagFor(operation);
    ModelProfile& profile = model_[operation.name];
    const auto back = store_->Rollback(operation.name, operation.revision, etag);
    RC_ASSERT(back.ok() ==
              (Passes(operation, etag) && profile.kept.contains(operation.revision)));
    if (!back.ok()) return;
    RC_ASSERT((back->etag() == profile.etag) == (operation.revision == profile.active));
    profile.active = operation.revision;
    profile.etag = back->etag();
  }

  void Delete(const Operation& operation) {
    const std::string etag = EtagFor(operation);
    ModelProfile& profile = model_[operation.name];
    const absl::Status deleted = store_->Delete(operation.name, etag);
    RC_ASSERT(deleted.ok() == (Passes(operation, etag) && profile.active != 0));
    if (!deleted.ok()) return;
    profile.active = 0;
    profile.kept.clear();
  }

  void Load() {
    store_.listener.Take();
    RC_ASSERT(store_->Load().ok());
    std::vector<std::string> expected;
    for (const auto& [name, profile] : model_) {
      if (profile.active == 0) continue;
      expected.push_back(
          absl::StrCat(name, "@", profile.active, "/", profile.kept.size()));
    }
    RC_ASSERT(store_.listener.Take() == expected);
  }

  ProfileStoreHarness store_;
  Model model_;
  std::map<std::string, Profile> answers_;
};

void CheckAgainstModel(const std::string& kind, int size) {
  Comparison comparison(kind);
  for (const Operation& operation : *rc::gen::resize(
           size, rc::gen::container<std::vector<Operation>>(AnyOperation()))) {
    comparison.Run(operation);
  }
  comparison.CompareAll();
}

RC_GTEST_PROP(ProfileStore, AgreesWithANaiveModelInMemory, ()) {
  CheckAgainstModel("Memory", 200);
}

RC_GTEST_PROP(ProfileStore, AgreesWithANaiveModelInRocksDb, ()) {
  CheckAgainstModel("RocksDb", 30);
}

}  // namespace
}  // namespace calibrd::store
