// SPDX-License-Identifier: Apache-2.0
#include "ir/expression_tokens.h"

#include <charconv>
#include <cstdint>
#include <optional>

namespace penstock::ir {
namespace {

using base::Fail;
using base::Result;
using text::Json;
using Kind = ExpressionToken::Kind;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsNameStart(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool IsSpace(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f'; }

void AppendUtf8(uint32_t code, std::string& out) {
  auto add = [&out](uint32_t byte) { out += static_cast<char>(byte); };
  if (code < 0x80) {
    add(code);
  } else if (code < 0x800) {
    add(0xC0 | (code >> 6));
    add(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    add(0xE0 | (code >> 12));
    add(0x80 | ((code >> 6) & 0x3F));
    add(0x80 | (code & 0x3F));
  } else {
    add(0xF0 | (code >> 18));
    add(0x80 | ((code >> 12) & 0x3F));
    add(0x80 | ((code >> 6) & 0x3F));
    add(0x80 | (code & 0x3F));
  }
}

class Tokenizer {
 public:
  explicit Tokenizer(std::string_view text) : text_(text) {}

  Result<std::vector<ExpressionToken>> Run() {
    std::vector<ExpressionToken> tokens;
    while (true) {
      while (at_ < text_.size() && IsSpace(text_[at_])) ++at_;
      ExpressionToken token;
      token.position = at_;
      if (at_ < text_.size()) PENSTOCK_RETURN_IF_ERROR(Next(token));
      tokens.push_back(std::move(token));
      if (tokens.back().kind == Kind::kEnd) return tokens;
    }
  }

 private:
  base::Status Next(ExpressionToken& token) {
    char c = text_[at_];
    if (IsNameStart(c)) {
      token.kind = Kind::kIdentifier;
      while (at_ < text_.size() && (IsNameStart(text_[at_]) || IsDigit(text_[at_]))) {
        token.text += text_[at_++];
      }
      return {};
    }
    token.kind = Kind::kLiteral;
    if (IsDigit(c) || (c == '.' && at_ + 1 < text_.size() && IsDigit(text_[at_ + 1]))) {
      return Number(token);
    }
    if (c == '\'' || c == '"') return String(token);
    token.kind = Kind::kSymbol;
    for (std::string_view symbol : {"==", "!=", "<=", ">=", "&&", "||", "<", ">", "!", "(", ")",
                                    "[", "]", ".", ",", "?", ":", "-"}) {
      if (!text_.substr(at_).starts_with(symbol)) continue;
      token.text = symbol;
      at_ += symbol.size();
      return {};
    }
    return Fail(ExpressionSyntaxError(
        at_, "'" + std::string(1, c) + "' is not part of the expressions supported here"));
  }

  base::Status Number(ExpressionToken& token) {
    size_t begin = at_;
    bool fraction = false;
    while (at_ < text_.size()) {
      char c = text_[at_];
      bool exponent = c == 'e' || c == 'E';
      if (!IsDigit(c) && c != '.' && !exponent) break;
      fraction = fraction || !IsDigit(c);
      ++at_;
      if (exponent && at_ < text_.size() && (text_[at_] == '+' || text_[at_] == '-')) ++at_;
    }
    std::string_view digits = text_.substr(begin, at_ - begin);
    const char* end = digits.data() + digits.size();
    bool read = false;
    if (fraction) {
      double number = 0;
      auto [stop, error] = std::from_chars(digits.data(), end, number);
      read = error == std::errc{} && stop == end;
      token.literal = Json(number);
    } else {
      int64_t number = 0;
      auto [stop, error] = std::from_chars(digits.data(), end, number);
      read = error == std::errc{} && stop == end;
      token.literal = Json(number);
    }
    bool followed = at_ < text_.size() && IsNameStart(text_[at_]);
    if (read && !followed) return {};
    return Fail(ExpressionSyntaxError(begin, "this is no number"));
  }

  base::Status String(ExpressionToken& token) {
    size_t begin = at_;
    char quote = text_[at_++];
    std::string value;
    while (at_ < text_.size() && text_[at_] != quote) {
      if (text_[at_] != '\\') {
        value += text_[at_++];
        continue;
      }
      ++at_;
      PENSTOCK_RETURN_IF_ERROR(Escape(value));
    }
    if (at_ >= text_.size()) {
      return Fail(ExpressionSyntaxError(
          begin,
          "the text that begins here has no closing quote; inside a text, a quote "
          "is written \\'"));
    }
    ++at_;
    token.literal = Json(std::move(value));
    return {};
  }

  base::Status Escape(std::string& value) {
    static constexpr std::string_view kFrom = "abfnrtv\\'\"`?";
    static constexpr std::string_view kTo = "\a\b\f\n\r\t\v\\'\"`?";
    size_t begin = at_ - 1;
    char c = at_ < text_.size() ? text_[at_] : '\0';
    if (size_t simple = kFrom.find(c); simple != std::string_view::npos && c != '\0') {
      ++at_;
      value += kTo[simple];
      return {};
    }
    std::optional<uint32_t> code;
    if (c == 'x' || c == 'X') code = Digits(1, 2, 16);
    if (c == 'u') code = Digits(1, 4, 16);
    if (c == 'U') code = Digits(1, 8, 16);
    if (c >= '0' && c <= '3') code = Digits(0, 3, 8);
    if (!code || *code > 0x10FFFF || (*code >= 0xD800 && *code <= 0xDFFF)) {
      return Fail(ExpressionSyntaxError(begin, "this escape is not known"));
    }
    AppendUtf8(*code, value);
    return {};
  }

  // Exactly `count` digits, after `skip` characters.
  std::optional<uint32_t> Digits(size_t skip, size_t count, int base) {
    if (text_.size() - at_ < skip + count) return std::nullopt;
    const char* first = text_.data() + at_ + skip;
    uint32_t code = 0;
    auto [stop, error] = std::from_chars(first, first + count, code, base);
    if (error != std::errc{} || stop != first + count) return std::nullopt;
    at_ += skip + count;
    return code;
  }

  std::string_view text_;
  size_t at_ = 0;
};

}  // namespace

base::Error ExpressionSyntaxError(size_t position, std::string_view message) {
  return base::Error(base::Code::kInvalidArgument, "syntax error in the expression at byte " +
                                                       std::to_string(position) + ": " +
                                                       std::string(message));
}

Result<std::vector<ExpressionToken>> TokenizeExpression(std::string_view text) {
  return Tokenizer(text).Run();
}

}  // namespace penstock::ir
