// A profile in the form in which it is served: its name, its revision, its kernel.
// Nothing else of the resource is kept in memory but what it has seen; GetProfile reads
// the store.
//
//   LabelTable labels;
//   std::unique_ptr<const ServedProfile> served = *MakeServedProfile(profile, 3, labels);
//   served->kernel.Apply(row, Scale::kProbability, q);
//
// Thread-safety: immutable after it was made, but for `kept_revisions` and `live`.

#ifndef CALIBRD_SERVER_CATALOG_SERVED_PROFILE_H_
#define CALIBRD_SERVER_CATALOG_SERVED_PROFILE_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "calibration/conformal.h"
#include "calibration/kernel.h"
#include "calibration/v1/profile.pb.h"
#include "server/catalog/live_statistics.h"
#include "server/mutex.h"

namespace calibrd::catalog {

using LabelNames = std::vector<std::string>;

// Keeps one copy of each list of label names: thousands of profiles share a task's
// labels. Thread-safety: all methods, from any thread.
class LabelTable {
 public:
  // The list of `profile`'s label names; nullptr where it has none.
  std::shared_ptr<const LabelNames> Intern(const ::calibration::v1::Profile& profile);

 private:
  Mutex mutex_;
  // By the names, joined. Lists that nobody uses are dropped when the table has doubled.
  absl::flat_hash_map<std::string, std::weak_ptr<const LabelNames>> lists_
      ABSL_GUARDED_BY(mutex_);
  size_t sweep_at_ ABSL_GUARDED_BY(mutex_) = 64;
};

struct ServedProfile {
  ServedProfile(std::string profile_name, int64_t revision_number, int32_t revisions,
                std::shared_ptr<const LabelNames> names, Kernel compiled,
                std::unique_ptr<const LiveStart> start,
                const SignalReference& signal_reference,
                std::unique_ptr<const ConformalFit> prediction_sets)
      : name(std::move(profile_name)),
        revision(revision_number),
        kept_revisions(revisions),
        label_names(std::move(names)),
        kernel(std::move(compiled)),
        live_start(std::move(start)),
        signal(signal_reference),
        sets(std::move(prediction_sets)) {}
  ~ServedProfile() {
    if (LiveStatistics* statistics = live.load()) statistics->Retire();
  }

  const std::string name;
  const int64_t revision;
  mutable std::atomic<int32_t> kept_revisions;
  const std::shared_ptr<const LabelNames> label_names;  // nullptr: labels have no names
  const Kernel kernel;
  // What its statistics start from; nullptr: from nothing.
  const std::unique_ptr<const LiveStart> live_start;
  const SignalReference signal;
  const std::unique_ptr<const ConformalFit> sets;  // nullptr: none were fitted
  // Owned by the LiveRegistry; nullptr until there are any.
  mutable std::atomic<LiveStatistics*> live{nullptr};

  // Empty, or K names.
  absl::Span<const std::string> labels() const {
    return label_names ? absl::MakeConstSpan(*label_names)
                       : absl::Span<const std::string>();
  }
};

// DATA_LOSS (STORE_CORRUPTED) where the profile's parameters do not fit together.
absl::StatusOr<std::unique_ptr<const ServedProfile>> MakeServedProfile(
    const ::calibration::v1::Profile& profile, int kept_revisions, LabelTable& labels);

}  // namespace calibrd::catalog

#endif  // CALIBRD_SERVER_CATALOG_SERVED_PROFILE_H_
