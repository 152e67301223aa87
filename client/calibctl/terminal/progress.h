// A line on stderr that says how far a long run is:
//
//   12,288 rows  48,100 rows/s  41 %  0:18 left
//
//   Progress progress(console.err, shown, absl::Now());
//   progress.Update(rows, fraction, absl::Now());   // redraws ten times a second
//   progress.Note("150,000 rows sent, measuring …");
//   progress.Finish();                              // wipes the line
//
// Nothing is drawn for the first thousand rows: short runs stay quiet. The clock is
// the caller's. Not safe from two threads.

#ifndef CALIBRD_CLIENT_CALIBCTL_TERMINAL_PROGRESS_H_
#define CALIBRD_CLIENT_CALIBCTL_TERMINAL_PROGRESS_H_

#include <cstdint>
#include <optional>
#include <ostream>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace calibrd::calibctl {

// The text of the line. `fraction` (0 to 1) is how much of the input is done, where
// its size is known; the time left is told from it.
std::string ProgressLine(int64_t rows, absl::Duration elapsed,
                         std::optional<double> fraction);

class Progress {
 public:
  // Draws on `out`, which has to outlive this, if `shown`; otherwise does nothing.
  Progress(std::ostream& out, bool shown, absl::Time start);

  void Update(int64_t rows, std::optional<double> fraction, absl::Time now);

  // Writes `text` in place of the line, if there is one.
  void Note(absl::string_view text);

  void Finish();

 private:
  std::ostream& out_;
  const bool shown_;
  const absl::Time start_;
  absl::Time next_draw_;
  bool drawn_ = false;
};

}  // namespace calibrd::calibctl

#endif  // CALIBRD_CLIENT_CALIBCTL_TERMINAL_PROGRESS_H_
