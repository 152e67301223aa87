#include "server/catalog/served_profile.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "calibration/error.h"
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

absl::StatusOr<std::unique_ptr<const ServedProfile>> MakeServedProfile(
    const Profile& profile, int kept_revisions, LabelTable& labels) {
  absl::StatusOr<Transform> transform =
      TransformFromProto(profile.transform(), profile.label_count());
  if (!transform.ok()) {
    return Error(absl::StatusCode::kDataLoss, reason::kStoreCorrupted,
                 absl::StrCat("the stored parameters of ", profile.name(), " revision ",
                              profile.revision(),
                              " do not fit together: ", transform.status().message()));
  }
  return std::make_unique<const ServedProfile>(
      ServedProfile{profile.name(), profile.revision(), kept_revisions,
                    labels.Intern(profile), Kernel::Compile(*transform)});
}

}  // namespace calibrd::catalog
