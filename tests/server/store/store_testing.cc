#include "tests/server/store/store_testing.h"

#include <cstdlib>
#include <filesystem>
#include <utility>

#include "absl/strings/str_cat.h"
#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/io/zero_copy_stream_impl_lite.h"
#include "gtest/gtest.h"
#include "server/store/rocksdb_store.h"

namespace calibrd::store {
namespace {

// Passes everything on to a store that it does not own.
class Forwarding : public KeyValueStore {
 public:
  explicit Forwarding(KeyValueStore& store) : store_(store) {}
  absl::StatusOr<std::optional<std::string>> Get(absl::string_view key) override {
    return store_.Get(key);
  }
  std::unique_ptr<Cursor> Scan(absl::string_view prefix) override {
    return store_.Scan(prefix);
  }
  absl::Status Apply(const Commit& commit) override { return store_.Apply(commit); }
  std::string Describe() const override { return store_.Describe(); }

 private:
  KeyValueStore& store_;
};

class MemoryBackend : public Backend {
 public:
  std::unique_ptr<KeyValueStore> Open() override {
    return std::make_unique<Forwarding>(store_);
  }

 private:
  MemoryStore store_;
};

class RocksDbBackend : public Backend {
 public:
  std::unique_ptr<KeyValueStore> Open() override {
    auto store = RocksDbStore::Open({.directory = directory_ / "store"});
    EXPECT_THAT(store, IsOk());
    return *std::move(store);
  }

 private:
  TemporaryDirectory directory_;
};

}  // namespace

TemporaryDirectory::TemporaryDirectory() {
  path_ = (std::filesystem::temp_directory_path() / "calibrd-test-XXXXXX").native();
  if (mkdtemp(path_.data()) == nullptr) std::abort();
}

TemporaryDirectory::~TemporaryDirectory() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::string TemporaryDirectory::operator/(absl::string_view name) const {
  return absl::StrCat(path_, "/", name);
}

std::unique_ptr<Backend> MakeBackend(const std::string& kind) {
  if (kind == "RocksDb") return std::make_unique<RocksDbBackend>();
  return std::make_unique<MemoryBackend>();
}

absl::Time FakeClock::Now() const {
  MutexLock lock(mutex_);
  return now_;
}

void FakeClock::Advance(absl::Duration duration) {
  MutexLock lock(mutex_);
  now_ += duration;
}

void RecordingListener::OnActivated(const Profile& profile, int revisions) {
  MutexLock lock(mutex_);
  heard_.push_back(absl::StrCat(profile.name(), "@", profile.revision(), "/", revisions));
}

void RecordingListener::OnDeleted(absl::string_view name) {
  MutexLock lock(mutex_);
  heard_.push_back(absl::StrCat(name, " deleted"));
}

void RecordingListener::OnLive(const LiveRecord& live) {
  MutexLock lock(mutex_);
  heard_.push_back(
      absl::StrCat(live.name(), "@", live.revision(), " saw ", live.row_count()));
}

std::vector<std::string> RecordingListener::Take() {
  MutexLock lock(mutex_);
  return std::exchange(heard_, {});
}

Profile Fit(absl::string_view name, double bias) {
  Profile profile;
  profile.set_name(std::string(name));
  profile.add_labels()->set_name("Positive");
  profile.add_labels()->set_name("Negative");
  profile.set_label_count(2);
  profile.mutable_transform()->set_input(
      calibration::v1::Transform::INPUT_LOG_PROBABILITY);
  profile.mutable_transform()->add_bias(bias);
  profile.mutable_transform()->add_bias(-bias);
  (*profile.mutable_annotations())["team"] = "search";
  (*profile.mutable_annotations())["ticket"] = "42";
  return profile;
}

std::string Bytes(const Profile& profile) {
  std::string bytes;
  google::protobuf::io::StringOutputStream stream(&bytes);
  google::protobuf::io::CodedOutputStream coded(&stream);
  coded.SetSerializationDeterministic(true);
  profile.SerializeToCodedStream(&coded);
  coded.Trim();
  return bytes;
}

void ProfileStoreHarness::Reopen() {
  store_.reset();
  auto store = ProfileStore::Open(backend_->Open(), options, &listener);
  ASSERT_THAT(store, IsOk());
  store_ = *std::move(store);
}

std::vector<std::string> ProfileStoreHarness::Keys(absl::string_view prefix) {
  store_.reset();
  std::vector<std::string> keys;
  {
    const std::unique_ptr<KeyValueStore> kv = backend_->Open();
    const std::unique_ptr<Cursor> cursor = kv->Scan(prefix);
    for (; cursor->Valid(); cursor->Next()) keys.emplace_back(cursor->key());
  }
  Reopen();
  return keys;
}

}  // namespace calibrd::store
