#include "calibration/platt.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

#include "absl/strings/str_cat.h"
#include "calibration/error.h"

namespace calibrd {
namespace {

constexpr double kLargestScore = 1e100;
constexpr double kSmallestSpread = 1e-100;  // scores nearer to each other are equal

constexpr double kRidge = 1e-12;    // keeps the Hessian invertible
constexpr double kDecrease = 1e-4;  // of what a step promises, the part it has to give
constexpr double kSmallestStep = 1e-10;
constexpr double kRounding = 1e-14;  // of the objective, relative

struct Point {
  double slope;
  double intercept;
};

// The scores, centred and scaled to [-1, 1], with their targets.
struct Problem {
  std::vector<double> scores;
  std::vector<double> targets;
  std::vector<double> weights;
};

struct Derivatives {
  double slope = 0, intercept = 0;  // gradient
  double slope_slope = kRidge, intercept_intercept = kRidge, slope_intercept = 0;
};

// 1 / (1 + exp(x)), without overflow.
double Sigmoid(double x) {
  return x >= 0 ? std::exp(-x) / (1 + std::exp(-x)) : 1 / (1 + std::exp(x));
}

double Objective(const Problem& problem, Point at) {
  double sum = 0;
  for (size_t i = 0; i < problem.scores.size(); ++i) {
    const double x = at.slope * problem.scores[i] + at.intercept;
    const double t = problem.targets[i];
    // Both forms are t x + ln(1 + exp(-x)); each is used where its exp cannot overflow.
    sum += problem.weights[i] * (x >= 0 ? t * x + std::log1p(std::exp(-x))
                                        : (t - 1) * x + std::log1p(std::exp(x)));
  }
  return sum;
}

Derivatives Differentiate(const Problem& problem, Point at) {
  Derivatives d;
  for (size_t i = 0; i < problem.scores.size(); ++i) {
    const double f = problem.scores[i];
    const double p = Sigmoid(at.slope * f + at.intercept);
    const double first = problem.weights[i] * (problem.targets[i] - p);
    const double second = problem.weights[i] * p * (1 - p);
    d.slope += f * first;
    d.intercept += first;
    d.slope_slope += f * f * second;
    d.intercept_intercept += second;
    d.slope_intercept += f * second;
  }
  return d;
}

// Minimises the objective from `at`; fills in all but the scaling of the scores.
PlattFit Minimise(const Problem& problem, Point at, const PlattOptions& options) {
  PlattFit fit;
  fit.objective = Objective(problem, at);
  while (true) {
    const Derivatives d = Differentiate(problem, at);
    fit.converged =
        std::max(std::abs(d.slope), std::abs(d.intercept)) <= options.gradient;
    if (fit.converged || fit.iterations >= options.most_iterations) break;
    const double determinant =
        d.slope_slope * d.intercept_intercept - d.slope_intercept * d.slope_intercept;
    const Point direction{
        -(d.intercept_intercept * d.slope - d.slope_intercept * d.intercept) /
            determinant,
        -(d.slope_slope * d.intercept - d.slope_intercept * d.slope) / determinant};
    const double promised =
        d.slope * direction.slope + d.intercept * direction.intercept;  // < 0
    double step = 1;
    for (; step >= kSmallestStep; step /= 2) {
      const Point next{at.slope + step * direction.slope,
                       at.intercept + step * direction.intercept};
      const double objective = Objective(problem, next);
      const double allowed = fit.objective + kDecrease * step * promised;
      if (!(objective <= allowed + kRounding * std::abs(fit.objective))) continue;
      at = next;
      fit.objective = objective;
      ++fit.iterations;
      break;
    }
    if (step < kSmallestStep) break;
  }
  fit.slope = at.slope;
  fit.intercept = at.intercept;
  return fit;
}

absl::Status CheckWeights(absl::Span<const double> weights, size_t scores) {
  if (!weights.empty() && weights.size() != scores) {
    return InvalidField(reason::kInvalidArgument, "weights",
                        absl::StrCat(weights.size(), " weights for ", scores,
                                     " scores; send none or one for each"));
  }
  for (size_t i = 0; i < weights.size(); ++i) {
    if (weights[i] > 0 && std::isfinite(weights[i])) continue;
    return InvalidField(reason::kInvalidArgument, absl::StrCat("weights[", i, "]"),
                        absl::StrCat("weights[", i, "] is ", weights[i],
                                     "; it has to be a finite number above 0"));
  }
  return absl::OkStatus();
}

absl::Status CheckPlatt(absl::Span<const double> scores,
                        absl::Span<const bool> positive) {
  if (scores.empty()) {
    return InvalidField(reason::kInvalidArgument, "scores",
                        "no scores; send at least one");
  }
  if (positive.size() != scores.size()) {
    return InvalidField(reason::kInvalidArgument, "positive",
                        absl::StrCat(positive.size(), " outcomes for ", scores.size(),
                                     " scores; send one for each"));
  }
  for (size_t i = 0; i < scores.size(); ++i) {
    if (std::abs(scores[i]) <= kLargestScore) continue;
    return InvalidField(
        reason::kInvalidArgument, absl::StrCat("scores[", i, "]"),
        absl::StrCat("scores[", i, "] is ", scores[i], "; it has to be between -",
                     kLargestScore, " and ", kLargestScore));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<PlattFit> FitPlatt(absl::Span<const double> scores,
                                  absl::Span<const bool> positive,
                                  const PlattOptions& options,
                                  absl::Span<const double> weights) {
  if (absl::Status s = CheckPlatt(scores, positive); !s.ok()) return s;
  if (absl::Status s = CheckWeights(weights, scores.size()); !s.ok()) return s;
  const auto [lowest, highest] = std::minmax_element(scores.begin(), scores.end());
  const double centre = *lowest / 2 + *highest / 2;
  const double half_range = *highest / 2 - *lowest / 2;
  const double scale = half_range < kSmallestSpread ? 1 : half_range;

  Problem problem;
  problem.weights.assign(weights.begin(), weights.end());
  if (weights.empty()) problem.weights.assign(scores.size(), 1.0);
  double n_positive = 0, n_negative = 0;
  for (size_t i = 0; i < scores.size(); ++i) {
    (positive[i] ? n_positive : n_negative) += problem.weights[i];
  }
  for (size_t i = 0; i < scores.size(); ++i) {
    problem.scores.push_back((scores[i] - centre) / scale);
    problem.targets.push_back(positive[i] ? (n_positive + 1) / (n_positive + 2)
                                          : 1 / (n_negative + 2));
  }
  const Point start{0, std::log((n_negative + 1) / (n_positive + 1))};
  PlattFit fit = Minimise(problem, start, options);
  fit.slope /= scale;
  fit.intercept -= fit.slope * centre;
  return fit;
}

double PlattProbability(const PlattFit& fit, double score) {
  return Sigmoid(fit.slope * score + fit.intercept);
}

}  // namespace calibrd
