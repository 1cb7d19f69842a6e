// SPDX-License-Identifier: Apache-2.0
#include "iam/value_pattern.h"

#include "base/encoding.h"

namespace penstock::iam {
namespace {

using base::Code;
using base::Fail;
using base::Result;
using base::Status;

std::optional<std::string> ValueOf(const std::string& key,
                                   const std::optional<std::string>& fallback,
                                   const RequestContext& context) {
  ContextValues values = context.Find(key);
  if (values.size() == 1) return std::move(values.front());
  return fallback;
}

}  // namespace

Result<ValuePattern> ValuePattern::Parse(std::string_view text, bool wildcards) {
  ValuePattern pattern;
  pattern.text_ = text;
  while (!text.empty()) {
    if (text.starts_with("${")) {
      size_t end = text.find('}');
      if (end == std::string_view::npos) {
        return Fail(Code::kInvalidArgument, "'" + pattern.text_ +
                                                "' has a variable without its '}'; write ${$} "
                                                "for a dollar sign");
      }
      PENSTOCK_RETURN_IF_ERROR(pattern.AddVariable(text.substr(2, end - 2)));
      text.remove_prefix(end + 1);
      continue;
    }
    char c = text.front();
    if (wildcards && (c == '*' || c == '?')) {
      pattern.pieces_.push_back({c == '*' ? Kind::kAnyText : Kind::kAnyCharacter, "", {}});
    } else {
      pattern.AddLiteral(text.substr(0, 1));
    }
    text.remove_prefix(1);
  }
  pattern.MakeGlob();
  return pattern;
}

void ValuePattern::AddLiteral(std::string_view text) {
  if (pieces_.empty() || pieces_.back().kind != Kind::kLiteral) pieces_.emplace_back();
  pieces_.back().text += text;
}

Status ValuePattern::AddVariable(std::string_view inside) {
  if (inside == "*" || inside == "?" || inside == "$") {
    AddLiteral(inside);
    return {};
  }
  Piece piece;
  piece.kind = Kind::kVariable;
  size_t comma = inside.find(',');
  std::string_view name = base::Trim(inside.substr(0, comma));
  if (name.find(':') == std::string_view::npos) {
    return Fail(Code::kInvalidArgument, "'${" + std::string(inside) +
                                            "}' is no variable: write ${prefix:name}, such as "
                                            "${aws:username}");
  }
  if (comma != std::string_view::npos) {
    std::string_view quoted = base::Trim(inside.substr(comma + 1));
    if (quoted.size() < 2 || quoted.front() != '\'' || quoted.back() != '\'') {
      return Fail(Code::kInvalidArgument, "the default of '${" + std::string(inside) +
                                              "}' must stand in single quotes: "
                                              "${aws:username, 'nobody'}");
    }
    piece.fallback = quoted.substr(1, quoted.size() - 2);
  }
  piece.text = NormalConditionKey(name);
  pieces_.push_back(std::move(piece));
  ++variables_;
  return {};
}

void ValuePattern::MakeGlob() {
  if (variables_ > 0) return;
  for (const Piece& piece : pieces_) {
    if (piece.kind == Kind::kAnyText) {
      glob_.AddAnyText();
    } else if (piece.kind == Kind::kAnyCharacter) {
      glob_.AddAnyCharacter();
    } else {
      glob_.AddLiteral(piece.text);
    }
  }
}

// A value is taken literally: a user who calls himself "*" gains nothing.
std::optional<Glob> ValuePattern::Resolve(const RequestContext& context) const {
  Glob glob;
  for (const Piece& piece : pieces_) {
    switch (piece.kind) {
      case Kind::kAnyText:
        glob.AddAnyText();
        break;
      case Kind::kAnyCharacter:
        glob.AddAnyCharacter();
        break;
      case Kind::kLiteral:
        glob.AddLiteral(piece.text);
        break;
      case Kind::kVariable: {
        auto value = ValueOf(piece.text, piece.fallback, context);
        if (!value) return std::nullopt;
        glob.AddLiteral(*value);
        break;
      }
    }
  }
  return glob;
}

bool ValuePattern::Matches(std::string_view text, const RequestContext& context) const {
  if (variables_ == 0) return glob_.Matches(text);
  std::optional<Glob> glob = Resolve(context);
  return glob && glob->Matches(text);
}

std::optional<std::string> ValuePattern::Expand(const RequestContext& context) const {
  std::string result;
  for (const Piece& piece : pieces_) {
    switch (piece.kind) {
      case Kind::kAnyText:
        result += '*';
        break;
      case Kind::kAnyCharacter:
        result += '?';
        break;
      case Kind::kLiteral:
        result += piece.text;
        break;
      case Kind::kVariable: {
        auto value = ValueOf(piece.text, piece.fallback, context);
        if (!value) return std::nullopt;
        result += *value;
        break;
      }
    }
  }
  return result;
}

bool ValuePattern::MatchesEverything() const {
  return variables_ == 0 && glob_.MatchesEverything();
}

}  // namespace penstock::iam
