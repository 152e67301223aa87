#include "server/store/observed_store.h"

#include <chrono>
#include <utility>

namespace calibrd::store {
namespace {

// What a store and its cursors share; a cursor may not outlive its store.
struct Watch {
  StoreObserver observer;
  std::function<absl::Time()> now;

  void Tell(absl::string_view operation, absl::Time start, bool ok) const {
    observer(operation, now() - start, ok);
  }
};

class ObservedCursor : public Cursor {
 public:
  ObservedCursor(std::unique_ptr<Cursor> cursor, const Watch& watch, absl::Time start)
      : cursor_(std::move(cursor)), watch_(watch), start_(start) {}
  ~ObservedCursor() override { watch_.Tell("scan", start_, cursor_->status().ok()); }

  bool Valid() const override { return cursor_->Valid(); }
  void Next() override { cursor_->Next(); }
  void Seek(absl::string_view key) override { cursor_->Seek(key); }
  absl::string_view key() const override { return cursor_->key(); }
  absl::string_view value() const override { return cursor_->value(); }
  absl::Status status() const override { return cursor_->status(); }

 private:
  const std::unique_ptr<Cursor> cursor_;
  const Watch& watch_;
  const absl::Time start_;
};

class ObservedStore : public KeyValueStore {
 public:
  ObservedStore(std::unique_ptr<KeyValueStore> store, Watch watch)
      : store_(std::move(store)), watch_(std::move(watch)) {}

  absl::StatusOr<std::optional<std::string>> Get(absl::string_view key) override {
    const absl::Time start = watch_.now();
    auto value = store_->Get(key);
    watch_.Tell("get", start, value.ok());
    return value;
  }

  std::unique_ptr<Cursor> Scan(absl::string_view prefix) override {
    const absl::Time start = watch_.now();
    return std::make_unique<ObservedCursor>(store_->Scan(prefix), watch_, start);
  }

  absl::Status Apply(const Commit& commit) override {
    const absl::Time start = watch_.now();
    absl::Status status = store_->Apply(commit);
    watch_.Tell("apply", start, status.ok());
    return status;
  }

  std::string Describe() const override { return store_->Describe(); }

 private:
  const std::unique_ptr<KeyValueStore> store_;
  const Watch watch_;
};

}  // namespace

absl::Time SteadyNow() {
  return absl::UnixEpoch() +
         absl::FromChrono(std::chrono::steady_clock::now().time_since_epoch());
}

std::unique_ptr<KeyValueStore> Observed(std::unique_ptr<KeyValueStore> store,
                                        StoreObserver observer,
                                        std::function<absl::Time()> now) {
  return std::make_unique<ObservedStore>(std::move(store),
                                         Watch{std::move(observer), std::move(now)});
}

}  // namespace calibrd::store
