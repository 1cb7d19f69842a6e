// SPDX-License-Identifier: Apache-2.0
#include "iam/glob.h"

#include <algorithm>

namespace penstock::iam {
namespace {

constexpr char16_t kAnyText = 0x100;
constexpr char16_t kAnyCharacter = 0x101;

size_t AfterCharacter(std::string_view text, size_t position) {
  ++position;
  while (position < text.size() && (static_cast<unsigned char>(text[position]) & 0xC0) == 0x80) {
    ++position;
  }
  return position;
}

template <bool fold>
char16_t CodeOf(char c) {
  if (fold && c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return static_cast<unsigned char>(c);
}

}  // namespace

void Glob::AddLiteral(std::string_view text) {
  for (char c : text) codes_.push_back(static_cast<unsigned char>(c));
}

void Glob::AddAnyText() {
  has_wildcards_ = true;
  // Two in a row say no more than one.
  if (codes_.empty() || codes_.back() != kAnyText) codes_.push_back(kAnyText);
}

void Glob::AddAnyCharacter() {
  has_wildcards_ = true;
  codes_.push_back(kAnyCharacter);
}

Glob Glob::Of(std::string_view pattern) {
  Glob glob;
  for (char c : pattern) {
    if (c == '*') {
      glob.AddAnyText();
    } else if (c == '?') {
      glob.AddAnyCharacter();
    } else {
      glob.AddLiteral({&c, 1});
    }
  }
  return glob;
}

// Greedy: after a mismatch only the last * is tried again, one character further on. Earlier ones
// need not be, since the last one can take whatever they would.
template <bool fold>
bool Glob::Match(std::string_view text) const {
  size_t at = 0;
  size_t position = 0;
  size_t last_star = std::u16string::npos;
  size_t resume = 0;
  while (position < text.size()) {
    char16_t code = at < codes_.size() ? codes_[at] : u'\0';
    bool ended = at == codes_.size();
    if (!ended && code == kAnyText) {
      if (at + 1 == codes_.size()) return true;
      last_star = at++;
      resume = position;
    } else if (!ended && code == kAnyCharacter) {
      ++at;
      position = AfterCharacter(text, position);
    } else if (!ended && code == CodeOf<fold>(text[position])) {
      ++at;
      ++position;
    } else if (last_star != std::u16string::npos) {
      at = last_star + 1;
      position = ++resume;
    } else {
      return false;
    }
  }
  return std::all_of(codes_.begin() + static_cast<std::ptrdiff_t>(at), codes_.end(),
                     [](char16_t code) { return code == kAnyText; });
}

bool Glob::Matches(std::string_view text) const { return Match<false>(text); }
bool Glob::MatchesIgnoringCase(std::string_view text) const { return Match<true>(text); }
bool Glob::MatchesEverything() const { return codes_.size() == 1 && codes_[0] == kAnyText; }

}  // namespace penstock::iam
