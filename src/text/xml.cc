// SPDX-License-Identifier: Apache-2.0
#include "text/xml.h"

#include <cstdint>
#include <cstring>

#include <pugixml.hpp>

namespace penstock::text {
namespace {

using base::Code;
using base::Fail;
using base::Result;

std::string LocalName(const char* name) {
  const char* colon = std::strrchr(name, ':');
  return colon != nullptr ? colon + 1 : name;
}

bool IsText(pugi::xml_node_type type) {
  return type == pugi::node_pcdata || type == pugi::node_cdata;
}

Result<XmlElement> Convert(const pugi::xml_node& node, size_t depth, const XmlLimits& limits) {
  if (depth > limits.max_depth) {
    return Fail(Code::kInvalidArgument,
                "the XML is nested deeper than " + std::to_string(limits.max_depth) + " elements");
  }
  XmlElement element;
  element.name = LocalName(node.name());
  for (const pugi::xml_attribute& attribute : node.attributes()) {
    element.attributes.emplace_back(LocalName(attribute.name()), attribute.value());
  }
  for (const pugi::xml_node& child : node.children()) {
    if (IsText(child.type())) {
      element.text += child.value();
    } else if (child.type() == pugi::node_element) {
      PENSTOCK_TRY(XmlElement converted, Convert(child, depth + 1, limits));
      element.children.push_back(std::move(converted));
    }
  }
  return element;
}

// pugixml builds its tree without recursion, but its destruction and ours recurse: refuse deep
// input before it is parsed, by counting how far opening tags run ahead of closing ones.
bool NestsTooDeep(std::string_view text, size_t max_depth) {
  size_t depth = 0;
  for (size_t i = 0; i + 1 < text.size(); ++i) {
    if (text[i] != '<') continue;
    char next = text[i + 1];
    if (next == '/') {
      if (depth > 0) --depth;
    } else if (next != '?' && next != '!') {
      size_t end = text.find('>', i);
      if (end == std::string_view::npos) return false;  // malformed: the parser says so
      if (text[end - 1] != '/' && ++depth > max_depth + 1) return true;
      i = end;
    }
  }
  return false;
}

void AppendEscaped(std::string& out, std::string_view text) {
  for (char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&#34;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        if (static_cast<unsigned char>(c) < 0x20) {
          out += "&#x" + std::string(1, "0123456789ABCDEF"[static_cast<unsigned char>(c) >> 4]) +
                 std::string(1, "0123456789ABCDEF"[c & 15]) + ";";
        } else {
          out.push_back(c);
        }
    }
  }
}

}  // namespace

const XmlElement* XmlElement::Child(std::string_view child_name) const {
  for (const XmlElement& child : children) {
    if (child.name == child_name) return &child;
  }
  return nullptr;
}

std::string XmlElement::ChildText(std::string_view child_name, std::string_view fallback) const {
  const XmlElement* child = Child(child_name);
  return child != nullptr ? child->text : std::string(fallback);
}

Result<XmlElement> ParseXml(std::string_view text, const XmlLimits& limits) {
  if (text.size() > limits.max_bytes) {
    return Fail(Code::kResourceExhausted,
                "the XML is larger than " + std::to_string(limits.max_bytes) + " bytes");
  }
  if (text.find("<!DOCTYPE") != std::string_view::npos) {
    return Fail(Code::kInvalidArgument, "XML with a document type declaration is not accepted");
  }
  if (NestsTooDeep(text, limits.max_depth)) {
    return Fail(Code::kInvalidArgument,
                "the XML is nested deeper than " + std::to_string(limits.max_depth) + " elements");
  }
  pugi::xml_document document;
  constexpr unsigned kFlags =
      pugi::parse_cdata | pugi::parse_escapes | pugi::parse_eol | pugi::parse_ws_pcdata_single;
  pugi::xml_parse_result parsed =
      document.load_buffer(text.data(), text.size(), kFlags, pugi::encoding_utf8);
  if (!parsed) {
    return Fail(Code::kInvalidArgument, "malformed XML at byte " + std::to_string(parsed.offset) +
                                            ": " + parsed.description());
  }
  pugi::xml_node root = document.document_element();
  if (!root) return Fail(Code::kInvalidArgument, "the XML has no element");
  return Convert(root, 0, limits);
}

XmlWriter::XmlWriter() : out_("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n") {}

XmlWriter& XmlWriter::Open(std::string_view name, std::string_view xmlns) {
  out_ += "<" + std::string(name);
  if (!xmlns.empty()) out_ += " xmlns=\"" + std::string(xmlns) + "\"";
  out_ += ">";
  open_.emplace_back(name);
  return *this;
}

XmlWriter& XmlWriter::Close() {
  out_ += "</" + open_.back() + ">";
  open_.pop_back();
  return *this;
}

XmlWriter& XmlWriter::Text(std::string_view name, std::string_view text) {
  out_ += "<" + std::string(name) + ">";
  AppendEscaped(out_, text);
  out_ += "</" + std::string(name) + ">";
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
