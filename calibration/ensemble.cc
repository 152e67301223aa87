#include "calibration/ensemble.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "Eigen/Core"
#include "calibration/cross_validation.h"
#include "calibration/error.h"
#include "calibration/kernel.h"
#include "calibration/labelled/batches.h"
#include "calibration/labelled/softmax_regression.h"
#include "calibration/metrics.h"

namespace calibrd {
namespace {

using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using Vector = Eigen::VectorXd;
using Form = SoftmaxRegression::Form;

// What is added to the sum of the NLL over the rows is half of these, times the square of
// the distance: they are inverse variances of normal priors, and do not depend on n or K.
// Chosen on recorded rows: docs/methods.md.
constexpr double kTemperaturePull = 1;  // of s to 1
constexpr double kMatrixPull = 3;       // of each number of D to 0
constexpr double kBiasPull = 3;         // of b to 0

// Beyond this K a matrix has too many parameters for rows that people label.
constexpr int kMostMatrixLabels = 32;

// A temperature below this turns the answers round.
constexpr double kLeastScale = 0.05;

// A member of a smaller weight is left out.
constexpr double kLeastWeight = 1e-3;

enum class Base { kNone, kPrior, kBatch };

struct MemberKind {
  const char* name;
  Base base;
  bool matrix;
};
constexpr MemberKind kMembers[] = {
    {"temperature", Base::kNone, false},
    {"temperature on the prior", Base::kPrior, false},
    {"matrix on the prior", Base::kPrior, true},
    {"temperature on the batch", Base::kBatch, false},
    {"matrix on the batch", Base::kBatch, true},
};

// W and b of logits W x + b, x centred.
struct Affine {
  RowMajor w;
  Vector b;
};

Vector Centred(const Vector& v) {
  return v.array() - v.mean();
}

// Makes phi the centred logarithms.
void Centre(std::vector<RowBatch>& batches) {
  for (RowBatch& batch : batches) {
    batch.phi.colwise() -= batch.phi.rowwise().mean().eval();
  }
}

// The weighted mean row; the weights of all batches sum to 1.
Vector MeanRow(const std::vector<RowBatch>& batches) {
  Vector mean = Vector::Zero(batches.front().phi.cols());
  for (const RowBatch& batch : batches) {
    mean += batch.phi.matrix().transpose() * batch.weights.matrix();
  }
  return mean;
}

Vector BaseOf(Base base, const std::vector<RowBatch>& batches, const Vector& prior_base) {
  if (base == Base::kPrior) return prior_base;
  if (base == Base::kBatch) return -MeanRow(batches);
  return Vector::Zero(batches.front().phi.cols());
}

// s of logits s z.
double FitScale(const std::vector<RowBatch>& batches, double rows) {
  const SoftmaxRegression objective(batches, {WeightForm::kScalar, false},
                                    Vector::Ones(1),
                                    Vector::Constant(1, kTemperaturePull / (2 * rows)));
  return std::max(objective.Minimise({}).at[0], kLeastScale);
}

// W and b of logits W z + b, W around s I: dense, or for many labels s I itself.
Affine FitAround(double scale, const std::vector<RowBatch>& batches, double rows) {
  const Eigen::Index k = batches.front().phi.cols();
  const bool dense = k <= kMostMatrixLabels;
  const Form form = {dense ? WeightForm::kDense : WeightForm::kScalar, true};
  const Eigen::Index weights = SoftmaxRegression::WeightCount(form, static_cast<int>(k));
  Vector start = Vector::Zero(weights + k);
  if (dense) {
    Eigen::Map<RowMajor>(start.data(), k, k).diagonal().setConstant(scale);
  } else {
    start[0] = scale;
  }
  Vector pull = Vector::Constant(weights + k, kBiasPull / (2 * rows));
  pull.head(weights).setConstant((dense ? kMatrixPull : kTemperaturePull) / (2 * rows));
  const Vector at = SoftmaxRegression(batches, form, start, pull).Minimise({}).at;
  if (!dense) return {RowMajor::Identity(k, k) * at[0], at.tail(k)};
  return {Eigen::Map<const RowMajor>(at.data(), k, k), at.tail(k)};
}

Affine FitMember(const MemberKind& kind, const LabelledRows& rows,
                 const Vector& prior_base) {
  std::vector<RowBatch> batches = MakeBatches(rows, Transform::Input::kLogProbability);
  Centre(batches);
  const Vector base = BaseOf(kind.base, batches, prior_base);
  for (RowBatch& batch : batches) batch.phi.rowwise() += base.transpose().array();
  const auto n = static_cast<double>(CountLabels(rows).rows);
  const double scale = FitScale(batches, n);
  const Eigen::Index k = base.size();
  Affine fit = kind.matrix ? FitAround(scale, batches, n)
                           : Affine{RowMajor::Identity(k, k) * scale, Vector::Zero(k)};
  fit.b += fit.w * base;
  return fit;
}

Transform ToTransform(const Affine& affine) {
  const Eigen::Index k = affine.b.size();
  Transform transform{.label_count = static_cast<int>(k)};
  // W applies to centred logarithms, the transform to logarithms.
  RowMajor w = affine.w;
  w.colwise() -= affine.w.rowwise().mean().eval();
  const Vector b = Centred(affine.b);
  transform.bias.assign(b.data(), b.data() + k);
  const RowMajor scaled = RowMajor::Identity(k, k) * affine.w(0, 0);
  if (k > kMaxDenseLabels || affine.w.isApprox(scaled, 1e-15)) {
    transform.weights = {affine.w(0, 0)};
  } else {
    transform.weights.assign(w.data(), w.data() + k * k);
  }
  return transform;
}

double MeanNll(const Transform& transform, const LabelledRows& rows) {
  const Kernel kernel = Kernel::Compile(transform);
  std::vector<float> q(static_cast<size_t>(transform.label_count));
  double sum = 0;
  double weight = 0;
  for (int64_t i = 0; i < rows.rows.count(); ++i) {
    kernel.Apply(rows.rows.row(i), rows.rows.scale, absl::MakeSpan(q));
    sum += WeightOf(rows, i) * LogLoss(q, rows.labels[static_cast<size_t>(i)]);
    weight += WeightOf(rows, i);
  }
  return sum / weight;
}

// The sum of what the members say, each with its weight: logarithms add up.
class LogMean {
 public:
  explicit LogMean(size_t size) : sums_(size) {}
  void Add(absl::Span<const float> q, double weight) {
    for (size_t i = 0; i < q.size(); ++i) {
      sums_[i] +=
          weight * std::log(std::max(static_cast<double>(q[i]), kSmallestProbability));
    }
  }
  std::vector<float> Probabilities(int label_count) const {
    std::vector<float> q(sums_.begin(), sums_.end());
    std::vector<double> row(static_cast<size_t>(label_count));
    for (size_t i = 0; i < q.size(); i += row.size()) {
      Normalize(absl::MakeConstSpan(q).subspan(i, row.size()), Scale::kLogProbability,
                absl::MakeSpan(row));
      std::copy(row.begin(), row.end(), q.begin() + static_cast<ptrdiff_t>(i));
    }
    return q;
  }

