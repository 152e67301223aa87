#include "server/service/calibration_service.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "calibration/error.h"
#include "google/protobuf/arena.h"
#include "server/service/calibrate.h"
#include "server/service/checks.h"
#include "server/service/fit.h"
#include "server/service/grpc_status.h"
#include "server/service/resource_name.h"
#include "server/service/wire.h"

namespace calibrd::service {
namespace {

using telemetry::CallTimer;
using telemetry::FitSource;
using CallKind = telemetry::Method;

// A larger request is not worked on by gRPC's own threads, as it would hold up the small
// ones.
constexpr size_t kLargestOnCallbackThread = size_t{1} << 20;

absl::Status ProfileNotFound(absl::string_view name) {
  if (absl::Status s = CheckProfileName(name, "name"); !s.ok()) return s;
  return Error(absl::StatusCode::kNotFound, reason::kProfileNotFound,
               absl::StrCat("there is no profile ", Quoted(name),
                            "; FitProfile or ImportProfile makes one"))
      .Meta("name", name);
}

FitSource SourceOf(proto::Profile::Source source) {
  if (source == proto::Profile::SOURCE_DOMAIN) return FitSource::kDomain;
  if (source == proto::Profile::SOURCE_UNLABELLED) return FitSource::kUnlabelled;
  if (source == proto::Profile::SOURCE_LABELLED) return FitSource::kLabelled;
  if (source == proto::Profile::SOURCE_OBSERVED) return FitSource::kObserved;
  return FitSource::kContentFree;
}

}  // namespace

struct CalibrationService::Call {
  Context* context;
  const Bytes* in;
  Bytes* out;
  Reactor* reactor;
  CallTimer timer;

