// The requests that the benchmarks send, as bytes.

#ifndef CALIBRD_BENCH_LOAD_REQUESTS_H_
#define CALIBRD_BENCH_LOAD_REQUESTS_H_

#include <string>
#include <vector>

#include "grpcpp/support/byte_buffer.h"

namespace calibrd {

// The name of profile `number` of a set of profiles.
std::string ProfileName(const std::string& set, int number);

struct FitShape {
  int labels = 2;
  bool adaptive = false;
};
// FitProfile for profiles 0 … count-1 of `set`, each from three content-free rows.
std::vector<grpc::ByteBuffer> FitRequests(const std::string& set, int count,
                                          FitShape shape);

struct CalibrateShape {
  int labels = 2;
  int rows = 1;
  bool observe = true;  // or do_not_observe
};
// Calibrate for profiles 0 … count-1 of `set`, at least kDistinctRows requests, so that
// one profile sees different rows. Rows are drawn with a fixed seed.
std::vector<grpc::ByteBuffer> CalibrateRequests(const std::string& set, int count,
                                                CalibrateShape shape);
inline constexpr int kDistinctRows = 1000;

}  // namespace calibrd

#endif  // CALIBRD_BENCH_LOAD_REQUESTS_H_
