#include "client/calibctl/terminal/progress.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "client/calibctl/terminal/text.h"

namespace calibrd::calibctl {
namespace {

constexpr int64_t kQuietRows = 1000;
constexpr absl::Duration kRedraw = absl::Milliseconds(100);

std::string Clock(absl::Duration duration) {
  const int64_t seconds = absl::ToInt64Seconds(duration + absl::Milliseconds(500));
  if (seconds >= 3600) {
    return absl::StrFormat("%d:%02d:%02d", seconds / 3600, seconds / 60 % 60,
                           seconds % 60);
  }
  return absl::StrFormat("%d:%02d", seconds / 60, seconds % 60);
}

}  // namespace

std::string ProgressLine(int64_t rows, absl::Duration elapsed,
                         std::optional<double> fraction) {
  std::string line = absl::StrCat(WithThousands(rows), " rows");
  const double seconds = absl::ToDoubleSeconds(elapsed);
  if (seconds > 0) {
    const auto rate = static_cast<int64_t>(static_cast<double>(rows) / seconds);
    absl::StrAppend(&line, "  ", WithThousands(rate), " rows/s");
  }
  if (fraction && *fraction > 0) {
    absl::StrAppend(&line, absl::StrFormat("  %.0f %%", 100 * *fraction));
    absl::StrAppend(&line, "  ", Clock(elapsed * ((1 - *fraction) / *fraction)), " left");
  }
  return line;
}

Progress::Progress(std::ostream& out, bool shown, absl::Time start)
    : out_(out), shown_(shown), start_(start), next_draw_(start + kRedraw) {}

void Progress::Update(int64_t rows, std::optional<double> fraction, absl::Time now) {
  if (!shown_ || rows < kQuietRows || now < next_draw_) return;
  next_draw_ = now + kRedraw;
  drawn_ = true;
  out_ << "\r\x1b[K" << ProgressLine(rows, now - start_, fraction) << std::flush;
}

void Progress::Note(absl::string_view text) {
  if (drawn_) out_ << "\r\x1b[K" << text << std::flush;
}

void Progress::Finish() {
  if (drawn_) out_ << "\r\x1b[K" << std::flush;
  drawn_ = false;
}

}  // namespace calibrd::calibctl