  Call(Context* c, const Bytes* request, Bytes* response, telemetry::Metrics& metrics,
       CallKind kind)
      : context(c),
        in(request),
        out(response),
        reactor(c->DefaultReactor()),
        timer(metrics, kind) {}
};

CalibrationService::CalibrationService(Parts parts)
    : parts_(parts), evaluation_budget_(parts.limits.evaluation_bytes) {
  CatchProtobufLog();
}

absl::Status CalibrationService::Loading() {
  return Error(
      absl::StatusCode::kUnavailable, reason::kLoading,
      "the server is still loading its profiles; try again soon, or wait until its "
      "health service says SERVING");
}

void CalibrationService::Finish(Call& call, const absl::Status& status) {
  call.timer.Handled(static_cast<int>(status.code()));
  call.reactor->Finish(ToGrpcStatus(status));
}

template <typename Request, typename Response>
void CalibrationService::Run(Call call, Method<Request, Response> method) {
  if (store() == nullptr) return Finish(call, Loading());
  if (call.context->IsCancelled()) {
    return Finish(call, absl::CancelledError("the caller has gone"));
  }
  google::protobuf::Arena arena;
  auto& request = *google::protobuf::Arena::CreateMessage<Request>(&arena);
  auto& response = *google::protobuf::Arena::CreateMessage<Response>(&arena);
  absl::Status status = Parse(*call.in, parts_.limits.request_bytes, request);
  if (status.ok()) status = (this->*method)(request, response);
  if (status.ok()) status = Serialize(response, *call.out);
  Finish(call, status);
}

template <typename Request, typename Response>
CalibrationService::Reactor* CalibrationService::HandToWorker(
    Call call, Method<Request, Response> method) {
  Reactor* const reactor = call.reactor;  // `call` may be finished before Submit returns
  if (!parts_.workers.Submit(call.in->Length(),
                             [this, call, method] { Run(call, method); })) {
    parts_.metrics.calls_shed.Add();
    Finish(call, Overloaded());
  }
  return reactor;
}

CalibrationService::Reactor* CalibrationService::Calibrate(Context* context,
                                                           const Bytes* in, Bytes* out) {
  Call call(context, in, out, parts_.metrics, CallKind::kCalibrate);
  if (store() == nullptr) {
    Finish(call, Loading());
    return call.reactor;
  }
  const bool too_large = in->Length() > static_cast<size_t>(parts_.limits.request_bytes);
  if (in->Length() > kLargestOnCallbackThread && !too_large) {
    return HandToWorker(call, &CalibrationService::DoCalibrate);
  }
  google::protobuf::Arena arena;
  auto& request =
      *google::protobuf::Arena::CreateMessage<proto::CalibrateRequest>(&arena);
  auto& response =
      *google::protobuf::Arena::CreateMessage<proto::CalibrateResponse>(&arena);
  absl::Status status = Parse(*in, parts_.limits.request_bytes, request);
  bool other_revision = false;
  if (status.ok()) status = CalibrateServed(request, response, other_revision);
  if (other_revision) return HandToWorker(call, &CalibrationService::DoCalibrate);
  if (status.ok()) status = Serialize(response, *out);
  Finish(call, status);
  return call.reactor;
}

absl::Status CalibrationService::CalibrateServed(const proto::CalibrateRequest& request,
                                                 proto::CalibrateResponse& reply,
                                                 bool& other_revision) {
  const catalog::Catalog::View view = parts_.catalog.Read();
  const catalog::ServedProfile* profile = view.Find(request.name());
  if (profile == nullptr) return ProfileNotFound(request.name());
  other_revision = request.revision() != 0 && request.revision() != profile->revision;
  if (other_revision) return absl::OkStatus();
  return CalibrateWith(*profile, &parts_.live, request, reply);
}

absl::Status CalibrationService::DoCalibrate(const proto::CalibrateRequest& request,
                                             proto::CalibrateResponse& reply) {
  bool other_revision = false;
  absl::Status status = CalibrateServed(request, reply, other_revision);
  if (!other_revision) return status;
  absl::StatusOr<proto::Profile> stored =
      store()->Get(request.name(), request.revision());
  if (!stored.ok()) return stored.status();
  catalog::LabelTable labels;
  auto profile = catalog::MakeServedProfile(*stored, 0, labels);
  if (!profile.ok()) return profile.status();
  return CalibrateWith(**profile, nullptr, request, reply);
}

absl::Status CalibrationService::CalibrateWith(const catalog::ServedProfile& profile,
                                               catalog::LiveRegistry* registry,
                                               const proto::CalibrateRequest& request,
                                               proto::CalibrateResponse& reply) {
  absl::StatusOr<CalibrateCounts> counts =
      service::Calibrate(request, profile, registry, parts_.limits, reply);
  if (!counts.ok()) return counts.status();
  parts_.metrics.rows_calibrated.Add(static_cast<uint64_t>(counts->rows));
  parts_.metrics.decisions_changed.Add(static_cast<uint64_t>(counts->decisions_changed));
  parts_.metrics.rows_observed.Add(static_cast<uint64_t>(counts->rows_observed));
  parts_.metrics.rows_left_out.Add(static_cast<uint64_t>(counts->rows_left_out));
  return absl::OkStatus();
}

template <typename Request, typename Make>
absl::StatusOr<CalibrationService::Added> CalibrationService::AddRevision(
    const Request& request, Make make) {
  store::ChangeOptions change;
  change.etag = request.etag();
  change.validate_only = request.validate_only();
  if (!request.validate_only() && !request.request_id().empty()) {
    if (absl::Status s = CheckRequestId(request.request_id()); !s.ok()) return s;
    change.request_id = request.request_id();
    change.request_fingerprint = Fingerprint(request);
    absl::StatusOr<std::optional<proto::Profile>> answer =
        store()->FindAnswer(change.request_id, change.request_fingerprint);
    if (!answer.ok()) return answer.status();
    if (answer->has_value()) return Added{std::move(**answer), false};
  }
  absl::StatusOr<proto::Profile> profile = make(request, parts_.limits);
  if (!profile.ok()) return profile.status();
  profile = store()->AddRevision(std::move(*profile), change);
  if (!profile.ok()) return profile.status();
  return Added{*std::move(profile), !request.validate_only()};
}

absl::StatusOr<proto::Profile> CalibrationService::FitFromCurrent(
    const proto::FitProfileRequest& request, const Limits& limits) {
  if (!request.has_labelled() && !request.has_observed()) {
    return Fit(request, nullptr, limits);
  }
  if (absl::Status s = CheckProfileName(request.name(), "name"); !s.ok()) return s;
  absl::StatusOr<proto::Profile> current = store()->Get(request.name(), 0);
  if (absl::IsNotFound(current.status())) return Fit(request, nullptr, limits);
  if (!current.ok()) return current.status();
  AddLive(*current);
  return Fit(request, &*current, limits);
}

absl::Status CalibrationService::DoFitProfile(const proto::FitProfileRequest& request,
                                              proto::Profile& reply) {
  absl::StatusOr<Added> added =
      AddRevision(request, [this](const auto& wanted, const Limits& limits) {
        return FitFromCurrent(wanted, limits);
      });
  if (!added.ok()) return added.status();
  reply = std::move(added->profile);
  if (!added->stored) return absl::OkStatus();
  parts_.metrics.fits(SourceOf(reply.source())).Add();
  parts_.metrics.fit_warnings.Add(static_cast<uint64_t>(reply.warnings_size()));
  parts_.log.Info("profile fitted", {{"name", reply.name()},
                                     {"revision", reply.revision()},
                                     {"rows", reply.row_count()},
                                     {"labels", reply.label_count()},
                                     {"bias", reply.bias().total_variation()},
                                     {"warnings", reply.warnings_size()}});
  return absl::OkStatus();
}

absl::Status CalibrationService::DoImportProfile(
    const proto::ImportProfileRequest& request, proto::Profile& reply) {
  absl::StatusOr<Added> added = AddRevision(request, Import);
  if (!added.ok()) return added.status();
  reply = std::move(added->profile);
  if (!added->stored) return absl::OkStatus();
  parts_.metrics.imports.Add();
  parts_.log.Info("profile imported", {{"name", reply.name()},
                                       {"revision", reply.revision()},
                                       {"labels", reply.label_count()}});
  return absl::OkStatus();
}

#define CALIBRD_HANDED_TO_WORKER(Name)                                                 \
  CalibrationService::Reactor* CalibrationService::Name(Context* context,              \
                                                        const Bytes* in, Bytes* out) { \
    return HandToWorker(Call(context, in, out, parts_.metrics, CallKind::k##Name),     \
                        &CalibrationService::Do##Name);                                \
  }
CALIBRD_HANDED_TO_WORKER(FitProfile)
CALIBRD_HANDED_TO_WORKER(GetProfile)
CALIBRD_HANDED_TO_WORKER(BatchGetProfiles)
CALIBRD_HANDED_TO_WORKER(ListProfiles)
CALIBRD_HANDED_TO_WORKER(DeleteProfile)
CALIBRD_HANDED_TO_WORKER(ListProfileRevisions)
CALIBRD_HANDED_TO_WORKER(RollbackProfile)
CALIBRD_HANDED_TO_WORKER(ImportProfile)
CALIBRD_HANDED_TO_WORKER(RankProfiles)
#undef CALIBRD_HANDED_TO_WORKER

}  // namespace calibrd::service
