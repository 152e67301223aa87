#include "server/server.h"

#include <algorithm>
#include <cstdio>
#include <exception>
#include <fstream>
#include <limits>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/clock.h"
#include "grpcpp/ext/proto_server_reflection_plugin.h"
#include "grpcpp/grpcpp.h"
#include "server/open_store.h"
#include "server/store/observed_store.h"
#include "server/unix_socket.h"
#include "server/version.h"

namespace calibrd {
namespace {

const char kServiceName[] = "calibration.v1.CalibrationService";

// A request that is over --max_request_bytes is refused by us, with an error that names
// the flag. gRPC itself refuses only what is so large that taking it in would do harm.
int GrpcReceiveLimit(int64_t request_bytes) {
  return static_cast<int>(
      std::min<int64_t>(4 * request_bytes, std::numeric_limits<int>::max()));
}

int Milliseconds(absl::Duration duration) {
  return static_cast<int>(std::min<int64_t>(absl::ToInt64Milliseconds(duration),
                                            std::numeric_limits<int>::max()));
}

void SetConnectionLimits(const ServerOptions& options, grpc::ServerBuilder& builder) {
  builder.SetMaxReceiveMessageSize(GrpcReceiveLimit(options.limits.request_bytes));
  builder.SetMaxSendMessageSize(-1);
  // Without this a second server on the same port would take a part of the calls,
  // silently.
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
  builder.AddChannelArgument(GRPC_ARG_MAX_CONCURRENT_STREAMS,
                             options.max_streams_per_connection);
  if (options.max_connection_age != absl::InfiniteDuration()) {
    builder.AddChannelArgument(GRPC_ARG_MAX_CONNECTION_AGE_MS,
                               Milliseconds(options.max_connection_age));
    builder.AddChannelArgument(GRPC_ARG_MAX_CONNECTION_AGE_GRACE_MS,
                               Milliseconds(options.drain_timeout));
  }
  // Clients may ping every 10 s, also between calls; dead ones are found after 80 s.
  builder.AddChannelArgument(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS,
                             10'000);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIME_MS, 60'000);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, 20'000);
}

absl::Status CannotListen(absl::string_view address) {
  return absl::UnavailableError(
      absl::StrCat("cannot listen on ", address,
                   ": the address is in use, not of this machine, or not allowed; "
                   "choose another with --listen"));
}

void Observe(telemetry::Metrics& metrics, absl::string_view operation,
             absl::Duration duration, bool ok) {
  const auto* found = std::find(telemetry::kStoreOperationNames.begin(),
                                telemetry::kStoreOperationNames.end(), operation);
  if (found == telemetry::kStoreOperationNames.end()) return;
  telemetry::StoreMetrics& store = metrics.store(static_cast<telemetry::StoreOperation>(
      found - telemetry::kStoreOperationNames.begin()));
  store.seconds.Observe(duration);
  if (!ok) store.errors.Add();
}

}  // namespace

void Server::CatalogUpdater::OnActivated(const store::Profile& profile, int revisions) {
  auto served = catalog::MakeServedProfile(profile, revisions, labels_);
  if (served.ok()) {
    catalog_.Put(*std::move(served));
    return;
  }
  log_.Error("a profile cannot be served",
             {{"name", profile.name()}, {"error", served.status().message()}});
  MutexLock lock(mutex_);
  if (status_.ok()) status_ = served.status();
}

void Server::CatalogUpdater::OnDeleted(absl::string_view name) {
  catalog_.Remove(name);
}

void Server::CatalogUpdater::OnLive(const store::LiveRecord& live) {
  const catalog::Catalog::View view = catalog_.Read();
  const catalog::ServedProfile* profile = view.Find(live.name());
  catalog::LiveStatistics* statistics = profile ? live_.Of(*profile) : nullptr;
  if (statistics != nullptr && !statistics->Restore(live)) {
    log_.Warning("the statistics of a profile are of another version; they start anew",
                 {{"name", live.name()}});
  }
}

Server::Server(ServerOptions options, const telemetry::Logger& log)
    : options_(std::move(options)),
      log_(log),
      updater_(catalog_, live_, log),
      metrics_(std::make_shared<telemetry::Metrics>(
          kVersion, StoreKind(options_.store),
          telemetry::Metrics::Gauges{
              .profiles = [this] { return catalog_.profile_count(); },
              .revisions = [this] { return catalog_.revision_count(); },
              .serving = [this] { return serving_.load(); },
          })),
      statistics_writer_(live_,
                         {.interval = options_.statistics_interval,
                          .drift_threshold = options_.drift_threshold},
                         *metrics_, log),
      workers_(options_.workers,
               {.tasks = static_cast<size_t>(options_.max_waiting_calls),
                .bytes = static_cast<size_t>(options_.max_waiting_bytes)}),
      service_({catalog_, live_, *metrics_, workers_, log_, options_.limits}),
      health_({kServiceName}) {}

absl::StatusOr<std::unique_ptr<Server>> Server::Listen(ServerOptions options,
                                                       const telemetry::Logger& log) {
  std::unique_ptr<Server> server(new Server(std::move(options), log));
  if (absl::Status s = server->StartGrpc(); !s.ok()) return s;
  if (absl::Status s = server->StartMetrics(); !s.ok()) return s;
  if (absl::Status s = server->WritePortFile(); !s.ok()) return s;
  return server;
}

absl::Status Server::StartGrpc() {
  grpc::EnableDefaultHealthCheckService(false);
  grpc::reflection::InitProtoReflectionServerBuilderPlugin();
  grpc::ServerBuilder builder;
  SetConnectionLimits(options_, builder);
  std::vector<int> ports(options_.listen.size(), 0);
  for (size_t i = 0; i < ports.size(); ++i) {
    if (IsServedUnixSocket(options_.listen[i])) return CannotListen(options_.listen[i]);
    builder.AddListeningPort(options_.listen[i], grpc::InsecureServerCredentials(),
                             &ports[i]);
  }
  builder.RegisterService(&service_);
  builder.RegisterService(&health_);
  grpc_ = builder.BuildAndStart();
  for (size_t i = 0; i < ports.size(); ++i) {
    if (ports[i] == 0) return CannotListen(options_.listen[i]);
  }
  if (grpc_ == nullptr)
    return absl::UnavailableError("the gRPC server could not be started");
  for (size_t i = 0; i < ports.size(); ++i) {
    if (absl::StartsWith(options_.listen[i], "unix:")) continue;
    const std::string number = ports_.empty() ? "" : absl::StrCat(ports_.size() + 1);
    ports_.push_back(absl::StrCat("grpc", number, "=", ports[i]));
  }
  return absl::OkStatus();
}

absl::Status Server::StartMetrics() {
  if (options_.metrics_listen.empty()) return absl::OkStatus();
  try {
    exposer_ = std::make_unique<prometheus::Exposer>(options_.metrics_listen);
  } catch (const std::exception& e) {  // of civetweb, which knows no other way
    return absl::UnavailableError(
        absl::StrCat("cannot serve metrics on ", options_.metrics_listen, ": ", e.what(),
                     "; choose another address with --metrics_listen, or none"));
  }
  exposer_->RegisterCollectable(metrics_);
  ports_.push_back(absl::StrCat("metrics=", exposer_->GetListeningPorts().front()));
  return absl::OkStatus();
}

absl::Status Server::WritePortFile() const {
  if (options_.port_file.empty()) return absl::OkStatus();
  // Readers see all of the file or none of it.
  const std::string unfinished = options_.port_file + ".tmp";
  std::ofstream file(unfinished);
  file << absl::StrJoin(ports_, "\n") << "\n";
  file.close();
  if (!file.good() || std::rename(unfinished.c_str(), options_.port_file.c_str()) != 0) {
    return absl::UnavailableError(
        absl::StrCat("the port file ", options_.port_file, " cannot be written"));
  }
  return absl::OkStatus();
}

void Server::SetServing(bool serving) {
  serving_ = serving;
  health_.SetServing(serving);
}

absl::Status Server::Load() {
  const absl::Time start = absl::Now();
  absl::StatusOr<std::unique_ptr<store::KeyValueStore>> opened =
      OpenStore(options_.store, log_);
  if (!opened.ok()) return opened.status();
  absl::StatusOr<std::unique_ptr<store::ProfileStore>> profiles =
      store::ProfileStore::Open(
          store::Observed(
              *std::move(opened),
              [this](absl::string_view operation, absl::Duration duration, bool ok) {
                Observe(*metrics_, operation, duration, ok);
              }),
          {.max_revisions = options_.max_revisions,
           .request_id_retention = options_.request_id_retention},
          &updater_);
  if (!profiles.ok()) return profiles.status();
  store_ = *std::move(profiles);
  if (absl::Status s = store_->Load(); !s.ok()) return s;
  if (absl::Status s = updater_.status(); !s.ok()) return s;
  // Said first, so that whoever is answered finds this line in the log.
  log_.Info("serving", {{"version", kVersion},
                        {"store", store_->Describe()},
                        {"profiles", catalog_.profile_count()},
                        {"revisions", catalog_.revision_count()},
                        {"load_time", absl::Now() - start},
                        {"listen", absl::StrJoin(options_.listen, ",")},
                        {"metrics", options_.metrics_listen},
                        {"ports", absl::StrJoin(ports_, ",")}});
  statistics_writer_.Start(*store_);
  service_.Serve(*store_);
  SetServing(true);
  return absl::OkStatus();
}

void Server::Drain() {
  if (serving_) {
    log_.Info("draining",
              {{"delay", options_.drain_delay}, {"timeout", options_.drain_timeout}});
    SetServing(false);
    absl::SleepFor(options_.drain_delay);
  }
  health_.EndWatches();
  grpc_->Shutdown(absl::ToChronoTime(absl::Now() + options_.drain_timeout));
  workers_.Drain();
  statistics_writer_.Stop();
  store_.reset();
  exposer_.reset();  // takes up to two seconds
  log_.Info("stopped");
}

}  // namespace calibrd
