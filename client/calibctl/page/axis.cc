#include "client/calibctl/page/axis.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_format.h"

namespace calibrd::calibctl {
namespace {

// The smallest of 1, 2, 5 times a power of ten that is at least `distance`.
double RoundStep(double distance) {
  const double power = std::pow(10.0, std::floor(std::log10(distance)));
  for (const double factor : {1.0, 2.0, 5.0}) {
    if (factor * power >= distance * (1 - 1e-9)) return factor * power;
  }
  return 10 * power;
}

}  // namespace

Axis::Axis(double low, double high, double low_pixel, double high_pixel)
    : low_(low), high_(high), low_pixel_(low_pixel), high_pixel_(high_pixel) {}

Axis Axis::Around(const std::vector<double>& values, double low_pixel,
                  double high_pixel) {
  double low = 0;
  double high = 1;
  if (!values.empty()) {
    const auto [least, most] = std::minmax_element(values.begin(), values.end());
    const double room = std::max(0.05 * (*most - *least), 1e-3);
    low = *least - room;
    high = *most + room;
  }
  return {low, high, low_pixel, high_pixel};
}

double Axis::At(double value) const {
  const double share = std::clamp((value - low_) / (high_ - low_), 0.0, 1.0);
  return low_pixel_ + share * (high_pixel_ - low_pixel_);
}

std::vector<double> Axis::Marks(int count) const {
  const double step = RoundStep((high_ - low_) / count);
  std::vector<double> marks;
  const double slack = 1e-9 * step;
  for (double i = std::ceil((low_ - slack) / step); i * step <= high_ + slack; ++i) {
    marks.push_back(i * step);
  }
  return marks;
}

std::string MarkText(double mark) {
  // Sums of steps leave dust: 0.30000000000000004, -1e-17.
  const double clean = std::abs(mark) < 1e-12 ? 0.0 : mark;
  return absl::StrFormat("%.6g", clean);
}

}  // namespace calibrd::calibctl
