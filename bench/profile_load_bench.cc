// How long a start with many profiles takes, and how much memory they need.
//
//   profile_load_bench [--profiles=1000000] [--labels=4]
//
// Fills a RocksDB store in a temporary directory, opens it anew, and loads it into a
// catalog as calibrd does. Beside it, in the same run, the floor: a plain scan of the
// same database.

#include <malloc.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <utility>

#include "absl/flags/flag.h"
#include "absl/flags/parse.h"
#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "server/catalog/catalog.h"
#include "server/store/memory_store.h"
#include "server/store/profile_store.h"
#include "server/store/rocksdb_store.h"

ABSL_FLAG(int, profiles, 1'000'000, "How many profiles");
ABSL_FLAG(int, labels, 4, "Labels of each profile");

namespace calibrd {
namespace {

using store::Profile;

// Ends the program where a step of the benchmark failed.
void Check(const absl::Status& status, const char* step) {
  if (status.ok()) return;
  std::fprintf(stderr, "profile_load_bench: %s: %s\n", step, status.ToString().c_str());
  std::exit(1);
}

template <typename T>
T Check(absl::StatusOr<T> value, const char* step) {
  Check(value.status(), step);
  return *std::move(value);
}

// Serves what the store tells it, or drops it where there is no catalog.
class Loader : public store::ProfileListener {
 public:
  explicit Loader(catalog::Catalog* catalog) : catalog_(catalog) {}
  void OnActivated(const Profile& profile, int revisions) override {
    if (catalog_ == nullptr) return;
    catalog_->Put(
        Check(catalog::MakeServedProfile(profile, revisions, labels_), "serve"));
  }
  void OnDeleted(absl::string_view name) override {
    if (catalog_ != nullptr) catalog_->Remove(name);
  }
  void OnLive(const store::LiveRecord& /*live*/) override {}

 private:
  catalog::Catalog* const catalog_;
  catalog::LabelTable labels_;
};

Profile MakeProfile(int number, int labels) {
  Profile profile;
  profile.set_name(
      absl::StrFormat("models/org/model-%03d/prompts/task-%06d", number % 1000, number));
  profile.set_label_count(labels);
  for (int i = 0; i < labels; ++i)
    profile.add_labels()->set_name(absl::StrCat("label ", i));
  profile.mutable_transform()->set_input(
      ::calibration::v1::Transform::INPUT_LOG_PROBABILITY);
  profile.mutable_bias()->set_total_variation(0.25);
  for (int i = 0; i < labels; ++i) {
    profile.mutable_transform()->add_bias(0.1 * i + 1e-6 * number);
    profile.mutable_bias()->add_prior(1.0f / static_cast<float>(labels));
  }
  profile.set_row_count(3);
  return profile;
}

// Revisions go through the profile store into memory, and from there to the disk in large
// commits: a synced commit for each of a million profiles is not what is measured here.
void Fill(const std::string& directory, int profiles, int labels) {
  constexpr int kCommit = 10'000;
  Loader nobody(nullptr);
  auto disk = Check(store::RocksDbStore::Open({.directory = directory}), "open");
  for (int start = 0; start < profiles; start += kCommit) {
    auto memory = std::make_unique<store::MemoryStore>();
    store::MemoryStore* keys = memory.get();
    auto batch =
        Check(store::ProfileStore::Open(std::move(memory), {}, &nobody), "batch");
    for (int i = start; i < std::min(start + kCommit, profiles); ++i) {
      Check(batch->AddRevision(MakeProfile(i, labels), {}).status(), "add");
    }
    store::Commit commit;
    for (auto cursor = keys->Scan(""); cursor->Valid(); cursor->Next()) {
      commit.puts.push_back({std::string(cursor->key()), std::string(cursor->value())});
    }
    Check(disk->Apply(commit), "apply");
  }
}

int64_t ResidentBytes() {
  malloc_trim(0);
  std::ifstream file("/proc/self/statm");
  int64_t total = 0;
  int64_t resident = 0;
  file >> total >> resident;
  return resident * sysconf(_SC_PAGESIZE);
}

void Run(const std::string& directory) {
  const int profiles = absl::GetFlag(FLAGS_profiles);
  Fill(directory, profiles, absl::GetFlag(FLAGS_labels));

  absl::Time start = absl::Now();
  auto kv = Check(store::RocksDbStore::Open({.directory = directory}), "open");
  const absl::Duration open_time = absl::Now() - start;

  start = absl::Now();
  int64_t keys = 0;
  int64_t bytes = 0;
  for (auto cursor = kv->Scan(""); cursor->Valid(); cursor->Next()) {
    ++keys;
    bytes += static_cast<int64_t>(cursor->key().size() + cursor->value().size());
  }
  const absl::Duration scan_time = absl::Now() - start;

  catalog::Catalog catalog;
  Loader loader(&catalog);
  auto store = Check(store::ProfileStore::Open(std::move(kv), {}, &loader), "open");
  const int64_t before = ResidentBytes();
  start = absl::Now();
  Check(store->Load(), "load");
  const absl::Duration load_time = absl::Now() - start;
  const int64_t after = ResidentBytes();

  std::printf("%-44s %12d\n", "profiles", static_cast<int>(catalog.profile_count()));
  std::printf("%-44s %12d\n", "keys", static_cast<int>(keys));
  std::printf("%-44s %12.0f\n", "bytes each, on disk before compression",
              static_cast<double>(bytes) / profiles);
  std::printf("%-44s %12.2f s\n", "open, every file verified",
              absl::ToDoubleSeconds(open_time));
  std::printf("%-44s %12.2f s\n", "floor: scan of all keys",
              absl::ToDoubleSeconds(scan_time));
  std::printf("%-44s %12.2f s\n", "load into the catalog",
              absl::ToDoubleSeconds(load_time));
  std::printf("%-44s %12.2f\n", "load / floor", absl::FDivDuration(load_time, scan_time));
  std::printf("%-44s %12.0f\n", "bytes each, in memory",
              static_cast<double>(after - before) / profiles);
}

}  // namespace
}  // namespace calibrd

int main(int argc, char** argv) {
  absl::ParseCommandLine(argc, argv);
  std::string directory =
      (std::filesystem::temp_directory_path() / "calibrd-profile-load-XXXXXX").string();
  if (mkdtemp(directory.data()) == nullptr) return 1;
  calibrd::Run(directory + "/store");
  std::filesystem::remove_all(directory);
  return 0;
}
