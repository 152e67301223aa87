#include "calibration/smooth_ece.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

#include "Eigen/Core"

namespace calibrd {
namespace {

constexpr double kSmallestBandwidth = 0.001;  // where the search stops
constexpr int kHalvings = 10;
constexpr double kLeastDensity = 0.0001;  // relplot's guard against empty regions
// Beyond this many standard deviations the kernel is below 1e-17 of its height.
constexpr double kReach = 9;

// round() of numpy: to the even one of two that are as near.
size_t Round(double x) {
  return static_cast<size_t>(std::nearbyint(x));
}

size_t GridSize(double bandwidth) {
  return std::max<size_t>(2000, Round(20 / bandwidth)) / 2 + 1;
}

// Over how many points the error is averaged.
size_t PointCount(double bandwidth) {
  return std::max<size_t>(Round(10 / bandwidth), 200);
}

// A place between two neighbours of a grid over [0, 1].
struct Between {
  Between(double place_in_unit, Eigen::Index size) {
    const double place = place_in_unit * static_cast<double>(size - 1);
    left = std::clamp<Eigen::Index>(static_cast<Eigen::Index>(place), 0, size - 2);
    right_share = place - static_cast<double>(left);
  }
  Eigen::Index left;
  double right_share;
};

double ResidualOf(const Forecasts& forecasts, size_t row) {
  return forecasts.probabilities[row] - (forecasts.happened[row] != 0 ? 1.0 : 0.0);
}

// What the forecasts put on each point of the grid.
struct Grid {
  Eigen::VectorXd residuals;
  Eigen::VectorXd rows;
};

Grid PutOnGrid(const Forecasts& forecasts, absl::Span<const uint32_t> counts,
               size_t size) {
  const auto points = static_cast<Eigen::Index>(size);
  Grid grid{Eigen::VectorXd::Zero(points), Eigen::VectorXd::Zero(points)};
  for (size_t i = 0; i < forecasts.probabilities.size(); ++i) {
    const double count = counts.empty() ? 1 : counts[i];
    const double residual = count * ResidualOf(forecasts, i);
    const Between at(forecasts.probabilities[i], points);
    grid.residuals[at.left] += (1 - at.right_share) * residual;
    grid.residuals[at.left + 1] += at.right_share * residual;
    grid.rows[at.left] += (1 - at.right_share) * count;
    grid.rows[at.left + 1] += at.right_share * count;
  }
  return grid;
}

// The values, with as many reflected at either end: without the ends twice.
Eigen::VectorXd Reflect(const Eigen::VectorXd& values) {
  const Eigen::Index n = values.size();
  Eigen::VectorXd reflected(3 * n - 2);
  reflected << values.reverse().head(n - 1), values, values.reverse().tail(n - 1);
  return reflected;
}

// The part of the kernel that counts. Its point i, of `size` points over [0, 1], is
// exp(-(i/(size - 1) - 1/2)² / (2 s²)) / (s sqrt(2 pi)).
struct Gaussian {
  Gaussian(size_t size, double bandwidth) {
    const double step = 1 / static_cast<double>(size - 1);
    const double reach = std::min(kReach * bandwidth, 0.5);
    first = static_cast<Eigen::Index>(std::ceil((0.5 - reach) / step - 1e-9));
    const Eigen::Index last = static_cast<Eigen::Index>(size) - 1 - first;
    values.resize(last - first + 1);
    for (Eigen::Index i = first; i <= last; ++i) {
      const double z = (static_cast<double>(i) * step - 0.5) / bandwidth;
      values[i - first] =
          std::exp(-z * z / 2) / (std::sqrt(2 * 3.14159265358979323846) * bandwidth);
    }
  }
  Eigen::Index first;
  Eigen::VectorXd values;  // symmetric
};

// A grid, reflected, and smoothed at the points that are asked for.
class Smoothed {
 public:
  Smoothed(const Eigen::VectorXd& values, const Gaussian& kernel)
      : size_(values.size()), reflected_(Reflect(values)), kernel_(kernel) {}

  // Between the two points of the grid that are nearest to t in [0, 1].
  double At(double t) {
    const Between at(t, size_);
    // As t rises, the point to the right often becomes the one to the left.
    const double left_value = at.left == right_ ? right_value_ : AtPoint(at.left);
    right_value_ = at.left == right_ - 1 ? right_value_ : AtPoint(at.left + 1);
    right_ = at.left + 1;
    return left_value * (1 - at.right_share) + right_value_ * at.right_share;
  }

 private:
  double AtPoint(Eigen::Index point) const {
    // Kernel value i meets reflected value (point + size/2 + size - 1 - i). As the kernel
    // is symmetric, it may be run through in the direction of the values.
    const Eigen::Index last = kernel_.first + kernel_.values.size() - 1;
    const Eigen::Index begin = point + size_ / 2 + size_ - 1 - last;
    return kernel_.values.dot(reflected_.segment(begin, kernel_.values.size()));
  }

