// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace penstock::iam {

// A pattern of literal text, "any text" (*) and "any one character" (?). Matching needs no more
// than pattern length times text length steps, whatever the pattern.
class Glob {
 public:
  void AddLiteral(std::string_view text);
  void AddAnyText();
  void AddAnyCharacter();  // one character of UTF-8

  // The pattern in text, where every * and ? is a wildcard.
  static Glob Of(std::string_view pattern);

  bool Matches(std::string_view text) const;
  // For patterns that were added in lower case; ASCII only.
  bool MatchesIgnoringCase(std::string_view text) const;
  bool MatchesEverything() const;
  bool has_wildcards() const { return has_wildcards_; }

 private:
  template <bool fold>
  bool Match(std::string_view text) const;

  std::u16string codes_;  // bytes, and two codes above them for the wildcards
  bool has_wildcards_ = false;
};

}  // namespace penstock::iam
