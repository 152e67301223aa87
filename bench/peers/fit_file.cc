// Fits the labelled rows of two files and says how long it took, so that a program of
// another language can compare its own time on the same rows.
//
//   fit_file --rows=rows.f32 --labels=labels.i32 --label_count=10 --method=DIRICHLET
//            [--weight_l2=1e-3] [--bias_l2=1e-3] [--repeats=5]
//
// Rows are float32 probabilities, row-major; labels are int32. Prints one line of JSON.

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/flags/parse.h"
#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "calibration/labelled.h"

ABSL_FLAG(std::string, rows, "", "A file of float32 probabilities.");
ABSL_FLAG(std::string, labels, "", "A file of int32 labels.");
ABSL_FLAG(int, label_count, 2, "K.");
ABSL_FLAG(std::string, method, "TEMPERATURE", "A name of LabelledMethodName.");
ABSL_FLAG(double, weight_l2, 0, "lambda.");
ABSL_FLAG(double, bias_l2, 0, "mu.");
ABSL_FLAG(int, repeats, 5, "How often it is fitted; the median counts.");

namespace calibrd {
namespace {

template <typename T>
std::vector<T> ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary | std::ios::ate);
  std::vector<T> numbers(file ? static_cast<size_t>(file.tellg()) / sizeof(T) : 0);
  file.seekg(0);
  file.read(reinterpret_cast<char*>(numbers.data()),
            static_cast<std::streamsize>(numbers.size() * sizeof(T)));
  return numbers;
}

absl::Status Run() {
  const std::vector<float> values = ReadFile<float>(absl::GetFlag(FLAGS_rows));
  const std::vector<int32_t> labels = ReadFile<int32_t>(absl::GetFlag(FLAGS_labels));
  const LabelledRows rows{
      .rows = {.values = values, .label_count = absl::GetFlag(FLAGS_label_count)},
      .labels = labels};
  LabelledOptions options{.weight_l2 = absl::GetFlag(FLAGS_weight_l2),
                          .bias_l2 = absl::GetFlag(FLAGS_bias_l2)};
  const std::string name = absl::GetFlag(FLAGS_method);
  const auto* method =
      std::find_if(std::begin(kLabelledMethods), std::end(kLabelledMethods),
                   [&](LabelledMethod m) { return LabelledMethodName(m) == name; });
  if (method == std::end(kLabelledMethods)) {
    return absl::InvalidArgumentError(absl::StrCat("there is no method ", name));
  }
  options.method = *method;
  std::vector<double> milliseconds;
  LabelledFit fit;
  for (int i = 0; i < absl::GetFlag(FLAGS_repeats); ++i) {
    const absl::Time start = absl::Now();
    absl::StatusOr<LabelledFit> fitted = FitLabelled(rows, {}, options);
    if (!fitted.ok()) return fitted.status();
    milliseconds.push_back(absl::ToDoubleMilliseconds(absl::Now() - start));
    fit = *std::move(fitted);
  }
  std::sort(milliseconds.begin(), milliseconds.end());
  std::printf("{\"milliseconds\": %.3f, \"objective\": %.15g, \"iterations\": %d}\n",
              milliseconds[milliseconds.size() / 2], fit.objective, fit.iterations);
  return absl::OkStatus();
}

}  // namespace
}  // namespace calibrd

int main(int argc, char** argv) {
  absl::ParseCommandLine(argc, argv);
  const absl::Status status = calibrd::Run();
  if (status.ok()) return 0;
  std::fprintf(stderr, "fit_file: %s\n", std::string(status.message()).c_str());
  return 1;
}
