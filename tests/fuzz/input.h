// What each program of this folder defines: one input, run.

#ifndef CALIBRD_TESTS_FUZZ_INPUT_H_
#define CALIBRD_TESTS_FUZZ_INPUT_H_

#include "grpcpp/support/byte_buffer.h"

namespace calibrd {

// Ends the process where a law is broken. False where the input was refused, and so did
// not get as far as an answer.
bool RunInput(const grpc::ByteBuffer& bytes);

}  // namespace calibrd

#endif  // CALIBRD_TESTS_FUZZ_INPUT_H_
