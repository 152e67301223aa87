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
#include "server/service/limits.h"
#include "server/service/worker_pool.h"
#include "server/store/profile_store.h"
#include "server/telemetry/log.h"
#include "server/telemetry/metrics.h"

namespace calibrd::service {

namespace proto = ::calibration::v1;

// The generated service, every method taking and giving bytes.
using RawService = proto::CalibrationService::WithRawCallbackMethod_FitProfile<
    proto::CalibrationService::WithRawCallbackMethod_Calibrate<
        proto::CalibrationService::WithRawCallbackMethod_GetProfile<
            proto::CalibrationService::WithRawCallbackMethod_BatchGetProfiles<
                proto::CalibrationService::WithRawCallbackMethod_ListProfiles<
                    proto::CalibrationService::WithRawCallbackMethod_DeleteProfile<
                        proto::CalibrationService::
                            WithRawCallbackMethod_ListProfileRevisions<
                                proto::CalibrationService::
                                    WithRawCallbackMethod_RollbackProfile<
                                        proto::CalibrationService::
                                            WithRawCallbackMethod_ImportProfile<
                                                proto::CalibrationService::
                                                    Service>>>>>>>>>;

class CalibrationService final : public RawService {
 public:
  struct Parts {
    catalog::Catalog& catalog;
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

  // From the catalog. Sets `other_revision` and does nothing where the request asks for a
  // revision that is not the active one.
  absl::Status CalibrateServed(const proto::CalibrateRequest& request,
                               proto::CalibrateResponse& reply, bool& other_revision);
  // From the catalog or, for another revision, from the store. Blocks.
  absl::Status DoCalibrate(const proto::CalibrateRequest& request,
                           proto::CalibrateResponse& reply);
  absl::Status CalibrateWith(const catalog::ServedProfile& profile,
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

  const Parts parts_;
  std::atomic<store::ProfileStore*> store_{nullptr};
};

}  // namespace calibrd::service

#endif  // CALIBRD_SERVER_SERVICE_CALIBRATION_SERVICE_H_
