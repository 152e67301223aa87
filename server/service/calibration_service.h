// The RPCs of calibration.v1.CalibrationService on gRPC's callback API.
//
//   CalibrationService service({catalog, metrics, workers, log, limits});
//   builder.RegisterService(&service);
//   …                                   // the server listens; calls get UNAVAILABLE
//   (LOADING) service.Serve(store);               // the catalog is loaded: from here
//   calls are answered
//
// Calibrate is answered on gRPC's own threads, from memory. Everything that touches the
// store, and large requests, are handed to the workers. Requests come as bytes (wire.h),
// so every call goes through one function, which counts, times, parses, and makes the
// status.
//
// Thread-safety: gRPC calls the methods from many threads; Serve is called once.
// Ownership: everything that is passed in must outlive the service and the calls in
// flight.

#ifndef CALIBRD_SERVER_SERVICE_CALIBRATION_SERVICE_H_
#define CALIBRD_SERVER_SERVICE_CALIBRATION_SERVICE_H_

#include <atomic>

#include "absl/status/status.h"
#include "calibration/v1/calibration_service.grpc.pb.h"
#include "google/protobuf/empty.pb.h"
#include "server/catalog/catalog.h"
#include "server/catalog/live_registry.h"
#include "server/service/evaluate_call.h"
#include "server/service/limits.h"
#include "server/service/worker_pool.h"
#include "server/store/profile_store.h"
#include "server/telemetry/log.h"
#include "server/telemetry/metrics.h"

namespace calibrd::service {

namespace proto = ::calibration::v1;

// The generated service, every method taking and giving bytes.
template <template <typename> class Method, template <typename> class... Others>
struct Stacked {
  using Service = Method<typename Stacked<Others...>::Service>;
};
template <template <typename> class Method>
struct Stacked<Method> {
  using Service = Method<proto::CalibrationService::Service>;
};
using Generated = proto::CalibrationService;
using RawService = Stacked<Generated::WithRawCallbackMethod_FitProfile,
                           Generated::WithRawCallbackMethod_Calibrate,
                           Generated::WithRawCallbackMethod_GetProfile,
                           Generated::WithRawCallbackMethod_BatchGetProfiles,
                           Generated::WithRawCallbackMethod_ListProfiles,
                           Generated::WithRawCallbackMethod_DeleteProfile,
                           Generated::WithRawCallbackMethod_ListProfileRevisions,
                           Generated::WithRawCallbackMethod_RollbackProfile,
                           Generated::WithRawCallbackMethod_ImportProfile,
                           Generated::WithRawCallbackMethod_EvaluateProfile,
                           Generated::WithRawCallbackMethod_RankProfiles>::Service;

class CalibrationService final : public RawService {
 public:
  struct Parts {
    catalog::Catalog& catalog;
    catalog::LiveRegistry& live;
    telemetry::Metrics& metrics;
    WorkerPool& workers;
    const telemetry::Logger& log;
    Limits limits;
  };
  explicit CalibrationService(Parts parts);

  // Calls are answered from now on. `store` must have been loaded into the catalog.
  void Serve(store::ProfileStore& store) { store_.store(&store); }

  using Context = grpc::CallbackServerContext;
  using Reactor = grpc::ServerUnaryReactor;
  using Bytes = grpc::ByteBuffer;

  Reactor* FitProfile(Context* context, const Bytes* in, Bytes* out) override;
  Reactor* Calibrate(Context* context, const Bytes* in, Bytes* out) override;
  Reactor* GetProfile(Context* context, const Bytes* in, Bytes* out) override;
  Reactor* BatchGetProfiles(Context* context, const Bytes* in, Bytes* out) override;
  Reactor* ListProfiles(Context* context, const Bytes* in, Bytes* out) override;
  Reactor* DeleteProfile(Context* context, const Bytes* in, Bytes* out) override;
  Reactor* ListProfileRevisions(Context* context, const Bytes* in, Bytes* out) override;
  Reactor* RollbackProfile(Context* context, const Bytes* in, Bytes* out) override;
  Reactor* ImportProfile(Context* context, const Bytes* in, Bytes* out) override;
  Reactor* RankProfiles(Context* context, const Bytes* in, Bytes* out) override;
  grpc::ServerReadReactor<Bytes>* EvaluateProfile(Context* context, Bytes* out) override;

