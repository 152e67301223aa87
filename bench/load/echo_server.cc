// The floor: a server of gRPC's callback API, with arenas, that answers Calibrate with
// the numbers it was sent. It takes the flags of calibrd that Process passes.
//
//   echo_server --port_file=FILE [--burn=200us]

#include <csignal>
#include <cstdio>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/flags/parse.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "calibration/v1/calibration_service.grpc.pb.h"
#include "google/protobuf/arena.h"
#include "grpcpp/grpcpp.h"
#include "grpcpp/support/message_allocator.h"

ABSL_FLAG(std::string, listen, "127.0.0.1:0", "The address to listen on.");
ABSL_FLAG(std::string, metrics_listen, "", "Not used.");
ABSL_FLAG(std::string, port_file, "", "Receives the port that was taken.");
ABSL_FLAG(absl::Duration, burn, absl::ZeroDuration(),
          "CPU time to waste in each call, to see that a benchmark shows it.");

namespace calibrd {
namespace {

namespace proto = ::calibration::v1;

// Messages on an arena that lives as long as a call.
class Messages final
    : public grpc::MessageAllocator<proto::CalibrateRequest, proto::CalibrateResponse> {
 public:
  using Holder = grpc::MessageHolder<proto::CalibrateRequest, proto::CalibrateResponse>;

  Holder* AllocateMessages() override { return new OnArena; }

 private:
  class OnArena final : public Holder {
   public:
    OnArena() {
      set_request(
          google::protobuf::Arena::CreateMessage<proto::CalibrateRequest>(&arena_));
      set_response(
          google::protobuf::Arena::CreateMessage<proto::CalibrateResponse>(&arena_));
    }
    void Release() override { delete this; }

   private:
    google::protobuf::Arena arena_;
  };
};

void Burn(absl::Duration time) {
  if (time == absl::ZeroDuration()) return;
  for (const absl::Time end = absl::Now() + time; absl::Now() < end;) {
  }
}

class Echo final : public proto::CalibrationService::CallbackService {
 public:
  explicit Echo(absl::Duration burn) : burn_(burn) {
    SetMessageAllocatorFor_Calibrate(&messages_);
  }

  grpc::ServerUnaryReactor* Calibrate(grpc::CallbackServerContext* context,
                                      const proto::CalibrateRequest* request,
                                      proto::CalibrateResponse* response) override {
    Burn(burn_);
    *response->mutable_probabilities() = request->rows().probabilities().values();
    response->add_best(0);
    response->set_revision(1);
    grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
    reactor->Finish(grpc::Status::OK);
    return reactor;
  }

 private:
  const absl::Duration burn_;
  Messages messages_;
};

int Serve() {
  Echo echo(absl::GetFlag(FLAGS_burn));
  grpc::ServerBuilder builder;
  int port = 0;
  builder.AddListeningPort(absl::GetFlag(FLAGS_listen), grpc::InsecureServerCredentials(),
                           &port);
  builder.SetMaxReceiveMessageSize(-1);
  builder.RegisterService(&echo);
  const std::unique_ptr<grpc::Server> server = builder.BuildAndStart();
  if (server == nullptr || port == 0) {
    std::fprintf(stderr, "echo_server: cannot listen\n");
    return 1;
  }
  const std::string file = absl::GetFlag(FLAGS_port_file);
  std::ofstream(file + ".tmp") << "grpc=" << port << "\n";
  if (std::rename((file + ".tmp").c_str(), file.c_str()) != 0) {
    std::fprintf(stderr, "echo_server: cannot write %s\n", file.c_str());
    return 1;
  }
  server->Wait();  // until a signal ends the process
  return 0;
}

}  // namespace
}  // namespace calibrd

int main(int argc, char** argv) {
  absl::ParseCommandLine(argc, argv);
  return calibrd::Serve();
}
