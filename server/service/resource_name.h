// Names of profiles, `models/{model}/prompts/{prompt}`, and of the models above them
// (AIP-122). Model names are real ones and hold slashes, dots and colons
// ("meta-llama/Llama-3.1-8B-Instruct"), so the last `/prompts/` divides.
//
// Thread-safety: pure functions.

#ifndef CALIBRD_SERVER_SERVICE_RESOURCE_NAME_H_
#define CALIBRD_SERVER_SERVICE_RESOURCE_NAME_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace calibrd::service {

// OK if `name` is the name of a profile: at most 512 bytes, without white space, control
// characters and empty segments. Otherwise INVALID_ARGUMENT (INVALID_NAME) with the field
// `field`.
absl::Status CheckProfileName(absl::string_view name, absl::string_view field);

// OK if `parent` is empty or `models/{model}`.
absl::Status CheckParent(absl::string_view parent, absl::string_view field);

// `models/{model}` of a profile's name.
absl::string_view ParentOf(absl::string_view profile_name);

// `text` in double quotes, escaped, and cut where it is long: for error texts.
std::string Quoted(absl::string_view text);

}  // namespace calibrd::service

#endif  // CALIBRD_SERVER_SERVICE_RESOURCE_NAME_H_
