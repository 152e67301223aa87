#include "client/calibctl/session.h"

#include "absl/status/status.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace calibrd::calibctl {
namespace {

ColorChoice ChoiceOf(const GlobalOptions& options) {
  if (options.no_color || options.color == "never") return ColorChoice::kNever;
  return options.color == "always" ? ColorChoice::kAlways : ColorChoice::kAuto;
}

}  // namespace

absl::StatusOr<absl::Duration> ParseTimeout(absl::string_view text) {
  absl::Duration timeout;
  double seconds = 0;
  if (absl::SimpleAtod(text, &seconds)) {
    timeout = absl::Seconds(seconds);
  } else if (!absl::ParseDuration(text, &timeout)) {
    timeout = absl::ZeroDuration();
  }
  // The upper end keeps a deadline within what the clock can hold.
  if (timeout <= absl::ZeroDuration() || timeout > absl::Hours(24 * 365)) {
    return absl::InvalidArgumentError(absl::StrCat(
        "--timeout ", text, ": a time above zero is needed, such as 30s or 500ms"));
  }
  return timeout;
}

Session::Session(const GlobalOptions& options, Console& console)
    : options_(options),
      console_(console),
      style_(ChooseStyle(ChoiceOf(options), console.out_is_terminal, console.no_color,
                         console.width)) {}

absl::StatusOr<Connection> Session::Connect(absl::Duration patience) const {
  if (options_.timeout.empty()) return Connection::Open(options_.server, patience);
  const absl::StatusOr<absl::Duration> timeout = ParseTimeout(options_.timeout);
  if (!timeout.ok()) return timeout.status();
  return Connection::Open(options_.server, *timeout);
}

OutputFormat Session::OutputOr(OutputFormat otherwise) const {
  if (options_.output == "table") return OutputFormat::kTable;
  if (options_.output == "json") return OutputFormat::kJson;
  if (options_.output == "jsonl") return OutputFormat::kJsonLines;
  if (options_.output == "names") return OutputFormat::kNames;
  return otherwise;
}

}  // namespace calibrd::calibctl
