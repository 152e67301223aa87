// Profiles for the tests of the catalog.

#ifndef CALIBRD_TESTS_SERVER_CATALOG_PROFILES_H_
#define CALIBRD_TESTS_SERVER_CATALOG_PROFILES_H_

#include <cstdint>
#include <memory>
#include <string>

#include "server/catalog/served_profile.h"

namespace calibrd::catalog {

// A profile over "no" and "yes" whose bias is its revision, so that a reader can tell
// whether what it sees belongs together.
inline ::calibration::v1::Profile ProfileOf(const std::string& name, int64_t revision) {
  ::calibration::v1::Profile profile;
  profile.set_name(name);
  profile.set_revision(revision);
  profile.set_label_count(2);
  profile.add_labels()->set_name("no");
  profile.add_labels()->set_name("yes");
  profile.mutable_transform()->set_input(
      ::calibration::v1::Transform::INPUT_LOG_PROBABILITY);
  profile.mutable_transform()->add_bias(0);
  profile.mutable_transform()->add_bias(static_cast<double>(revision % 50));
  return profile;
}

inline std::unique_ptr<const ServedProfile> Served(const std::string& name,
                                                   int64_t revision, int kept = 1) {
  static auto* const labels = new LabelTable;
  return *MakeServedProfile(ProfileOf(name, revision), kept, *labels);
}

}  // namespace calibrd::catalog

#endif  // CALIBRD_TESTS_SERVER_CATALOG_PROFILES_H_
