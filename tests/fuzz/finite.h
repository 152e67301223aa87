// What no reply may hold, whatever the request: NaN or an infinity.

#ifndef CALIBRD_TESTS_FUZZ_FINITE_H_
#define CALIBRD_TESTS_FUZZ_FINITE_H_

#include "google/protobuf/message.h"

namespace calibrd {

// Ends the process, after a line that names the field, where a number of `message` or of
// a message in it is not finite.
void AbortUnlessFinite(const google::protobuf::Message& message);

}  // namespace calibrd

#endif  // CALIBRD_TESTS_FUZZ_FINITE_H_
