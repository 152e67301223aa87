// Cases that are measured in turn, round after round, so that what else the machine does
// falls on all of them alike.
//
//   Rounds rounds({{"plain", …}, {"adaptive", …}});
//   absl::Status status = rounds.Measure(5);
//   rounds.Print(stdout);                 // against the first case, medians
//
// Thread-safety: none.

#ifndef CALIBRD_BENCH_LOAD_ROUNDS_H_
#define CALIBRD_BENCH_LOAD_ROUNDS_H_

#include <cstdio>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "bench/load/closed_loop.h"

namespace calibrd {

struct Case {
  std::string name;
  std::function<LoadReport(uint64_t seed)> run;
};

// The middle of numbers, and the range of them.
struct Spread {
  double median = 0;
  double least = 0;
  double most = 0;
};
Spread SpreadOf(std::vector<double> numbers);

class Rounds {
 public:
  // The first case is the one that the others are compared with.
  explicit Rounds(std::vector<Case> cases) : cases_(std::move(cases)) {}

  // Runs every case `count` times, each round starting with another one. The first call
  // that failed ends it.
  absl::Status Measure(int count);

  // One line for each case: CPU of the server for a call and calls a second as ratios to
  // those of the first case in the same round, with their ranges; and times.
  void Print(std::FILE* out) const;
  // The same as an array of JSON.
  std::string Json() const;

 private:
  struct Figures {
    Spread cpu_ratio;
    Spread throughput_ratio;
    double cpu_microseconds;
    double throughput;
    double p50_microseconds;
    double p99_microseconds;
  };
  Figures FiguresOf(size_t index) const;

  const std::vector<Case> cases_;
  std::vector<std::vector<LoadReport>> reports_;  // by round and case
};

}  // namespace calibrd

#endif  // CALIBRD_BENCH_LOAD_ROUNDS_H_
