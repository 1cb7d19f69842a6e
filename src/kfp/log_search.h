// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace penstock::kfp {

struct LogMatch {
  int64_t line = 0;     // from 1
  uint64_t offset = 0;  // of the line's first byte
  std::string text;     // of the line, cut where it is very long
};

// Finds the lines of a log that hold a text, fed piece by piece. Letters of ASCII match in both
// cases. A line that is longer than kMaxLine is searched in parts of that length.
class LogSearch {
 public:
  static constexpr size_t kMaxLine = 64 << 10;
  static constexpr size_t kShownOfLine = 2000;

  // At most that many matches are kept; all are counted.
  LogSearch(std::string_view wanted, size_t most);
  void Feed(std::string_view bytes);
  void Finish();  // the last line may lack its line feed

  const std::vector<LogMatch>& matches() const { return matches_; }
  int64_t count() const { return count_; }
  int64_t lines() const { return line_; }

 private:
  void Look();

  std::string wanted_;
  size_t most_;
  std::string current_;  // the line so far
  uint64_t offset_ = 0;  // of its first byte
  int64_t line_ = 0;     // lines that have ended
  std::vector<LogMatch> matches_;
  int64_t count_ = 0;
};

}  // namespace penstock::kfp
