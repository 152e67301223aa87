// The entry of libFuzzer, which looks for inputs that fail.

#include <cstddef>
#include <cstdint>

#include "grpcpp/support/byte_buffer.h"
#include "server/service/wire.h"
#include "tests/fuzz/input.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  static const bool caught = (calibrd::service::CatchProtobufLog(), true);
  (void)caught;
  const grpc::Slice slice(bytes, size);
  calibrd::RunInput(grpc::ByteBuffer(&slice, 1));
  return 0;
}