  Eigen::Index size_;
  Eigen::VectorXd reflected_;
  const Gaussian& kernel_;
  Eigen::Index right_ = -1;  // the point that was smoothed last
  double right_value_ = 0;
};

// What one unit on a point of the grid adds to each point, once smoothed: the other way
// round than Smoothed, which gathers.
class Spread {
 public:
  Spread(Eigen::Index size, const Gaussian& kernel) : size_(size), kernel_(kernel) {}

  // At the place `to`, of a unit that is shared about the place `from`.
  double At(const Between& to, const Between& from) const {
    return (1 - to.right_share) * AtPoint(to.left, from) +
           to.right_share * AtPoint(to.left + 1, from);
  }

 private:
  double AtPoint(Eigen::Index to, const Between& from) const {
    return (1 - from.right_share) * FromPoint(to, from.left) +
           from.right_share * FromPoint(to, from.left + 1);
  }

  // The unit itself and its two reflections, which the ends of the grid do not have.
  double FromPoint(Eigen::Index to, Eigen::Index from) const {
    double sum = KernelAt(to - from);
    if (from > 0) sum += KernelAt(to + from);
    if (from < size_ - 1) sum += KernelAt(to + from - 2 * (size_ - 1));
    return sum;
  }

  double KernelAt(Eigen::Index distance) const {
    const Eigen::Index i = distance + size_ / 2 - kernel_.first;
    return i < 0 || i >= kernel_.values.size() ? 0 : kernel_.values[i];
  }

  Eigen::Index size_;
  const Gaussian& kernel_;
};

}  // namespace

double SmoothCalibrationError(const Forecasts& forecasts, double bandwidth,
                              absl::Span<const uint32_t> counts) {
  const size_t size = GridSize(bandwidth);
  const Grid grid = PutOnGrid(forecasts, counts, size);
  const Gaussian kernel(size, bandwidth);
  Smoothed residuals(grid.residuals, kernel);
  Smoothed rows(grid.rows, kernel);
  const size_t points = PointCount(bandwidth);
  double residual_sum = 0;
  double density_sum = 0;
  for (size_t i = 0; i < points; ++i) {
    const double t = static_cast<double>(i) / static_cast<double>(points - 1);
    residual_sum += std::abs(residuals.At(t));
    density_sum += rows.At(t) + kLeastDensity;
  }
  return residual_sum / density_sum;
}

SmoothCalibration SmoothCalibrationError(const Forecasts& forecasts) {
  // The error falls as the bandwidth grows: halve towards where the two meet.
  double above = 1;  // the smallest bandwidth known to be no smaller than its error
  double below = 0;
  for (int i = 0; i < kHalvings; ++i) {
    const double middle = (above + below) / 2;
    const bool too_small =
        middle < kSmallestBandwidth || middle < SmoothCalibrationError(forecasts, middle);
    (too_small ? below : above) = middle;
  }
  return {.error = SmoothCalibrationError(forecasts, above), .bandwidth = above};
}

bool SmoothedForecasts::Pays(size_t row_count, double bandwidth) {
  // A product takes n steps a point, smoothing the points that the kernel reaches.
  const double reached = 2 * std::min(kReach * bandwidth, 0.5);
  return static_cast<double>(row_count) <
         reached * static_cast<double>(GridSize(bandwidth));
}

SmoothedForecasts::SmoothedForecasts(const Forecasts& forecasts, double bandwidth) {
  const auto size = static_cast<Eigen::Index>(GridSize(bandwidth));
  const auto points = static_cast<Eigen::Index>(PointCount(bandwidth));
  const auto rows = static_cast<Eigen::Index>(forecasts.probabilities.size());
  const Gaussian kernel(GridSize(bandwidth), bandwidth);
  const Spread spread(size, kernel);
  residuals_.resize(points, rows);
  densities_.resize(rows);
  for (Eigen::Index row = 0; row < rows; ++row) {
    const auto index = static_cast<size_t>(row);
    const Between from(forecasts.probabilities[index], size);
    for (Eigen::Index point = 0; point < points; ++point) {
      const double t = static_cast<double>(point) / static_cast<double>(points - 1);
      residuals_(point, row) = spread.At(Between(t, size), from);
    }
    densities_[row] = residuals_.col(row).sum();
    residuals_.col(row) *= ResidualOf(forecasts, index);
  }
}

double SmoothedForecasts::Error(absl::Span<const uint32_t> counts) const {
  Eigen::VectorXd weights = Eigen::VectorXd::Ones(densities_.size());
  for (size_t i = 0; i < counts.size(); ++i) {
    weights[static_cast<Eigen::Index>(i)] = counts[i];
  }
  const double least = kLeastDensity * static_cast<double>(residuals_.rows());
  return (residuals_ * weights).cwiseAbs().sum() / (densities_.dot(weights) + least);
}

}  // namespace calibrd
