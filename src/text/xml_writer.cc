// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "base/check.h"
#include "text/utf8.h"
#include "text/xml.h"

namespace penstock::text {
namespace {

// Bytes that are written as they are, whatever stands around them: almost all of a listing.
constexpr std::array<bool, 256> kPlain = [] {
  std::array<bool, 256> plain{};
  for (size_t byte = 0x20; byte < 0x80; ++byte) plain[byte] = true;
  for (char special : {'&', '<', '>', '"'}) plain[static_cast<size_t>(special)] = false;
  return plain;
}();

// What a parser would drop or change is written as a reference: a carriage return would be read as
// a line feed. Bytes that are not UTF-8, and the two characters XML does not have, become U+FFFD.
void AppendEscaped(std::string& out, std::string_view text) {
  constexpr char kHex[] = "0123456789ABCDEF";
  for (size_t i = 0; i < text.size();) {
    size_t run = i;
    while (run < text.size() && kPlain[static_cast<unsigned char>(text[run])]) ++run;
    out.append(text.substr(i, run - i));
    i = run;
    if (i == text.size()) return;
    CodePoint point = DecodeUtf8(text, i);
    std::string_view bytes = text.substr(i, point.length);
    i += point.length;
    if (!point.valid || point.value == 0 || point.value == 0xFFFE || point.value == 0xFFFF) {
      out += kReplacementCharacter;
    } else if (point.value == '&') {
      out += "&amp;";
    } else if (point.value == '<') {
      out += "&lt;";
    } else if (point.value == '>') {
      out += "&gt;";
    } else if (point.value == '"') {
      out += "&quot;";
    } else if (point.value < 0x20 && point.value != '\n' && point.value != '\t') {
      out += "&#x";
      if (point.value >= 0x10) out.push_back('1');
      out.push_back(kHex[point.value & 15]);
      out.push_back(';');
    } else {
      out += bytes;
    }
  }
}

}  // namespace

XmlWriter::XmlWriter() : out_("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n") {}

XmlWriter& XmlWriter::Open(std::string_view name, std::string_view xmlns) {
  out_.push_back('<');
  out_ += name;
  if (!xmlns.empty()) {
    out_ += " xmlns=\"";
    AppendEscaped(out_, xmlns);
    out_.push_back('"');
  }
  out_.push_back('>');
  open_.emplace_back(name);
  return *this;
}

XmlWriter& XmlWriter::OpenTyped(std::string_view name, std::string_view xsi_type) {
  out_.append("<").append(name);
  out_ += " xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xsi:type=\"";
  AppendEscaped(out_, xsi_type);
  out_ += "\">";
  open_.emplace_back(name);
  return *this;
}

XmlWriter& XmlWriter::Close() {
  PENSTOCK_CHECK(!open_.empty());
  out_ += "</";
  out_ += open_.back();
  out_.push_back('>');
  open_.pop_back();
  return *this;
}

XmlWriter& XmlWriter::Text(std::string_view name, std::string_view text) {
  out_.push_back('<');
  out_ += name;
  out_.push_back('>');
  AppendEscaped(out_, text);
  out_ += "</";
  out_ += name;
  out_.push_back('>');
  return *this;
}

XmlWriter& XmlWriter::Number(std::string_view name, uint64_t value) {
  return Text(name, std::to_string(value));
}

XmlWriter& XmlWriter::Bool(std::string_view name, bool value) {
  return Text(name, value ? "true" : "false");
}

std::string XmlWriter::Finish() {
  while (!open_.empty()) Close();
  return std::move(out_);
}

}  // namespace penstock::text
