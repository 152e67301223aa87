#include "client/calibctl/row_batches.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "client/calibctl/calibrated_rows.h"

namespace calibrd::calibctl {
namespace {

constexpr std::size_t kMostValues = 262144;

using calibration::v1::CalibrateRequest;
using calibration::v1::CalibrateResponse;

}  // namespace

std::size_t RowsPerCall(std::size_t asked, std::size_t label_count) {
  return std::max<std::size_t>(1, std::min(asked, kMostValues / label_count));
}

BatchReader::BatchReader(RowReader& reader, std::size_t rows_per_call,
                         CalibrateRequest pattern)
    : reader_(reader), rows_per_call_(rows_per_call), pattern_(std::move(pattern)) {}

absl::StatusOr<std::optional<RowBatch>> BatchReader::Next() {
  RowBatch batch;
  std::vector<float> values;
  std::string first_place;
  std::string last_place;
  while (batch.kept.size() < rows_per_call_) {
    absl::StatusOr<std::optional<LabelRow>> next = reader_.Next();
    if (!next.ok()) return next.status();
    if (!next->has_value()) break;
    LabelRow& row = **next;
    values.insert(values.end(), row.values.begin(), row.values.end());
    if (batch.kept.empty()) first_place = row.place;
    last_place = std::move(row.place);
    batch.kept.push_back(std::move(row.kept));
  }
  if (batch.kept.empty()) return std::optional<RowBatch>();
  batch.places = batch.kept.size() == 1 ? first_place
                                        : absl::StrCat(first_place, " to ", last_place);
  batch.request = pattern_;
  auto& matrix = reader_.unit() == RowUnit::kProbability
                     ? *batch.request.mutable_rows()->mutable_probabilities()
                     : *batch.request.mutable_rows()->mutable_log_probabilities();
  matrix.mutable_values()->Add(values.begin(), values.end());
  return std::optional<RowBatch>(std::move(batch));
}

BatchCalls::BatchCalls(const Connection& server, std::size_t width)
    : server_(server), width_(width) {}

void BatchCalls::Send(RowBatch batch) {
  calls_.push_back({std::move(batch), {}});
  // A deque keeps its elements in place while others come and go.
  const CalibrateRequest& request = calls_.back().batch.request;
  calls_.back().reply = std::async(std::launch::async, [this, &request] {
    return server_.Call(&Connection::Stub::Calibrate, request);
  });
}

absl::StatusOr<AnsweredBatch> BatchCalls::Take() {
  BatchCall& call = calls_.front();
  absl::StatusOr<CalibrateResponse> response = call.reply.get();
  const std::string places = std::move(call.batch.places);
  AnsweredBatch answered = {std::move(call.batch.kept), {}};
  calls_.pop_front();
  if (!response.ok()) return WithContext(response.status(), places);
  if (absl::Status checked = CheckResponse(*response, answered.kept.size(), width_);
      !checked.ok()) {
    return WithContext(checked, places);
  }
  answered.response = *std::move(response);
  return answered;
}

}  // namespace calibrd::calibctl
