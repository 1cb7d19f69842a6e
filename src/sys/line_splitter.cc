// SPDX-License-Identifier: Apache-2.0
#include "sys/line_splitter.h"

#include <algorithm>
#include <utility>

namespace penstock::sys {

LineSplitter::LineSplitter(size_t max_line, LineSink sink)
    : max_line_(max_line), sink_(std::move(sink)) {}

void LineSplitter::Add(std::string_view bytes) {
  while (!bytes.empty()) {
    size_t end = bytes.find('\n');
    Keep(bytes.substr(0, end));
    if (end == std::string_view::npos) return;
    Emit();
    bytes.remove_prefix(end + 1);
  }
}

void LineSplitter::Finish() {
  if (!line_.empty() || dropped_ > 0) Emit();
}

void LineSplitter::Keep(std::string_view part) {
  size_t taken = std::min(part.size(), max_line_ - line_.size());
  line_.append(part.substr(0, taken));
  dropped_ += part.size() - taken;
}

void LineSplitter::Emit() {
  if (dropped_ > 0) {
    line_ += " [" + std::to_string(dropped_) + " more bytes of this line left out]";
  } else if (!line_.empty() && line_.back() == '\r') {
    line_.pop_back();
  }
  sink_(line_);
  line_.clear();
  dropped_ = 0;
}

}  // namespace penstock::sys
