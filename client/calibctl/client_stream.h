// A call that takes any number of messages and answers once.
//
//   auto stream = server.OpenStream(&Connection::Stub::PrepareAsyncEvaluateProfile);
//   while (more && stream->Send(request)) …      // false: the server has ended the call
//   absl::StatusOr<Evaluation> answer = stream->Finish();
//
// The timeout is for each wait for the server: until a message is on its way, and from
// the last message to the answer. So a stream may take as long as its rows take to come,
// and a server that is gone is noticed all the same. A stream that is destroyed without
// Finish is cancelled.
//
// Used by one thread.

#ifndef CALIBRD_CLIENT_CALIBCTL_CLIENT_STREAM_H_
#define CALIBRD_CLIENT_CALIBCTL_CLIENT_STREAM_H_

#include <chrono>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "client/calibctl/server_status.h"
#include "grpcpp/client_context.h"
#include "grpcpp/completion_queue.h"
#include "grpcpp/support/async_stream.h"

namespace calibrd::calibctl {

template <typename Request, typename Response>
class ClientStream {
 public:
  using Writer = grpc::ClientAsyncWriter<Request>;

  // `prepare(context, response, queue)` makes the call; `server` is named in errors.
  template <typename Prepare>
  ClientStream(const Prepare& prepare, std::string server, absl::Duration timeout)
      : server_(std::move(server)),
        timeout_(timeout),
        writer_(prepare(&context_, &response_, &queue_)) {
    writer_->StartCall(this);
    open_ = Await();
  }

  ~ClientStream() {
    if (!finished_) {
      context_.TryCancel();
      grpc::Status unused;
      End(unused);
    }
    queue_.Shutdown();
    void* tag = nullptr;
    bool ok = false;
    while (queue_.Next(&tag, &ok)) {
    }
  }

  ClientStream(const ClientStream&) = delete;
  ClientStream& operator=(const ClientStream&) = delete;

  // Sends one message. False where the call has ended already: Finish says why.
  bool Send(const Request& request) {
    if (!open_) return false;
    writer_->Write(request, this);
    open_ = Await();
    return open_;
  }

  // Says that there is no more to send, and waits for the answer. Once only.
  absl::StatusOr<Response> Finish() {
    if (open_) {
      writer_->WritesDone(this);
      Await();
    }
    grpc::Status status;
    End(status);
    if (status.ok()) return std::move(response_);
    if (timed_out_ && status.error_code() == grpc::StatusCode::CANCELLED) {
      status = {
          grpc::StatusCode::DEADLINE_EXCEEDED,
          absl::StrCat("the server was silent for ", absl::FormatDuration(timeout_))};
    }
    return StatusFromServer(status, server_);
  }

 private:
  void End(grpc::Status& status) {
    writer_->Finish(&status, this);
    Await();
    finished_ = true;
  }

  // Waits for the one operation that runs; whether it succeeded. One that takes too long
  // is cancelled.
  bool Await() {
    void* tag = nullptr;
    bool ok = false;
    const auto deadline =
        std::chrono::system_clock::now() + absl::ToChronoNanoseconds(timeout_);
    if (queue_.AsyncNext(&tag, &ok, deadline) != grpc::CompletionQueue::TIMEOUT) {
      return ok;
    }
    timed_out_ = true;
    context_.TryCancel();
    queue_.Next(&tag, &ok);
    return false;
  }

  const std::string server_;
  const absl::Duration timeout_;
  grpc::ClientContext context_;
  grpc::CompletionQueue queue_;
  Response response_;
  std::unique_ptr<Writer> writer_;
  bool open_ = false;       // the server takes messages
  bool finished_ = false;   // the status has come
  bool timed_out_ = false;  // a wait was over the timeout
};

}  // namespace calibrd::calibctl

#endif  // CALIBRD_CLIENT_CALIBCTL_CLIENT_STREAM_H_
