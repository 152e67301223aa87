// What people get wrong at the first start, and what they are told.

#include "server/store/rocksdb_directory.h"

#include <fcntl.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "gtest/gtest.h"
#include "server/store/rocksdb_store.h"
#include "tests/server/store/store_testing.h"

namespace calibrd::store {
namespace {

using ::absl::StatusCode;
using ::testing::AllOf;
using ::testing::HasSubstr;

class RocksDbDirectoryTest : public ::testing::Test {
 protected:
  // The message of a failed open, after a check of the rest.
  std::string OpenFails(const std::string& directory, StatusCode code,
                        absl::string_view why) {
    const auto store = RocksDbStore::Open({.directory = directory});
    EXPECT_THAT(store, FailsWith(code, why));
    return std::string(store.status().message());
  }

  TemporaryDirectory temporary_;
};

TEST_F(RocksDbDirectoryTest, TheLastComponentIsMadeAndPrivate) {
  const std::string directory = temporary_ / "store";
  ASSERT_THAT(RocksDbStore::Open({.directory = directory + "/"}), IsOk());
  EXPECT_EQ(std::filesystem::status(directory).permissions(),
            std::filesystem::perms::owner_all);
  EXPECT_THAT(RocksDbStore::Open({.directory = directory}), IsOk());
}

TEST_F(RocksDbDirectoryTest, AMissingParentIsNamedWithWhatToDo) {
  EXPECT_THAT(OpenFails(temporary_ / "volume/store", StatusCode::kFailedPrecondition,
                        reason::kStoreUnavailable),
              AllOf(HasSubstr(temporary_ / "volume does not exist"),
                    HasSubstr("create it"), HasSubstr("mount the volume")));
}

TEST_F(RocksDbDirectoryTest, NoDirectoryIsRefused) {
  OpenFails("", StatusCode::kFailedPrecondition, reason::kStoreUnavailable);
}

TEST_F(RocksDbDirectoryTest, AFileIsNoDirectory) {
  const std::string file = temporary_ / "file";
  std::ofstream(file) << "text";
  EXPECT_THAT(OpenFails(file, StatusCode::kFailedPrecondition, reason::kStoreUnavailable),
              HasSubstr("it is a file"));
  EXPECT_THAT(OpenFails(file + "/store", StatusCode::kFailedPrecondition,
                        reason::kStoreUnavailable),
              HasSubstr("Not a directory"));
}

TEST_F(RocksDbDirectoryTest, AReadOnlyDirectoryIsRefusedWithItsReason) {
  const std::string directory = temporary_ / "volume";
  std::filesystem::create_directory(directory);
  if (mount("tmpfs", directory.c_str(), "tmpfs", MS_RDONLY, "size=1m") != 0) {
    GTEST_SKIP() << "mounting is not permitted here";
  }
  const std::string message =
      OpenFails(directory, StatusCode::kFailedPrecondition, reason::kStoreUnavailable);
  const std::string below = OpenFails(
      directory + "/store", StatusCode::kFailedPrecondition, reason::kStoreUnavailable);
  umount(directory.c_str());
  EXPECT_THAT(message, HasSubstr("Read-only file system"));
  EXPECT_THAT(below, HasSubstr("Read-only file system"));
}

TEST_F(RocksDbDirectoryTest, AStoreIsOpenOnce) {
  const auto store = RocksDbStore::Open({.directory = temporary_ / "store"});
  ASSERT_THAT(store, IsOk());
  EXPECT_THAT(OpenFails(temporary_ / "store", StatusCode::kFailedPrecondition,
                        reason::kStoreLocked),
              HasSubstr("in use by another process: stop it or choose another --store"));
}

// Locks the store's file as another process that has it open does, until it is told to
// stop.
class OtherProcess {
 public:
  explicit OtherProcess(const std::string& lock_file) {
    int ready[2];
    int stop[2];
    EXPECT_EQ(pipe(ready) | pipe(stop), 0);
    child_ = fork();
    if (child_ == 0) {  // only what is safe after a fork
      close(stop[1]);
      struct flock lock = {};
      lock.l_type = F_WRLCK;
      const int file = open(lock_file.c_str(), O_RDWR | O_CREAT, 0600);
      char byte = fcntl(file, F_SETLK, &lock) == 0 ? 'y' : 'n';
      if (write(ready[1], &byte, 1) == 1 && read(stop[0], &byte, 1) == 0) _exit(0);
      _exit(1);
    }
    close(ready[1]);
    close(stop[0]);
    char locked = 0;
    EXPECT_EQ(read(ready[0], &locked, 1), 1);
    EXPECT_EQ(locked, 'y');
    close(ready[0]);
    stop_ = stop[1];
  }

  ~OtherProcess() {
    close(stop_);
    waitpid(child_, nullptr, 0);
  }

 private:
  pid_t child_;
  int stop_;
};

TEST_F(RocksDbDirectoryTest, AStoreOfAnotherProcessIsRefusedUntilThatEnds) {
  const std::string directory = temporary_ / "store";
  ASSERT_THAT(RocksDbStore::Open({.directory = directory}), IsOk());
  {
    const OtherProcess other(directory + "/LOCK");
    EXPECT_THAT(
        OpenFails(directory, StatusCode::kFailedPrecondition, reason::kStoreLocked),
        HasSubstr(directory));
  }
  EXPECT_THAT(RocksDbStore::Open({.directory = directory}), IsOk());
}

TEST_F(RocksDbDirectoryTest, WhatIsNoStoreIsNotTaken) {
  const std::string directory = temporary_ / "store";
  auto kv = RocksDbStore::Open({.directory = directory});
  ASSERT_THAT((*kv)->Apply({.expect = {}, .puts = {{"foreign", "x"}}, .deletes = {}}),
              IsOk());
  const auto store = ProfileStore::Open(*std::move(kv), {}, nullptr);
  EXPECT_THAT(store, FailsWith(StatusCode::kFailedPrecondition, reason::kStoreVersion));
  EXPECT_THAT(std::string(store.status().message()), HasSubstr("no format version"));
}

TEST_F(RocksDbDirectoryTest, AnUnknownFormatVersionIsNamedWithTheKnownOne) {
  for (const std::string version : {"2", "", "\xff", "11"}) {
    auto kv = std::make_unique<MemoryStore>();
    ASSERT_THAT(
        kv->Apply({.expect = {}, .puts = {{"meta/format", version}}, .deletes = {}}),
        IsOk());
    const auto store = ProfileStore::Open(std::move(kv), {}, nullptr);
    EXPECT_THAT(store, FailsWith(StatusCode::kFailedPrecondition, reason::kStoreVersion));
    EXPECT_THAT(std::string(store.status().message()),
                AllOf(HasSubstr("has format version \""), HasSubstr("knows version 1")));
  }
}

}  // namespace
}  // namespace calibrd::store
