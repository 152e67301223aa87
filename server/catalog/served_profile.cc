#include "server/catalog/served_profile.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "calibration/error.h"
#include "server/catalog/live_start.h"
#include "server/catalog/transform_proto.h"

namespace calibrd::catalog {

using ::calibration::v1::Label;
using ::calibration::v1::Profile;

std::shared_ptr<const LabelNames> LabelTable::Intern(const Profile& profile) {
  if (profile.labels().empty()) return nullptr;
  std::string key;
  for (const Label& label : profile.labels()) {
    absl::StrAppend(&key, label.name().size(), ":", label.name());
  }
  MutexLock lock(mutex_);
  std::weak_ptr<const LabelNames>& known = lists_[key];
  if (std::shared_ptr<const LabelNames> names = known.lock()) return names;
  auto names = std::make_shared<LabelNames>();
  names->reserve(static_cast<size_t>(profile.labels_size()));
  for (const Label& label : profile.labels()) names->push_back(label.name());
  known = names;
  if (lists_.size() >= sweep_at_) {
    absl::erase_if(lists_, [](const auto& entry) { return entry.second.expired(); });
    sweep_at_ = 64 + 2 * lists_.size();
  }
  return names;
}

namespace {

absl::Status Damaged(const Profile& profile, const absl::Status& why) {
  return Error(absl::StatusCode::kDataLoss, reason::kStoreCorrupted,
               absl::StrCat("the stored parameters of ", profile.name(), " revision ",
                            profile.revision(), " do not fit together: ", why.message()));
}

std::unique_ptr<const ConformalFit> SetsOf(const Profile& profile) {
  if (!profile.has_prediction_sets()) return nullptr;
  using Options = ::calibration::v1::PredictionSetOptions;
  const auto& stored = profile.prediction_sets();
  auto sets = std::make_unique<ConformalFit>();
  sets->score =
      stored.score() == Options::SCORE_APS ? ConformalScore::kAps : ConformalScore::kLac;
  sets->row_count = stored.row_count();
  sets->scores.assign(stored.scores().begin(), stored.scores().end());
  return sets;
}

}  // namespace

absl::StatusOr<std::unique_ptr<const ServedProfile>> MakeServedProfile(
    const Profile& profile, int kept_revisions, LabelTable& labels) {
  absl::StatusOr<Transform> transform =
      TransformFromProto(profile.transform(), profile.label_count());
  if (!transform.ok()) return Damaged(profile, transform.status());
  std::unique_ptr<const ConformalFit> sets = SetsOf(profile);
  if (sets != nullptr) {
    if (absl::Status s = CheckConformalFit(*sets); !s.ok()) return Damaged(profile, s);
  }
  return std::make_unique<const ServedProfile>(
      profile.name(), profile.revision(), kept_revisions, labels.Intern(profile),
      Kernel::Compile(*transform), LiveStartOf(profile), SignalReferenceOf(profile),
      std::move(sets));
}

}  // namespace calibrd::catalog
