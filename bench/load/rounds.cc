#include "bench/load/rounds.h"

#include <algorithm>
#include <cstddef>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/time/time.h"

namespace calibrd {
namespace {

double Microseconds(absl::Duration duration) {
  return absl::ToDoubleMicroseconds(duration);
}

}  // namespace

Spread SpreadOf(std::vector<double> numbers) {
  if (numbers.empty()) return {};
  std::sort(numbers.begin(), numbers.end());
  const size_t middle = numbers.size() / 2;
  const double median = numbers.size() % 2 == 1
                            ? numbers[middle]
                            : (numbers[middle - 1] + numbers[middle]) / 2;
  return {median, numbers.front(), numbers.back()};
}

absl::Status Rounds::Measure(int count) {
  for (int round = 0; round < count; ++round) {
    std::vector<LoadReport> reports(cases_.size());
    for (size_t i = 0; i < cases_.size(); ++i) {
      const size_t index = (i + static_cast<size_t>(round)) % cases_.size();
      reports[index] = cases_[index].run(static_cast<uint64_t>(round) + 1);
      const LoadReport& report = reports[index];
      if (report.failures > 0) {
        return absl::InternalError(
            absl::StrCat(cases_[index].name, ": ", report.failures,
                         " calls failed, the first: ", report.first_failure));
      }
      if (report.calls() == 0) {
        return absl::InternalError(
            absl::StrCat(cases_[index].name, ": no call was answered in time"));
      }
    }
    reports_.push_back(std::move(reports));
  }
  return absl::OkStatus();
}

Rounds::Figures Rounds::FiguresOf(size_t index) const {
  std::vector<double> cpu_ratio;
  std::vector<double> throughput_ratio;
  std::vector<double> cpu;
  std::vector<double> throughput;
  std::vector<double> p50;
  std::vector<double> p99;
  for (const std::vector<LoadReport>& round : reports_) {
    const LoadReport& floor = round.front();
    const LoadReport& report = round[index];
    cpu_ratio.push_back(absl::FDivDuration(report.cpu_of_call(), floor.cpu_of_call()));
    throughput_ratio.push_back(report.throughput() / floor.throughput());
    cpu.push_back(Microseconds(report.cpu_of_call()));
    throughput.push_back(report.throughput());
    p50.push_back(Microseconds(report.latency.Percentile(0.5)));
    p99.push_back(Microseconds(report.latency.Percentile(0.99)));
  }
  return {SpreadOf(cpu_ratio),         SpreadOf(throughput_ratio), SpreadOf(cpu).median,
          SpreadOf(throughput).median, SpreadOf(p50).median,       SpreadOf(p99).median};
}

void Rounds::Print(std::FILE* out) const {
  std::fprintf(out, "%-44s %22s %22s %9s %10s %9s %9s\n", "", "CPU of a call, ratio",
               "calls a second, ratio", "CPU, us", "calls/s", "p50, us", "p99, us");
  for (size_t i = 0; i < cases_.size(); ++i) {
    const Figures f = FiguresOf(i);
    const auto ratio = [](const Spread& s) {
      return absl::StrFormat("%.3f (%.3f ... %.3f)", s.median, s.least, s.most);
    };
    std::fprintf(out, "%-44s %22s %22s %9.2f %10.0f %9.0f %9.0f\n",
                 cases_[i].name.c_str(), ratio(f.cpu_ratio).c_str(),
                 ratio(f.throughput_ratio).c_str(), f.cpu_microseconds, f.throughput,
                 f.p50_microseconds, f.p99_microseconds);
  }
}

std::string Rounds::Json() const {
  std::vector<std::string> lines;
  for (size_t i = 0; i < cases_.size(); ++i) {
    const Figures f = FiguresOf(i);
    lines.push_back(absl::StrFormat(
        R"({"case": "%s", "cpu_ratio": [%.4f, %.4f, %.4f], )"
        R"("throughput_ratio": [%.4f, %.4f, %.4f], "cpu_microseconds": %.3f, )"
        R"("calls_a_second": %.0f, "p50_microseconds": %.1f, "p99_microseconds": %.1f})",
        cases_[i].name, f.cpu_ratio.median, f.cpu_ratio.least, f.cpu_ratio.most,
        f.throughput_ratio.median, f.throughput_ratio.least, f.throughput_ratio.most,
        f.cpu_microseconds, f.throughput, f.p50_microseconds, f.p99_microseconds));
  }
  return absl::StrCat("[", absl::StrJoin(lines, ",\n "), "]");
}

}  // namespace calibrd
