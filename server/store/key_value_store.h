// What a durable store has to offer: ordered keys, point reads, scans, and atomic
// commits that hold only if some keys still have the values they were read with.
//
//   std::optional<std::string> head = *store.Get("h/models/m/prompts/p");
//   Commit commit;
//   commit.expect.push_back({"h/models/m/prompts/p", head});
//   commit.puts.push_back({"h/models/m/prompts/p", "new value"});
//   absl::Status status = store.Apply(commit);  // ABORTED: somebody was faster
//
// Three stores implement it: RocksDB (embedded, rocksdb_store.h), memory (tests and
// trials, memory_store.h) and, later, etcd, whose transactions have this shape. What
// calibrd keeps, under which keys, is written once above it: profile_store.h.
//
// Thread-safety: every method may be called from any thread. All of them may block
// on a disk or a network, so none may be called from a gRPC callback thread.
// Durability: when Apply returns OK, the commit survives a power failure (except in
// the memory store). When it fails, either nothing or everything of it is stored;
// everything only if the answer was lost on the way (UNAVAILABLE), or the disk failed or
// ran full in the middle of the write: see rocksdb_store.h.
// Errors: ABORTED (STORE_CONFLICT) for an expectation that does not hold,
// RESOURCE_EXHAUSTED (STORE_FULL) for a full disk, DATA_LOSS (STORE_CORRUPTED) for
// bytes that fail their checksum, UNAVAILABLE (STORE_UNAVAILABLE) for anything that may
// pass.

#ifndef CALIBRD_SERVER_STORE_KEY_VALUE_STORE_H_
#define CALIBRD_SERVER_STORE_KEY_VALUE_STORE_H_

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace calibrd::store {

// All changes of one commit become visible and durable together. A key is put or deleted
// at most once in a commit.
struct Commit {
  struct Expectation {
    std::string key;
    std::optional<std::string> value;  // nullopt: the key does not exist
  };
  struct Put {
    std::string key;
    std::string value;
  };
  std::vector<Expectation> expect;
  std::vector<Put> puts;
  std::vector<std::string> deletes;
};

// A position in the ordered keys of one prefix, over a consistent snapshot taken when
// it was made. Used by one thread, and destroyed before its store.
class Cursor {
 public:
  virtual ~Cursor() = default;
  // Whether key() and value() may be called. False at the end or after an error.
  virtual bool Valid() const = 0;
  virtual void Next() = 0;
  // Moves to the first key >= `key` (never before the prefix).
  virtual void Seek(absl::string_view key) = 0;
  // Until the next Next() or Seek().
  virtual absl::string_view key() const = 0;
  virtual absl::string_view value() const = 0;
  // OK at the ordinary end; otherwise what cut the scan short.
  virtual absl::Status status() const = 0;
};

class KeyValueStore {
 public:
  virtual ~KeyValueStore() = default;

  // The value of `key`; nullopt where there is none.
  virtual absl::StatusOr<std::optional<std::string>> Get(absl::string_view key) = 0;

  // A cursor at the first key that starts with `prefix`.
  virtual std::unique_ptr<Cursor> Scan(absl::string_view prefix) = 0;

  // Makes `commit` durable, all or nothing.
  virtual absl::Status Apply(const Commit& commit) = 0;

  // For the start-up line and errors, such as "rocksdb:/var/lib/calibrd".
  virtual std::string Describe() const = 0;
};

// What Apply returns where the value of `key` is not the expected one.
absl::Status ConflictOn(absl::string_view key);

// Whether `status` is that error: read again, decide again, apply again.
bool IsConflict(const absl::Status& status);

}  // namespace calibrd::store

#endif  // CALIBRD_SERVER_STORE_KEY_VALUE_STORE_H_
