#include "calibration/skill.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "Eigen/Core"
#include "calibration/signal.h"

namespace calibrd {

double SkillStatistic(const LabelledRows& rows) {
  const int64_t n = rows.rows.count();
  const Eigen::Index k = rows.rows.label_count;
  if (n < 2) return 0;
  Eigen::ArrayXXd x(n, k);
  std::vector<double> p(static_cast<size_t>(k));
  Eigen::ArrayXd label_counts = Eigen::ArrayXd::Zero(k);
  for (int64_t i = 0; i < n; ++i) {
    Normalize(rows.rows.row(i), rows.rows.scale, absl::MakeSpan(p));
    x.row(i) = Eigen::Map<const Eigen::ArrayXd>(p.data(), k)
                   .max(kSmallestSignalProbability)
                   .log()
                   .transpose();
    x.row(i) -= x.row(i).mean();
    label_counts[rows.labels[static_cast<size_t>(i)]] += 1;
  }
  x.rowwise() -= x.colwise().mean().eval();
  double u = 0;
  for (int64_t i = 0; i < n; ++i) u += x(i, rows.labels[static_cast<size_t>(i)]);
  // The sum over labels k and l of (XᵀX)_kl (YᵀY)_kl, Y being the centred one-hot labels:
  // YᵀY = diag(n_k) - n_k n_l / n.
  const double sum =
      (x.square().colwise().sum().transpose() * label_counts).sum() -
      (x.matrix() * label_counts.matrix()).squaredNorm() / static_cast<double>(n);
  const double variance = sum / static_cast<double>(n - 1);
  return variance > 0 ? u / std::sqrt(variance) : 0;
}

double LeastSkill(int64_t row_count) {
  return std::clamp(3 * std::sqrt(static_cast<double>(row_count) / 64), 2.0, 3.0);
}

}  // namespace calibrd
