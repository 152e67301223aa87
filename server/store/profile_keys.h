// The keys under which calibrd keeps what it keeps.
//
//   meta/format               the format version
//   h/<name>                  the head of a profile
//   r/<name>\0<revision>      one revision of it
//   q/<request id>            the answer that was given to a request
//   t/<time>/<request id>     the same ids in the order of their time
//   s/<name>                  what its active revision has seen
//
// Revisions are 8 bytes, big-endian, and times are microseconds since 1970, 8 bytes,
// big-endian: keys sort in the order of names, revisions and times. A name holds no NUL,
// so the revisions of a profile are neighbours, in the order of the heads.

#ifndef CALIBRD_SERVER_STORE_PROFILE_KEYS_H_
#define CALIBRD_SERVER_STORE_PROFILE_KEYS_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"

namespace calibrd::store {

inline constexpr absl::string_view kFormatKey = "meta/format";
inline constexpr absl::string_view kHeadPrefix = "h/";
inline constexpr absl::string_view kRevisionPrefix = "r/";
inline constexpr absl::string_view kRequestPrefix = "q/";
inline constexpr absl::string_view kRequestTimePrefix = "t/";
inline constexpr absl::string_view kLivePrefix = "s/";

std::string HeadKey(absl::string_view name);
std::string RevisionKey(absl::string_view name, int64_t revision);
std::string LiveKey(absl::string_view name);
std::string RequestKey(absl::string_view request_id);
std::string RequestTimeKey(int64_t unix_micros, absl::string_view request_id);

// The name in a key that starts with kHeadPrefix.
absl::string_view NameOfHeadKey(absl::string_view key);

// What a key that starts with kRequestTimePrefix says; nullopt where it is too short.
struct RequestTime {
  int64_t unix_micros;
  std::string request_id;
};
std::optional<RequestTime> ParseRequestTimeKey(absl::string_view key);

}  // namespace calibrd::store

#endif  // CALIBRD_SERVER_STORE_PROFILE_KEYS_H_
