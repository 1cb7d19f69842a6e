// SPDX-License-Identifier: Apache-2.0
#include "ir/placeholder_scanner.h"

namespace penstock::ir {
namespace {

constexpr std::string_view kOpen = "{{$";
constexpr std::string_view kClose = "}}";
constexpr size_t kMostSteps = 8;

bool IsNameCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

class PathScanner {
 public:
  PathScanner(std::string_view text, size_t at) : text_(text), at_(at) {}

  // Reads the path and the closing braces.
  bool Scan(std::vector<std::string>& path) {
    while (!Take(kClose)) {
      if (path.size() == kMostSteps) return false;
      std::string step;
      if (Take(".")) {
        if (!Name(step)) return false;
      } else if (!Take("[") || !(Quoted(step) || Name(step)) || !Take("]")) {
        return false;
      }
      path.push_back(std::move(step));
    }
    return true;
  }

  size_t at() const { return at_; }

 private:
  bool Take(std::string_view expected) {
    if (!text_.substr(at_).starts_with(expected)) return false;
    at_ += expected.size();
    return true;
  }

  bool Name(std::string& name) {
    while (at_ < text_.size() && IsNameCharacter(text_[at_])) name += text_[at_++];
    return !name.empty();
  }

  bool Quoted(std::string& key) {
    for (std::string_view quote : {"''", "'", "\""}) {
      if (!Take(quote)) continue;
      size_t end = text_.find(quote, at_);
      if (end == std::string_view::npos) return false;
      key = text_.substr(at_, end - at_);
      at_ = end + quote.size();
      return true;
    }
    return false;
  }

  std::string_view text_;
  size_t at_;
};

}  // namespace

std::optional<Placeholder> FindPlaceholder(std::string_view text, size_t from) {
  for (size_t begin = text.find(kOpen, from); begin != std::string_view::npos;
       begin = text.find(kOpen, begin + 1)) {
    Placeholder found;
    PathScanner scanner(text, begin + kOpen.size());
    if (!scanner.Scan(found.path)) continue;
    found.begin = begin;
    found.end = scanner.at();
    return found;
  }
  return std::nullopt;
}

}  // namespace penstock::ir
