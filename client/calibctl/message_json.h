// Protobuf messages as JSON, and a profile as a file that `import` takes back.
//
//   absl::StatusOr<std::string> text = ToJson(profile, JsonLayout::kPretty);
//   ImportProfileRequest request = ImportRequestOf(profile);
//
// The JSON is protobuf's own mapping: lowerCamelCase names, 64-bit integers as strings,
// numbers written so that they read back as the same double. Pure, safe from any thread.

#ifndef CALIBRD_CLIENT_CALIBCTL_MESSAGE_JSON_H_
#define CALIBRD_CLIENT_CALIBCTL_MESSAGE_JSON_H_

#include <string>

#include "absl/status/statusor.h"
#include "calibration/v1/calibration_service.pb.h"
#include "google/protobuf/message.h"

namespace calibrd::calibctl {

enum class JsonLayout { kPretty, kOneLine };

// `message`, ended by a newline. With `all_fields`, numbers that are 0 and empty texts
// are written too, for scripts that read them.
absl::StatusOr<std::string> ToJson(const google::protobuf::Message& message,
                                   JsonLayout layout, bool all_fields = true);

// What imports the parameters of `profile` again: name, labels, transform and
// annotations. How it was fitted is not part of an import.
calibration::v1::ImportProfileRequest ImportRequestOf(
    const calibration::v1::Profile& profile);

// Reads what ImportRequestOf wrote. `place` ("file.json") begins an error's message.
absl::StatusOr<calibration::v1::ImportProfileRequest> ParseImportRequest(
    const std::string& json, const std::string& place);

}  // namespace calibrd::calibctl

#endif  // CALIBRD_CLIENT_CALIBCTL_MESSAGE_JSON_H_
