// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace penstock::base {

enum class LogLevel { kDebug, kInfo, kWarning, kError };

// A named value of a log line. Never a secret: keys, tokens and signatures are left out by callers.
struct LogField {
  LogField(std::string_view name_, std::string_view value_) : name(name_), value(value_) {}
  LogField(std::string_view name_, const char* value_) : name(name_), value(value_) {}
  LogField(std::string_view name_, const std::string& value_) : name(name_), value(value_) {}
  LogField(std::string_view name_, int64_t value_) : name(name_), value(std::to_string(value_)) {}
  LogField(std::string_view name_, int value_) : name(name_), value(std::to_string(value_)) {}
  LogField(std::string_view name_, uint64_t value_) : name(name_), value(std::to_string(value_)) {}

  std::string name;
  std::string value;
};

// Where log lines go; passed by constructor. Thread-safe.
class Logger {
 public:
  virtual ~Logger() = default;
  virtual void Log(LogLevel level, std::string_view message,
                   std::initializer_list<LogField> fields) = 0;

  void Debug(std::string_view message, std::initializer_list<LogField> fields = {}) {
    Log(LogLevel::kDebug, message, fields);
  }
  void Info(std::string_view message, std::initializer_list<LogField> fields = {}) {
    Log(LogLevel::kInfo, message, fields);
  }
  void Warning(std::string_view message, std::initializer_list<LogField> fields = {}) {
    Log(LogLevel::kWarning, message, fields);
  }
  void Error(std::string_view message, std::initializer_list<LogField> fields = {}) {
    Log(LogLevel::kError, message, fields);
  }
};

// One line a message on standard error: `time level message name=value …` or, for machines, JSON.
std::unique_ptr<Logger> MakeStderrLogger(LogLevel least, bool json);

// Drops everything. For tests.
class NullLogger final : public Logger {
 public:
  void Log(LogLevel, std::string_view, std::initializer_list<LogField>) override {}
};

}  // namespace penstock::base
