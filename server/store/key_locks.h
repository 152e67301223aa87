// Locks for sets of keys: who holds a key may compare its value and write it, and nobody
// else does so in between.
//
//   KeyLocks locks;
//   const KeyLocks::Held held = locks.Lock(commit);
//   … compare what `commit` expects, then write it
//
// Keys share a fixed number of mutexes by their hash, so two commits may wait for each
// other although they have no key in common; that costs time, never correctness. The
// mutexes are taken in one order, so no two commits wait for each other for ever.
//
// Thread-safety: KeyLocks may be used from any thread; a Held belongs to one.

#ifndef CALIBRD_SERVER_STORE_KEY_LOCKS_H_
#define CALIBRD_SERVER_STORE_KEY_LOCKS_H_

#include <array>
#include <cstddef>
#include <vector>

#include "absl/strings/string_view.h"
#include "server/mutex.h"
#include "server/store/key_value_store.h"

namespace calibrd::store {

class KeyLocks {
 public:
  // Holds its mutexes until it is destroyed.
  class Held {
   public:
    ~Held();
    Held(Held&& other) = default;
    Held& operator=(Held&&) = delete;

   private:
    friend class KeyLocks;
    Held() = default;
    std::vector<Mutex*> mutexes_;
  };

  // Locks every key that `commit` names.
  Held Lock(const Commit& commit);

 private:
  // Many more than there are writers with a few keys each: they seldom collide.
  static constexpr size_t kStripes = 8192;

  std::array<Mutex, kStripes> stripes_;
};

}  // namespace calibrd::store

#endif  // CALIBRD_SERVER_STORE_KEY_LOCKS_H_
