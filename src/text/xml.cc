// SPDX-License-Identifier: Apache-2.0
#include "text/xml.h"

#include <algorithm>
#include <charconv>

#include <pugixml.hpp>

#include "text/utf8.h"

namespace penstock::text {
namespace {

using base::Code;
using base::Fail;
using base::Result;
using base::Status;

base::Error Invalid(size_t offset, std::string_view what) {
  return {Code::kInvalidArgument,
          "invalid XML at byte " + std::to_string(offset) + ": " + std::string(what)};
}

// Whether `name` (what stands between '&' and ';') is one of the five entities or a number that
// stands for a character. Characters below U+0020 are let through as in XML 1.1, since object
// names may have them; U+0000 is not.
bool IsReference(std::string_view name) {
  if (name == "lt" || name == "gt" || name == "amp" || name == "quot" || name == "apos")
    return true;
  if (name.size() < 2 || name[0] != '#') return false;
  bool hex = name[1] == 'x';
  std::string_view digits = name.substr(hex ? 2 : 1);
  uint32_t value = 0;
  auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), value, hex ? 16 : 10);
  if (parsed.ec != std::errc() || parsed.ptr != digits.data() + digits.size()) return false;
  return value != 0 && value <= 0x10FFFF && !(value >= 0xD800 && value <= 0xDFFF);
}

// pugixml keeps unknown references as they are, which would change the meaning of a name.
Status CheckReferences(std::string_view text) {
  for (size_t i = 0; i < text.size(); ++i) {
    std::string_view rest = text.substr(i);
    std::string_view end;
    if (rest.starts_with("<![CDATA[")) end = "]]>";
    if (rest.starts_with("<!--")) end = "-->";
    if (rest.starts_with("<?")) end = "?>";
    if (!end.empty()) {
      size_t close = text.find(end, i);
      if (close == std::string_view::npos) return {};  // the parser will say so
      i = close;
    } else if (text[i] == '&') {
      constexpr size_t kLongest = 10;  // "#x0010FFFF"
      size_t length = rest.substr(0, kLongest + 2).find(';');
      if (length == std::string_view::npos || !IsReference(rest.substr(1, length - 1))) {
        return Fail(Invalid(i, "not a reference to a character"));
      }
    }
  }
  return {};
}

Status CheckText(std::string_view text, const XmlLimits& limits) {
  if (text.size() > limits.max_bytes) {
    return Fail(Code::kResourceExhausted,
                "the XML text is longer than " + std::to_string(limits.max_bytes) + " bytes");
  }
  if (text.find('\0') != std::string_view::npos || !IsValidUtf8(text)) {
    return Fail(Invalid(0, "not UTF-8 text"));
  }
  // Before parsing, so that the parser's own tree stays small too: an element has one or two '<',
  // an attribute one '='; text may have some '=' of its own.
  auto tags = static_cast<size_t>(std::count(text.begin(), text.end(), '<'));
  if (tags > 2 * limits.max_elements + 16) {
    return Fail(Code::kResourceExhausted, "the XML text has too many elements");
  }
  return CheckReferences(text);
}

std::string LocalName(std::string_view name) {
  size_t colon = name.find(':');
  return std::string(colon == std::string_view::npos ? name : name.substr(colon + 1));
}

class Converter {
 public:
  explicit Converter(const XmlLimits& limits) : limits_(limits) {}

  Status Convert(const pugi::xml_node& node, size_t depth, XmlElement& element) {
    if (depth > limits_.max_depth) return Fail(Invalid(Offset(node), "too deeply nested"));
    PENSTOCK_RETURN_IF_ERROR(Count(node));
    element.name = LocalName(node.name());
    for (const pugi::xml_attribute& attribute : node.attributes()) {
      PENSTOCK_RETURN_IF_ERROR(Count(node));
      element.attributes.emplace_back(attribute.name(), attribute.value());
    }
    for (const pugi::xml_node& child : node.children()) {
      if (child.type() == pugi::node_element) {
        PENSTOCK_RETURN_IF_ERROR(Convert(child, depth + 1, element.children.emplace_back()));
      } else {
        element.text += child.value();
      }
    }
    // Between child elements, white space is layout.
    if (!element.children.empty() &&
        element.text.find_first_not_of(" \t\r\n") == std::string::npos) {
      element.text.clear();
    }
    return {};
  }

 private:
  static size_t Offset(const pugi::xml_node& node) {
    return static_cast<size_t>(std::max<ptrdiff_t>(node.offset_debug(), 0));
  }

  Status Count(const pugi::xml_node& node) {
    if (++count_ > limits_.max_elements) {
      return Fail(Code::kResourceExhausted,
                  "the XML text has too many elements or attributes, "
                  "seen at byte " +
                      std::to_string(Offset(node)));
    }
    return {};
  }

  const XmlLimits& limits_;
  size_t count_ = 0;
};

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
  PENSTOCK_RETURN_IF_ERROR(CheckText(text, limits));
  pugi::xml_document document;
  // Declarations of document types are read only to be refused: pugixml would skip them silently.
  constexpr unsigned kOptions = pugi::parse_default | pugi::parse_ws_pcdata | pugi::parse_doctype;
  pugi::xml_parse_result parsed =
      document.load_buffer(text.data(), text.size(), kOptions, pugi::encoding_utf8);
  if (!parsed) {
    return Fail(
        Invalid(static_cast<size_t>(std::max<ptrdiff_t>(parsed.offset, 0)), parsed.description()));
  }
  pugi::xml_node root;
  for (const pugi::xml_node& node : document.children()) {
    if (node.type() == pugi::node_doctype) {
      return Fail(Invalid(0, "document type declarations are not taken"));
    }
    if (node.type() != pugi::node_element) continue;
    if (!root.empty()) return Fail(Invalid(0, "more than one root element"));
    root = node;
  }
  XmlElement element;
  PENSTOCK_RETURN_IF_ERROR(Converter(limits).Convert(root, 1, element));
  return element;
}

}  // namespace penstock::text
