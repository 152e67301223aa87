// Feeds arbitrary bytes to the path of a request: parse, fit, serve, calibrate, learn,
// fit what was learned. Whatever they are, nothing may crash, no reply may hold NaN, and
// an answer is >= 0 and sums to 1.
//
// The bytes are a FitProfileRequest; the profile that it makes, if it makes one, is
// applied to the rows that it was fitted on.

#include <cmath>
#include <cstdint>
#include <cstdlib>

#include "absl/status/statusor.h"
#include "calibration/v1/calibration_service.pb.h"
#include "grpcpp/support/byte_buffer.h"
#include "server/catalog/live_registry.h"
#include "server/catalog/served_profile.h"
#include "server/service/calibrate.h"
#include "server/service/fit.h"
#include "server/service/wire.h"
#include "tests/fuzz/finite.h"
#include "tests/fuzz/input.h"

namespace calibrd::service {
namespace {

namespace proto = ::calibration::v1;

// Small, so that the fuzzer spends its time on shapes and not on sizes.
constexpr Limits kLimits{.request_bytes = 1 << 14, .rows = 64, .labels = 8};

const proto::Rows& RowsOf(const proto::FitProfileRequest& request) {
  if (request.has_labelled()) return request.labelled().rows();
  if (request.has_domain()) return request.domain();
  if (request.has_unlabelled()) return request.unlabelled();
  return request.content_free();
}

void CheckAnswer(const proto::CalibrateResponse& response, int label_count) {
  AbortUnlessFinite(response);
  for (int i = 0; i < response.probabilities_size(); i += label_count) {
    double sum = 0;
    for (int j = 0; j < label_count; ++j) {
      const float q = response.probabilities(i + j);
      if (q < 0) std::abort();
      sum += static_cast<double>(q);
    }
    if (std::abs(sum - 1) > 1e-5) std::abort();
  }
}

void CheckSets(const proto::CalibrateResponse& response, int label_count) {
  int members = 0;
  for (const int32_t size : response.set_sizes()) {
    if (size < 0 || size > label_count) std::abort();
    members += size;
  }
  if (members != response.set_labels_size()) std::abort();
}

// Serves `profile`, calibrates `rows` and learns from them; what it knows then.
proto::Profile Serve(const proto::Profile& profile, const proto::Rows& rows) {
  catalog::LabelTable labels;
  catalog::LiveRegistry registry;
  const auto served = catalog::MakeServedProfile(profile, 1, labels);
  if (!served.ok()) std::abort();  // what was fitted can be served
  proto::CalibrateRequest live;
  *live.mutable_rows() = rows;
  if (profile.has_prediction_sets()) live.set_coverage(0.9);
  for (int repeat = 0; repeat < 3; ++repeat) {
    proto::CalibrateResponse response;
    if (!Calibrate(live, **served, &registry, kLimits, response).ok()) std::abort();
    CheckAnswer(response, profile.label_count());
    CheckSets(response, profile.label_count());
  }
  proto::Profile known = profile;
  if (catalog::LiveStatistics* seen = (*served)->live.load()) {
    *known.mutable_live() = seen->Describe();
  }
  return known;
}

bool Run(const grpc::ByteBuffer& bytes) {
  proto::FitProfileRequest request;
  if (!Parse(bytes, kLimits.request_bytes, request).ok()) return false;
  const absl::StatusOr<proto::Profile> profile = Fit(request, nullptr, kLimits);
  if (!profile.ok()) return false;
  AbortUnlessFinite(*profile);
  const proto::Profile known = Serve(*profile, RowsOf(request));
  AbortUnlessFinite(known);

  // What it has seen, or what it is, as the start of another revision.
  proto::FitProfileRequest again = request;
  again.mutable_observed()->set_min_rows(1);
  const absl::StatusOr<proto::Profile> refitted = Fit(again, &known, kLimits);
  if (refitted.ok()) AbortUnlessFinite(Serve(*refitted, RowsOf(request)));
  if (!request.has_labelled()) return true;
  const absl::StatusOr<proto::Profile> next = Fit(request, &known, kLimits);
  if (next.ok()) AbortUnlessFinite(Serve(*next, RowsOf(request)));
  return true;
}

}  // namespace
}  // namespace calibrd::service

bool calibrd::RunInput(const grpc::ByteBuffer& bytes) {
  return service::Run(bytes);
}
