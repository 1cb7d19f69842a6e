// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "iam/access_request.h"
#include "iam/glob.h"

namespace penstock::iam {

// A text in a policy that is compared with one of the request: literal parts, wildcards where they
// mean something, and variables: ${aws:username}, ${s3:prefix, 'a default'}, and ${*}, ${?}, ${$}
// for the characters themselves.
class ValuePattern {
 public:
  // Where `wildcards` is false, * and ? stand for themselves. kInvalidArgument for a broken
  // variable.
  static base::Result<ValuePattern> Parse(std::string_view text, bool wildcards);

  // Whether the text is the pattern, its variables replaced. A variable without exactly one value
  // and without a default matches nothing.
  bool Matches(std::string_view text, const RequestContext& context) const;
  // The pattern with its variables replaced, or nothing where one has no value.
  std::optional<std::string> Expand(const RequestContext& context) const;
  bool MatchesEverything() const;
  // Always the same text: neither wildcards nor variables.
  bool fixed() const { return variables_ == 0 && !glob_.has_wildcards(); }
  bool has_variables() const { return variables_ > 0; }
  const std::string& text() const { return text_; }  // as written

 private:
  enum class Kind { kLiteral, kAnyText, kAnyCharacter, kVariable };
  struct Piece {
    Kind kind = Kind::kLiteral;
    std::string text;  // the literal, or the variable's normal key
    std::optional<std::string> fallback;
  };

  base::Status AddVariable(std::string_view inside);
  void AddLiteral(std::string_view text);
  void MakeGlob();
  std::optional<Glob> Resolve(const RequestContext& context) const;

  std::string text_;
  std::vector<Piece> pieces_;
  size_t variables_ = 0;
  Glob glob_;  // of a pattern without variables
};

}  // namespace penstock::iam
