#include "calibration/prior.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>

#include "Eigen/Core"
#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "calibration/error.h"

namespace calibrd {
namespace {

using Vector = Eigen::ArrayXd;
using Weights = PriorOptions::Weights;
using Output = PriorOptions::Output;
using Pooling = PriorOptions::Pooling;
using Normalization = PriorOptions::Normalization;

// Logits can have any mass. It is reported up to exp of the first. Where rows are pooled
// as they are, one whose mass is further than exp of the second from that of the row that
// decides counts as if it were that far: either way it decides nothing.
constexpr double kLargestLogMass = 690;
constexpr double kWidestLogShare = 460;

absl::Status InvalidOption(absl::string_view field, absl::string_view message) {
  return InvalidField(reason::kInvalidOptions, field, message);
}

// The mean of the rows under which averaging rows equals averaging parameters.
enum class Mean { kArithmetic, kGeometric, kHarmonic, kMinimum };

Mean MeanOf(const PriorOptions& options) {
  if (options.pooling == Pooling::kMinimum) return Mean::kMinimum;
  if (options.pooling == Pooling::kProbabilities) return Mean::kArithmetic;
  if (options.weights == Weights::kIdentity) return Mean::kArithmetic;
  return options.output == Output::kSoftmax ? Mean::kHarmonic : Mean::kGeometric;
}

// Adds rows up one by one, so that n rows of a vocabulary need no n×K matrix of doubles.
class Pool {
 public:
  Pool(Mean mean, int label_count) : mean_(mean), sum_(Vector::Zero(label_count)) {}

  void Add(const Vector& row) {
    if (mean_ == Mean::kArithmetic) sum_ += row;
    if (mean_ == Mean::kGeometric) sum_ += row.log();
    if (mean_ == Mean::kHarmonic) sum_ += row.inverse();
    if (mean_ == Mean::kMinimum) sum_ = count_ == 0 ? row : sum_.min(row).eval();
    ++count_;
  }

  Vector Get() const {
    if (mean_ == Mean::kMinimum) return sum_;
    Vector mean = sum_ / static_cast<double>(count_);
    if (mean_ == Mean::kGeometric) return mean.exp();
    if (mean_ == Mean::kHarmonic) return mean.inverse();
    return mean;
  }

