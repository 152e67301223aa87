// Structured logs on standard error: one line an event, as text for people or as JSON for
// log collectors.
//
//   Logger log(LogFormat::kJson, LogLevel::kInfo);
//   log.Info("profile fitted", {{"name", profile.name()}, {"revision",
//   profile.revision()}});
//   // {"time":"2026-01-02T03:04:05.678Z","severity":"INFO","message":"profile fitted",
//   //  "name":"models/m/prompts/p","revision":3}
//
// Thread-safety: a line is written whole, from any thread. Never logged: rows, texts and
// label probabilities of requests.

#ifndef CALIBRD_SERVER_TELEMETRY_LOG_H_
#define CALIBRD_SERVER_TELEMETRY_LOG_H_

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>
#include <type_traits>
#include <variant>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace spdlog {
class logger;
}

namespace calibrd::telemetry {

enum class LogFormat { kText, kJson };
enum class LogLevel { kDebug, kInfo, kWarning, kError };

// One named value of a line.
struct LogField {
  LogField(absl::string_view k, absl::string_view v) : key(k), value(std::string(v)) {}
  LogField(absl::string_view k, const std::string& v) : key(k), value(v) {}
  LogField(absl::string_view k, const char* v) : key(k), value(std::string(v)) {}
  LogField(absl::string_view k, double v) : key(k), value(v) {}
  LogField(absl::string_view k, absl::Duration v)
      : key(k), value(absl::FormatDuration(v)) {}
  template <typename Integer, typename = std::enable_if_t<std::is_integral_v<Integer>>>
  LogField(absl::string_view k, Integer v) : key(k), value(static_cast<int64_t>(v)) {}

  absl::string_view key;
  std::variant<std::string, double, int64_t> value;
};

class Logger {
 public:
  using Fields = std::initializer_list<LogField>;

  Logger(LogFormat format, LogLevel level);
  ~Logger();

  void Debug(absl::string_view message, Fields fields = {}) const;
  void Info(absl::string_view message, Fields fields = {}) const;
  void Warning(absl::string_view message, Fields fields = {}) const;
  void Error(absl::string_view message, Fields fields = {}) const;

 private:
  void Write(LogLevel level, absl::string_view message, Fields fields) const;

  const LogFormat format_;
  const LogLevel level_;
  const std::unique_ptr<spdlog::logger> sink_;
};

// One line, without its end; what Logger writes. Public for tests.
std::string FormatLine(LogFormat format, LogLevel level, absl::Time time,
                       absl::string_view message, Logger::Fields fields);

}  // namespace calibrd::telemetry

#endif  // CALIBRD_SERVER_TELEMETRY_LOG_H_
