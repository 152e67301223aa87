#include "server/telemetry/log.h"

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "nlohmann/json.hpp"
#include "spdlog/logger.h"
#include "spdlog/sinks/stdout_sinks.h"

namespace calibrd::telemetry {
namespace {

absl::string_view Severity(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug:
      return "DEBUG";
    case LogLevel::kInfo:
      return "INFO";
    case LogLevel::kWarning:
      return "WARNING";
    case LogLevel::kError:
      return "ERROR";
  }
  return "ERROR";
}

std::string Timestamp(absl::Time time) {
  return absl::FormatTime("%Y-%m-%dT%H:%M:%E3SZ", time, absl::UTCTimeZone());
}

std::string FormatJson(LogLevel level, absl::Time time, absl::string_view message,
                       Logger::Fields fields) {
  nlohmann::ordered_json line;
  line["time"] = Timestamp(time);
  line["severity"] = std::string(Severity(level));
  line["message"] = std::string(message);
  for (const LogField& field : fields) {
    std::visit([&](const auto& value) { line[std::string(field.key)] = value; },
               field.value);
  }
  return line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string QuoteIfNeeded(absl::string_view text) {
  const bool plain =
      !text.empty() && text.find_first_of(" \"=\n\r\t\\") == absl::string_view::npos;
  return plain ? std::string(text)
               : absl::StrCat("\"", absl::Utf8SafeCEscape(text), "\"");
}

std::string FormatText(LogLevel level, absl::Time time, absl::string_view message,
                       Logger::Fields fields) {
  std::string line = absl::StrCat(Timestamp(time), " ", Severity(level), " ",
                                  absl::Utf8SafeCEscape(message));
  for (const LogField& field : fields) {
    absl::StrAppend(&line, " ", field.key, "=");
    if (const auto* text = std::get_if<std::string>(&field.value)) {
      line += QuoteIfNeeded(*text);
    } else if (const auto* integer = std::get_if<int64_t>(&field.value)) {
      absl::StrAppend(&line, *integer);
    } else {
      absl::StrAppend(&line, std::get<double>(field.value));
    }
  }
  return line;
}

}  // namespace

Logger::Logger(LogFormat format, LogLevel level)
    : format_(format),
      level_(level),
      sink_(std::make_unique<spdlog::logger>(
          "calibrd", std::make_shared<spdlog::sinks::stderr_sink_mt>())) {
  sink_->set_pattern("%v");
  sink_->flush_on(spdlog::level::trace);
}

Logger::~Logger() = default;

void Logger::Debug(absl::string_view message, Fields fields) const {
  Write(LogLevel::kDebug, message, fields);
}
void Logger::Info(absl::string_view message, Fields fields) const {
  Write(LogLevel::kInfo, message, fields);
}
void Logger::Warning(absl::string_view message, Fields fields) const {
  Write(LogLevel::kWarning, message, fields);
}
void Logger::Error(absl::string_view message, Fields fields) const {
  Write(LogLevel::kError, message, fields);
}

void Logger::Write(LogLevel level, absl::string_view message, Fields fields) const {
  if (level < level_) return;
  const std::string line = FormatLine(format_, level, absl::Now(), message, fields);
  sink_->info(spdlog::string_view_t(line.data(), line.size()));
}

std::string FormatLine(LogFormat format, LogLevel level, absl::Time time,
                       absl::string_view message, Logger::Fields fields) {
  return format == LogFormat::kJson ? FormatJson(level, time, message, fields)
                                    : FormatText(level, time, message, fields);
}

}  // namespace calibrd::telemetry
