// What every command works with: the global options, the console, the server.
//
//   absl::Status Get(Session& session, const Arguments& arguments) {
//     absl::StatusOr<Connection> server = session.Connect();
//     …
//     session.out() << …;
//
// Used by one thread.

#ifndef CALIBRD_CLIENT_CALIBCTL_SESSION_H_
#define CALIBRD_CLIENT_CALIBCTL_SESSION_H_

#include <ostream>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "client/calibctl/connection.h"
#include "client/calibctl/console.h"
#include "client/calibctl/terminal/style.h"

namespace calibrd::calibctl {

enum class OutputFormat { kTable, kJson, kJsonLines, kNames };

// The options that every command takes, as they were written.
struct GlobalOptions {
  std::string server = "127.0.0.1:50051";
  std::string timeout;  // for each call; empty: what suits the command
  std::string output;   // empty: what suits the command
  std::string color = "auto";
  bool no_color = false;
};

// Reads "30", "30s", "500ms" or "2m"; above zero.
absl::StatusOr<absl::Duration> ParseTimeout(absl::string_view text);

class Session {
 public:
  Session(const GlobalOptions& options, Console& console);

  // With the timeout that was chosen, or `patience` where none was.
  absl::StatusOr<Connection> Connect(absl::Duration patience = absl::Seconds(30)) const;

  Console& console() { return console_; }
  std::ostream& out() { return console_.out; }
  std::ostream& err() { return console_.err; }

  // How stdout is dressed.
  const Style& style() const { return style_; }

  // The chosen output, or `otherwise` where none was chosen.
  OutputFormat OutputOr(OutputFormat otherwise) const;

 private:
  const GlobalOptions& options_;
  Console& console_;
  Style style_;
};

}  // namespace calibrd::calibctl

#endif  // CALIBRD_CLIENT_CALIBCTL_SESSION_H_