 private:
  std::vector<double> sums_;
};

}  // namespace

absl::StatusOr<EnsembleFit> FitEnsemble(const LabelledRows& rows,
                                        absl::Span<const std::string> label_names,
                                        absl::Span<const double> prior,
                                        const EnsembleOptions& options) {
  if (absl::Status s = CheckLabelledRows(rows, label_names); !s.ok()) return s;
  const auto n = rows.rows.count();
  const int k = rows.rows.label_count;
  if (n < 2 || k < 2) {
    return InvalidField(reason::kInvalidRows, "labels",
                        "an ensemble needs two rows and two labels at least");
  }
  Vector prior_base = Vector::Zero(k);
  for (size_t i = 0; i < prior.size(); ++i) {
    prior_base[static_cast<Eigen::Index>(i)] = -std::log(prior[i]);
  }
  prior_base = Centred(prior_base);
  const int fold_count = static_cast<int>(std::min<int64_t>(options.fold_count, n));
  const std::vector<int> folds =
      StratifiedFolds(rows.labels, k, fold_count, options.seed);

  EnsembleFit fit;
  std::vector<MemberKind> kinds;
  std::vector<std::vector<float>> answers;
  for (const MemberKind& kind : kMembers) {
    if (kind.base == Base::kPrior && prior.empty()) continue;
    absl::StatusOr<std::vector<float>> q =
        CrossValidate(rows, folds, fold_count, [&](const LabelledRows& training) {
          return absl::StatusOr<Transform>(
              ToTransform(FitMember(kind, training, prior_base)));
        });
    if (!q.ok()) return q.status();
    fit.members.push_back({kind.name, 0, NegativeLogLikelihood({*q, k}, rows.labels)});
    kinds.push_back(kind);
    answers.push_back(*std::move(q));
  }
  fit.temperature = answers.front();
  double lowest = fit.members.front().nll;
  for (const EnsembleFit::Member& member : fit.members) {
    lowest = std::min(lowest, member.nll);
  }
  const double sharpness = std::max(8.0, static_cast<double>(n) / 8);
  double sum = 0;
  for (EnsembleFit::Member& member : fit.members) {
    member.weight = std::exp(-sharpness * (member.nll - lowest));
    if (member.weight < kLeastWeight) member.weight = 0;
    sum += member.weight;
  }
  LogMean out_of_fold(rows.rows.values.size());
  Affine mean{RowMajor::Zero(k, k), Vector::Zero(k)};
  for (size_t i = 0; i < kinds.size(); ++i) {
    EnsembleFit::Member& member = fit.members[i];
    member.weight /= sum;
    if (member.weight == 0) continue;
    out_of_fold.Add(answers[i], member.weight);
    const Affine affine = FitMember(kinds[i], rows, prior_base);
    mean.w += member.weight * affine.w;
    mean.b += member.weight * affine.b;
  }
  fit.transform = ToTransform(mean);
  fit.nll = MeanNll(fit.transform, rows);
  fit.out_of_fold = out_of_fold.Probabilities(k);
  fit.out_of_fold_nll = NegativeLogLikelihood({fit.out_of_fold, k}, rows.labels);
  return fit;
}

}  // namespace calibrd