 private:
  const Mean mean_;
  Vector sum_;
  int64_t count_ = 0;
};

Vector TargetPrior(const PriorOptions& options, int label_count) {
  if (options.target_prior.empty()) {
    return Vector::Constant(label_count, 1.0 / label_count);
  }
  const Eigen::Map<const Vector> target(options.target_prior.data(), label_count);
  return target / target.sum();
}

double TotalVariation(const Vector& a, const Vector& b) {
  return (a - b).abs().sum() / 2;
}

int FavoredLabel(const Vector& prior, const Vector& target) {
  if (TotalVariation(prior, target) <= kNoBias) return -1;
  Eigen::Index favored = 0;
  (prior / target).maxCoeff(&favored);
  return static_cast<int>(favored);
}

// What all label masses are measured against when rows are pooled as they are;
// normalising the prior removes it again. It is the mass of the row that decides: the
// largest, but the smallest for a harmonic mean and a minimum. `scratch` holds K numbers.
double DecidingLogMass(const Rows& rows, Mean mean, absl::Span<double> scratch) {
  const bool smallest = mean == Mean::kHarmonic || mean == Mean::kMinimum;
  double deciding = Normalize(rows.row(0), rows.scale, scratch);
  for (int64_t i = 1; i < rows.count(); ++i) {
    const double mass = Normalize(rows.row(i), rows.scale, scratch);
    deciding = smallest ? std::min(deciding, mass) : std::max(deciding, mass);
  }
  return deciding;
}

// Raises what is below the floor and notes it in `fit`.
void RaiseToFloor(double floor, int64_t row_index, Vector& row, PriorFit& fit) {
  if (row.minCoeff() >= floor) return;
  for (Eigen::Index label = 0; label < row.size(); ++label) {
    if (row[label] >= floor) continue;
    if (fit.raised_count++ < kMostRaisedListed) {
      fit.raised.push_back({row_index, static_cast<int>(label), row[label]});
    }
    row[label] = floor;
  }
}

Transform MakeTransform(const Vector& c, const Vector& target,
                        const PriorOptions& options) {
  Transform transform;
  transform.label_count = static_cast<int>(c.size());
  const bool uniform = options.target_prior.empty();
  // Zero for a uniform target prior, and then left out.
  Vector toward_target =
      uniform ? Vector() : (target * static_cast<double>(c.size())).log();
  const auto to_vector = [](const Vector& v) {
    return std::vector<double>(v.data(), v.data() + v.size());
  };
  if (options.output == Output::kNormalized) {
    transform.input = Transform::Input::kLogProbability;
    transform.bias = to_vector(target.log() - c.log());
    return transform;
  }
  transform.input = Transform::Input::kProbability;
  if (options.weights == Weights::kDiagonal) {
    transform.weights = to_vector(c.inverse());
    if (!uniform) transform.bias = to_vector(toward_target);
  } else {
    transform.bias = to_vector(uniform ? Vector(-c) : Vector(toward_target - c));
  }
  return transform;
}

absl::Status CheckTargetPrior(absl::Span<const double> target, int label_count) {
  if (target.empty()) return absl::OkStatus();
  if (static_cast<int>(target.size()) != label_count) {
    return InvalidOption("target_prior",
                         absl::StrCat("target_prior has ", target.size(), " numbers for ",
                                      label_count, " labels; send none or one for each"));
  }
  double sum = 0;
  for (size_t i = 0; i < target.size(); ++i) {
    if (!(target[i] > 0) || !std::isfinite(target[i])) {
      return InvalidOption(absl::StrCat("target_prior[", i, "]"),
                           absl::StrCat("target_prior[", i, "] is ", target[i],
                                        "; it has to be a finite number above 0"));
    }
    sum += target[i];
  }
  for (size_t i = 0; i < target.size(); ++i) {
    if (std::isfinite(sum) && target[i] / sum > 0) continue;
    return InvalidOption(absl::StrCat("target_prior[", i, "]"),
                         "the numbers of target_prior are too far apart to be divided by "
                         "their sum");
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckPriorOptions(const PriorOptions& options, int label_count) {
  if (options.weights == Weights::kIdentity && options.output == Output::kNormalized) {
    return InvalidOption(
        "output",
        "IDENTITY weights subtract the prior, which leaves no distribution "
        "to normalise; use output SOFTMAX with them");
  }
  const double highest_floor = 1.0 / label_count;
  if (!(options.min_probability >= kLowestFloor) ||
      options.min_probability > highest_floor) {
    return InvalidOption("min_probability",
                         absl::StrCat("min_probability is ", options.min_probability,
                                      "; it has to be at least ", kLowestFloor,
                                      " and at most 1/K = ", highest_floor));
  }
  return CheckTargetPrior(options.target_prior, label_count);
}

absl::StatusOr<PriorFit> FitPrior(const Rows& rows,
                                  absl::Span<const std::string> label_names,
                                  const PriorOptions& options) {
  if (absl::Status s = CheckPriorOptions(options, rows.label_count); !s.ok()) return s;
  if (absl::Status s = CheckRows(rows, label_names); !s.ok()) return s;

  PriorFit fit;
  const Vector target = TargetPrior(options, rows.label_count);
  const Mean mean = MeanOf(options);
  Pool pool(mean, rows.label_count);
  Vector row(rows.label_count);
  const absl::Span<double> row_span(row.data(), static_cast<size_t>(row.size()));
  const bool normalize_after = options.normalization == Normalization::kAfterPooling;
  const double deciding = normalize_after ? DecidingLogMass(rows, mean, row_span) : 0;
  for (int64_t i = 0; i < rows.count(); ++i) {
    const double log_mass = Normalize(rows.row(i), rows.scale, row_span);
    fit.rows.push_back({FavoredLabel(row, target), TotalVariation(row, target),
                        std::exp(std::min(log_mass, kLargestLogMass))});
    if (options.weights == Weights::kDiagonal) {
      RaiseToFloor(options.min_probability, i, row, fit);
    }
    if (normalize_after) {
      row *= std::exp(std::clamp(log_mass - deciding, -kWidestLogShare, kWidestLogShare));
    }
    pool.Add(row);
  }
  Vector c = pool.Get();
  const double mass = c.sum();
  if (normalize_after && mass > 0) c /= mass;
  fit.transform = MakeTransform(c, target, options);

  const Vector prior = mass > 0 ? Vector(c / c.sum()) : target;
  fit.prior.assign(prior.data(), prior.data() + prior.size());
  fit.total_variation = TotalVariation(prior, target);
  fit.favored_label = FavoredLabel(prior, target);
  return fit;
}

}  // namespace calibrd
