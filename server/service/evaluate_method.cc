// CalibrationService::EvaluateProfile: from the messages of a caller to an Evaluation.

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "calibration/error.h"
#include "server/service/calibration_service.h"
#include "server/service/evaluation.h"
#include "server/service/resource_name.h"
#include "server/service/wire.h"

namespace calibrd::service {
namespace {

absl::Status FirstMessageOnly(int index, absl::string_view field) {
  return InvalidField(reason::kInvalidArgument, field,
                      absl::StrCat("message ", index, " sets ", field,
                                   ", which belongs to the first message only"));
}

absl::Status CheckLaterMessage(const proto::EvaluateProfileRequest& request, int index) {
  if (!request.name().empty()) return FirstMessageOnly(index, "name");
  if (request.revision() != 0) return FirstMessageOnly(index, "revision");
  if (request.has_options()) return FirstMessageOnly(index, "options");
  return absl::OkStatus();
}

Labels LabelsOf(const proto::Profile& profile) {
  Labels labels{profile.label_count(), {}};
  for (const proto::Label& label : profile.labels()) labels.names.push_back(label.name());
  return labels;
}

}  // namespace

grpc::ServerReadReactor<grpc::ByteBuffer>* CalibrationService::EvaluateProfile(
    Context* /*context*/, Bytes* out) {
  return new EvaluateCall(
      out, {parts_.metrics, parts_.workers, evaluation_budget_, parts_.limits},
      store() == nullptr ? Loading() : absl::OkStatus(),
      [this](EvaluateCall& call) { return AnswerEvaluation(call); });
}

absl::Status CalibrationService::AnswerEvaluation(EvaluateCall& call) {
  if (call.messages().empty()) {
    return InvalidField(reason::kInvalidArgument, "name", "no message was sent");
  }
  proto::Profile profile;
  proto::EvaluationOptions options;
  Labels labels;
  EvaluationRows rows;
  int index = 0;
  for (grpc::ByteBuffer& bytes : call.messages()) {
    proto::EvaluateProfileRequest request;
    absl::Status status = Parse(bytes, parts_.limits.request_bytes, request);
    bytes.Clear();  // it is not needed twice
    if (status.ok() && index > 0) status = CheckLaterMessage(request, index);
    if (status.ok() && index == 0) {
      status = StartEvaluation(request, profile, options);
      labels = LabelsOf(profile);
    }
    if (status.ok() && request.has_rows()) {
      status = rows.Add(request.rows(), index, labels, parts_.limits);
    }
    if (!status.ok()) return status;
    ++index;
  }
  absl::StatusOr<proto::Evaluation> evaluation =
      Evaluate(profile, rows, options, [&call] { return call.cancelled(); });
  if (!evaluation.ok()) return evaluation.status();
  return Serialize(*evaluation, call.out());
}

absl::Status CalibrationService::StartEvaluation(
    const proto::EvaluateProfileRequest& request, proto::Profile& profile,
    proto::EvaluationOptions& options) {
  if (absl::Status s = CheckProfileName(request.name(), "name"); !s.ok()) return s;
  absl::StatusOr<proto::EvaluationOptions> checked =
      CheckEvaluationOptions(request.options());
  if (!checked.ok()) return checked.status();
  options = *std::move(checked);
  absl::StatusOr<proto::Profile> stored =
      store()->Get(request.name(), request.revision());
  if (!stored.ok()) return stored.status();
  profile = *std::move(stored);
  AddLive(profile);
  return absl::OkStatus();
}

}  // namespace calibrd::service
