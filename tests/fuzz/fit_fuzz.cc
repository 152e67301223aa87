// Feeds arbitrary bytes to the path of a request: parse, fit, serve, calibrate. Whatever
// they are, nothing may crash, and an answer is finite, >= 0 and sums to 1.
//
// The bytes are a FitProfileRequest; the profile it makes, if it makes one, is applied to
// the rows that it was fitted on.

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "absl/status/statusor.h"
#include "calibration/v1/calibration_service.pb.h"
#include "grpcpp/support/byte_buffer.h"
#include "server/catalog/served_profile.h"
#include "server/service/calibrate.h"
#include "server/service/fit.h"
#include "server/service/wire.h"

namespace calibrd::service {
namespace {

namespace proto = ::calibration::v1;

// Small, so that the fuzzer spends its time on shapes and not on sizes.
constexpr Limits kLimits{.request_bytes = 1 << 16, .rows = 256, .labels = 256};

const proto::Rows& RowsOf(const proto::FitProfileRequest& request) {
  if (request.has_domain()) return request.domain();
  if (request.has_unlabelled()) return request.unlabelled();
  return request.content_free();
}

void CheckAnswer(const proto::CalibrateResponse& response, int label_count) {
  for (int i = 0; i < response.probabilities_size(); i += label_count) {
    double sum = 0;
    for (int j = 0; j < label_count; ++j) {
      const float q = response.probabilities(i + j);
      if (!(q >= 0 && std::isfinite(q))) std::abort();
      sum += static_cast<double>(q);
    }
    if (std::abs(sum - 1) > 1e-5) std::abort();
  }
}

void Run(const grpc::ByteBuffer& bytes) {
  proto::FitProfileRequest request;
  if (!Parse(bytes, kLimits.request_bytes, request).ok()) return;
  const absl::StatusOr<proto::Profile> profile = Fit(request, kLimits);
  if (!profile.ok()) return;
  catalog::LabelTable labels;
  const auto served = catalog::MakeServedProfile(*profile, 1, labels);
  if (!served.ok()) std::abort();  // what was fitted can be served
  proto::CalibrateRequest live;
  *live.mutable_rows() = RowsOf(request);
  proto::CalibrateResponse response;
  if (!Calibrate(live, **served, kLimits, response).ok()) std::abort();
  CheckAnswer(response, profile->label_count());
}

}  // namespace
}  // namespace calibrd::service

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  static const bool caught = (calibrd::service::CatchProtobufLog(), true);
  (void)caught;
  const grpc::Slice slice(bytes, size);
  calibrd::service::Run(grpc::ByteBuffer(&slice, 1));
  return 0;
}
