// Feeds arbitrary bytes to EvaluateProfile: parse, check, gather, evaluate. Whatever they
// are, nothing may crash, and no figure of an evaluation may be NaN.
//
// The bytes are one EvaluateProfileRequest, sent twice, so that rows of several messages
// are added up; the profile has three labels.

#include <algorithm>
#include <cstdlib>

#include "absl/status/statusor.h"
#include "calibration/v1/calibration_service.pb.h"
#include "grpcpp/support/byte_buffer.h"
#include "server/service/evaluation.h"
#include "server/service/fit.h"
#include "server/service/wire.h"
#include "tests/fuzz/finite.h"
#include "tests/fuzz/input.h"

namespace calibrd::service {
namespace {

namespace proto = ::calibration::v1;

constexpr Limits kLimits{.request_bytes = 1 << 12, .rows = 64, .labels = 8};
// No more than this of what a caller may ask for, as it repeats the same work.
constexpr int kFolds = 3;
constexpr int kResamples = 100;
constexpr int kBins = 50;

proto::Profile ProfileOfThreeLabels() {
  proto::FitProfileRequest request;
  request.set_name("models/m/prompts/p");
  request.set_label_count(3);
  for (const float p : {0.7F, 0.2F, 0.1F, 0.5F, 0.2F, 0.3F, 0.6F, 0.3F, 0.1F}) {
    request.mutable_content_free()->mutable_probabilities()->add_values(p);
  }
  absl::StatusOr<proto::Profile> profile = Fit(request, nullptr, kLimits);
  if (!profile.ok()) std::abort();
  profile->set_revision(1);
  return *profile;
}

bool Run(const grpc::ByteBuffer& bytes) {
  static const proto::Profile& profile = *new proto::Profile(ProfileOfThreeLabels());
  proto::EvaluateProfileRequest request;
  if (!Parse(bytes, kLimits.request_bytes, request).ok()) return false;
  absl::StatusOr<proto::EvaluationOptions> options =
      CheckEvaluationOptions(request.options());
  if (!options.ok()) return false;
  options->set_folds(std::min(options->folds(), kFolds));
  options->set_resamples(std::min(options->resamples(), kResamples));
  options->set_bin_count(std::min(options->bin_count(), kBins));
  EvaluationRows rows;
  const Labels labels{profile.label_count(), {}};
  for (int index = 0; index < 2; ++index) {
    if (!rows.Add(request.rows(), index, labels, kLimits).ok()) return false;
  }
  const absl::StatusOr<proto::Evaluation> evaluation =
      Evaluate(profile, rows, *options, [] { return false; });
  if (!evaluation.ok()) return false;
  AbortUnlessFinite(*evaluation);
  return true;
}

}  // namespace
}  // namespace calibrd::service

bool calibrd::RunInput(const grpc::ByteBuffer& bytes) {
  return service::Run(bytes);
}
