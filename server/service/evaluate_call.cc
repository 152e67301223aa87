#include "server/service/evaluate_call.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "calibration/error.h"
#include "server/service/grpc_status.h"
#include "server/service/wire.h"

namespace calibrd::service {

EvaluateCall::EvaluateCall(grpc::ByteBuffer* out, Parts parts, const absl::Status& ready,
                           Answer answer)
    : out_(out),
      parts_(parts),
      answer_(std::move(answer)),
      timer_(parts.metrics, telemetry::Method::kEvaluateProfile) {
  if (ready.ok()) {
    StartRead(&message_);
  } else {
    End(ready);
  }
}

void EvaluateCall::OnReadDone(bool ok) {
  if (cancelled()) return End(absl::CancelledError("the caller has gone"));
  if (!ok) return HandToWorker();
  if (absl::Status kept = Keep(); !kept.ok()) return End(kept);
  StartRead(&message_);
}

absl::Status EvaluateCall::Keep() {
  const auto bytes = static_cast<int64_t>(message_.Length());
  if (absl::Status s = CheckSize(message_, parts_.limits.request_bytes); !s.ok()) {
    return s;
  }
  if (!parts_.budget.Take(bytes)) {
    return Error(absl::StatusCode::kResourceExhausted, reason::kOverloaded,
                 absl::StrCat("the rows of this and other evaluations are over ",
                              parts_.budget.bytes(),
                              " bytes; send fewer rows, try again later, or raise "
                              "--max_evaluation_bytes"))
        .Meta("flag", "max_evaluation_bytes");
  }
  taken_ += bytes;
  messages_.push_back(std::exchange(message_, grpc::ByteBuffer()));
  return absl::OkStatus();
}

void EvaluateCall::HandToWorker() {
  // The bytes are in the budget already.
  if (parts_.workers.Submit(0, [this] { End(answer_(*this)); })) return;
  parts_.metrics.calls_shed.Add();
  End(Overloaded());
}

void EvaluateCall::End(const absl::Status& status) {
  timer_.Handled(static_cast<int>(status.code()));
  Finish(ToGrpcStatus(status));
}

}  // namespace calibrd::service