 private:
  // One call, from its arrival to its status. Lives until Finish.
  struct Call;

  template <typename Request, typename Response>
  using Method = absl::Status (CalibrationService::*)(const Request&, Response&);

  // Parses, runs `method`, answers; on this thread.
  template <typename Request, typename Response>
  void Run(Call call, Method<Request, Response> method);
  // The same on a worker.
  template <typename Request, typename Response>
  Reactor* HandToWorker(Call call, Method<Request, Response> method);
  static void Finish(Call& call, const absl::Status& status);

  absl::Status DoFitProfile(const proto::FitProfileRequest& request,
                            proto::Profile& reply);
  // Fits from the request, and where it needs it from the active revision.
  absl::StatusOr<proto::Profile> FitFromCurrent(const proto::FitProfileRequest& request,
                                                const Limits& limits);
  absl::Status DoImportProfile(const proto::ImportProfileRequest& request,
                               proto::Profile& reply);
  absl::Status DoGetProfile(const proto::GetProfileRequest& request,
                            proto::Profile& reply);
  absl::Status DoBatchGetProfiles(const proto::BatchGetProfilesRequest& request,
                                  proto::BatchGetProfilesResponse& reply);
  absl::Status DoListProfiles(const proto::ListProfilesRequest& request,
                              proto::ListProfilesResponse& reply);
  absl::Status DoDeleteProfile(const proto::DeleteProfileRequest& request,
                               google::protobuf::Empty& reply);
  absl::Status DoListProfileRevisions(const proto::ListProfileRevisionsRequest& request,
                                      proto::ListProfileRevisionsResponse& reply);
  absl::Status DoRollbackProfile(const proto::RollbackProfileRequest& request,
                                 proto::Profile& reply);
  absl::Status DoRankProfiles(const proto::RankProfilesRequest& request,
                              proto::RankProfilesResponse& reply);

  // Evaluates what the messages of `call` hold. Blocks.
  absl::Status AnswerEvaluation(EvaluateCall& call);
  // What the first message says.
  absl::Status StartEvaluation(const proto::EvaluateProfileRequest& request,
                               proto::Profile& profile,
                               proto::EvaluationOptions& options);

  // Adds what the profile has seen, if it is the active revision.
  void AddLive(proto::Profile& profile) const;

  // From the catalog. Sets `other_revision` and does nothing where the request asks for a
  // revision that is not the active one.
  absl::Status CalibrateServed(const proto::CalibrateRequest& request,
                               proto::CalibrateResponse& reply, bool& other_revision);
  // From the catalog or, for another revision, from the store. Blocks.
  absl::Status DoCalibrate(const proto::CalibrateRequest& request,
                           proto::CalibrateResponse& reply);
  absl::Status CalibrateWith(const catalog::ServedProfile& profile,
                             catalog::LiveRegistry* registry,
                             const proto::CalibrateRequest& request,
                             proto::CalibrateResponse& reply);
  bool ServesRevision(const std::string& name, int64_t revision) const;

  // What became of a request for a new revision.
  struct Added {
    proto::Profile profile;
    bool stored = false;  // by this call: neither validated only nor answered before
  };
  // Stores what `make` fits, once for each request id.
  template <typename Request, typename Make>
  absl::StatusOr<Added> AddRevision(const Request& request, Make make);

  // nullptr until Serve.
  store::ProfileStore* store() const { return store_.load(); }

  static absl::Status Loading();

  const Parts parts_;
  ByteBudget evaluation_budget_;
  std::atomic<store::ProfileStore*> store_{nullptr};
};

}  // namespace calibrd::service

#endif  // CALIBRD_SERVER_SERVICE_CALIBRATION_SERVICE_H_
