// Clients that each wait for an answer before they send the next request.
//
//   ClosedLoop loop(server.address(), Method("Calibrate"), {.channels = 8});
//   absl::Status fitted = loop.CallEach(requests);      // every one, once
//   LoadReport report = loop.Run(requests, {.time = absl::Seconds(2)},
//                                [&] { return server.CpuTime(); });
//   report.throughput();                                // calls a second
//   report.cpu_of_call();                               // of the server
//
// Requests are bytes, made beforehand, and answers are not parsed, so that the client
// takes as little of a shared CPU as it can.
//
// Thread-safety: none; Run and CallEach use one thread of their own.

#ifndef CALIBRD_BENCH_LOAD_CLOSED_LOOP_H_
#define CALIBRD_BENCH_LOAD_CLOSED_LOOP_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "bench/load/latency_histogram.h"
#include "grpcpp/generic/generic_stub.h"
#include "grpcpp/support/byte_buffer.h"

namespace calibrd {

// The path of a method of calibration.v1.CalibrationService.
std::string Method(const std::string& name);

struct LoadReport {
  LatencyHistogram latency;  // of the calls that were answered OK while it was measured
  int64_t failures = 0;      // the others, from the first call to the last
  std::string first_failure;
  absl::Duration time;
  absl::Duration server_cpu;

  int64_t calls() const { return latency.count(); }
  double throughput() const {
    return static_cast<double>(calls()) / absl::ToDoubleSeconds(time);
  }
  absl::Duration cpu_of_call() const {
    return calls() == 0 ? absl::ZeroDuration() : server_cpu / calls();
  }
};

class ClosedLoop {
 public:
  struct Shape {
    int channels = 1;   // connections
    int in_flight = 1;  // calls on each
  };
  ClosedLoop(const std::string& address, std::string method, Shape shape);

  struct Span {
    absl::Duration warm_up = absl::Milliseconds(300);
    absl::Duration time = absl::Seconds(2);
    uint64_t seed = 1;
  };
  // Draws from `requests` at random until the time is over. `cpu_time` tells what the
  // server has taken so far.
  LoadReport Run(const std::vector<grpc::ByteBuffer>& requests, Span span,
                 const std::function<absl::Duration()>& cpu_time);

  // Sends every request once. The first failure.
  absl::Status CallEach(const std::vector<grpc::ByteBuffer>& requests);

 private:
  const std::string method_;
  const int in_flight_;
  std::vector<std::unique_ptr<grpc::GenericStub>> stubs_;  // a channel each
};

}  // namespace calibrd

#endif  // CALIBRD_BENCH_LOAD_CLOSED_LOOP_H_
