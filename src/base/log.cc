// SPDX-License-Identifier: Apache-2.0
#include "base/log.h"

#define SPDLOG_HEADER_ONLY
#define FMT_HEADER_ONLY
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

namespace penstock::base {
namespace {

spdlog::level::level_enum ToSpdlog(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug:
      return spdlog::level::debug;
    case LogLevel::kInfo:
      return spdlog::level::info;
    case LogLevel::kWarning:
      return spdlog::level::warn;
    case LogLevel::kError:
      return spdlog::level::err;
  }
  return spdlog::level::info;
}

// Quotes as JSON does, which also keeps a foreign line break from forging a log line.
void AppendQuoted(std::string& line, std::string_view text) {
  static constexpr char kHex[] = "0123456789abcdef";
  line.push_back('"');
  for (char c : text) {
    auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      line.push_back('\\');
      line.push_back(c);
    } else if (c == '\n') {
      line += "\\n";
    } else if (byte < 0x20) {
      line += "\\u00";
      line.push_back(kHex[byte >> 4]);
      line.push_back(kHex[byte & 15]);
    } else {
      line.push_back(c);
    }
  }
  line.push_back('"');
}

bool IsPlain(std::string_view text) {
  if (text.empty()) return false;
  for (char c : text) {
    if (c <= ' ' || c == '"' || c == '\\' || c == '=') return false;
  }
  return true;
}

class StderrLogger final : public Logger {
 public:
  StderrLogger(LogLevel least, bool json)
      : json_(json),
        sink_(std::make_shared<spdlog::sinks::stderr_color_sink_mt>()),
        logger_("penstock", sink_) {
    logger_.set_level(ToSpdlog(least));
    logger_.set_pattern(json ? R"({"time":"%Y-%m-%dT%H:%M:%S.%eZ","level":"%l",%v})"
                             : "%Y-%m-%dT%H:%M:%S.%eZ %^%-7l%$ %v",
                        spdlog::pattern_time_type::utc);
  }

  void Log(LogLevel level, std::string_view message,
           std::initializer_list<LogField> fields) override {
    if (!logger_.should_log(ToSpdlog(level))) return;
    std::string line = json_ ? JsonLine(message, fields) : PlainLine(message, fields);
    logger_.log(ToSpdlog(level), spdlog::string_view_t(line.data(), line.size()));
  }

 private:
  static std::string JsonLine(std::string_view message, std::initializer_list<LogField> fields) {
    std::string line = "\"message\":";
    AppendQuoted(line, message);
    for (const LogField& field : fields) {
      line.push_back(',');
      AppendQuoted(line, field.name);
      line.push_back(':');
      AppendQuoted(line, field.value);
    }
    return line;
  }

  static std::string PlainLine(std::string_view message, std::initializer_list<LogField> fields) {
    std::string line(message);
    for (const LogField& field : fields) {
      line += " " + field.name + "=";
      if (IsPlain(field.value)) {
        line += field.value;
      } else {
        AppendQuoted(line, field.value);
      }
    }
    return line;
  }

  const bool json_;
  std::shared_ptr<spdlog::sinks::stderr_color_sink_mt> sink_;
  spdlog::logger logger_;
};

}  // namespace

std::unique_ptr<Logger> MakeStderrLogger(LogLevel least, bool json) {
  return std::make_unique<StderrLogger>(least, json);
}

}  // namespace penstock::base
