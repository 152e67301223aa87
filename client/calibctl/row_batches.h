// Rows on their way to the server: read in batches, sent several calls at a time,
// handed back in the order they were read.
//
//   BatchCalls calls(server, label_count);
//   absl::StatusOr<std::optional<RowBatch>> batch = batches.Next();
//   calls.Send(**std::move(batch));
//   absl::StatusOr<AnsweredBatch> answered = calls.Take();   // waits for the oldest
//
// Used by one thread; the calls themselves run on threads of their own.

#ifndef CALIBRD_CLIENT_CALIBCTL_ROW_BATCHES_H_
#define CALIBRD_CLIENT_CALIBCTL_ROW_BATCHES_H_

#include <cstddef>
#include <deque>
#include <future>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "calibration/v1/calibration_service.pb.h"
#include "client/calibctl/connection.h"
#include "client/calibctl/rows/row_reader.h"
#include "nlohmann/json.hpp"

namespace calibrd::calibctl {

struct RowBatch {
  calibration::v1::CalibrateRequest request;
  std::vector<nlohmann::ordered_json> kept;  // the fields of each row to pass on
  std::string places;                        // "rows.jsonl:1 to rows.jsonl:1024"
};

struct AnsweredBatch {
  std::vector<nlohmann::ordered_json> kept;
  calibration::v1::CalibrateResponse response;
};

// How many rows of K labels go into one call: as many as asked for, but no more than
// 262,144 numbers (1 MiB), which every server takes.
std::size_t RowsPerCall(std::size_t asked, std::size_t label_count);

// Gathers rows into requests.
class BatchReader {
 public:
  // `pattern` holds what all requests have in common. `reader` has to outlive this.
  BatchReader(RowReader& reader, std::size_t rows_per_call,
              calibration::v1::CalibrateRequest pattern);

  // The next rows_per_call rows, or as many as are left; nothing at the end.
  absl::StatusOr<std::optional<RowBatch>> Next();

 private:
  RowReader& reader_;
  const std::size_t rows_per_call_;
  const calibration::v1::CalibrateRequest pattern_;
};

class BatchCalls {
 public:
  // `width` is the count of numbers for each row in a reply. `server` has to outlive
  // this.
  BatchCalls(const Connection& server, std::size_t width);

  void Send(RowBatch batch);

  // How many batches are sent and not taken.
  std::size_t in_flight() const { return calls_.size(); }

  // Waits for the oldest batch. An error names the rows that it is about. At least one
  // has to be in flight.
  absl::StatusOr<AnsweredBatch> Take();

 private:
  // The reply refers to the batch, so it has to be destroyed, which waits, first.
  struct BatchCall {
    RowBatch batch;
    std::future<absl::StatusOr<calibration::v1::CalibrateResponse>> reply;
  };

  const Connection& server_;
  const std::size_t width_;
  std::deque<BatchCall> calls_;
};

}  // namespace calibrd::calibctl

#endif  // CALIBRD_CLIENT_CALIBCTL_ROW_BATCHES_H_
