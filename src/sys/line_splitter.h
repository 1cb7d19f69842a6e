// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

namespace penstock::sys {

using LineSink = std::function<void(std::string_view line)>;

// Cuts a stream of bytes into lines at '\n' (a '\r' before it is dropped) and hands each on without
// its end. A line longer than `max_line` is handed on once, cut, with a note of how much is
// missing, so that memory is bounded whatever comes.
class LineSplitter {
 public:
  LineSplitter(size_t max_line, LineSink sink);

  void Add(std::string_view bytes);
  void Finish();  // hands on a last line that has no end

 private:
  void Keep(std::string_view part);
  void Emit();

  const size_t max_line_;
  const LineSink sink_;
  std::string line_;
  size_t dropped_ = 0;  // bytes of the current line beyond max_line_
};

}  // namespace penstock::sys
