// absl::Time to google.protobuf.Timestamp and back, in nanoseconds.

#ifndef CALIBRD_SERVER_STORE_TIMESTAMP_H_
#define CALIBRD_SERVER_STORE_TIMESTAMP_H_

#include "absl/time/time.h"
#include "google/protobuf/timestamp.pb.h"

namespace calibrd::store {

inline google::protobuf::Timestamp ToTimestamp(absl::Time time) {
  const timespec parts = absl::ToTimespec(time);
  google::protobuf::Timestamp timestamp;
  timestamp.set_seconds(parts.tv_sec);
  timestamp.set_nanos(static_cast<int32_t>(parts.tv_nsec));
  return timestamp;
}

inline absl::Time FromTimestamp(const google::protobuf::Timestamp& timestamp) {
  return absl::FromUnixSeconds(timestamp.seconds()) +
         absl::Nanoseconds(timestamp.nanos());
}

}  // namespace calibrd::store

#endif  // CALIBRD_SERVER_STORE_TIMESTAMP_H_
