// SPDX-License-Identifier: Apache-2.0
#include "kfp/log_search.h"

#include "base/encoding.h"

namespace penstock::kfp {

LogSearch::LogSearch(std::string_view wanted, size_t most)
    : wanted_(base::ToLower(wanted)), most_(most) {}

void LogSearch::Feed(std::string_view bytes) {
  while (!bytes.empty()) {
    size_t end = bytes.find('\n');
    std::string_view part = bytes.substr(0, end);
    size_t room = kMaxLine - current_.size();
    if (part.size() > room) {
      current_ += part.substr(0, room);
      bytes.remove_prefix(room);
      Look();
      offset_ += current_.size();
      current_.clear();
      continue;
    }
    current_ += part;
    if (end == std::string_view::npos) return;
    bytes.remove_prefix(end + 1);
    Look();
    ++line_;
    offset_ += current_.size() + 1;
    current_.clear();
  }
}

void LogSearch::Finish() {
  if (current_.empty()) return;
  Look();
  ++line_;
  offset_ += current_.size();
  current_.clear();
}

void LogSearch::Look() {
  if (base::ToLower(current_).find(wanted_) == std::string::npos) return;
  ++count_;
  if (matches_.size() < most_) {
    matches_.push_back({line_ + 1, offset_, current_.substr(0, kShownOfLine)});
  }
}

}  // namespace penstock::kfp
