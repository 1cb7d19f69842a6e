// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace penstock::text {

// An XML element: local name (prefix dropped), character data with entities resolved, children in
// order. Attributes are kept for the few requests that use them (xsi:type).
struct XmlElement {
  std::string name;
  std::string text;
  std::vector<std::pair<std::string, std::string>> attributes;
  std::vector<XmlElement> children;

  // The first child of that name, or nullptr.
  const XmlElement* Child(std::string_view child_name) const;
  // The text of the first child of that name, or the fallback.
  std::string ChildText(std::string_view child_name, std::string_view fallback = "") const;
};

struct XmlLimits {
  size_t max_bytes = size_t{8} << 20;
  size_t max_depth = 32;
  size_t max_elements = 500'000;  // attributes count too
};

// Parses one UTF-8 document and returns its root. No document type declarations, no external
// anything. White space counts as text only in elements without child elements.
base::Result<XmlElement> ParseXml(std::string_view text, const XmlLimits& limits = {});

// Writes a document piece by piece: Open("A").Text("B", "c").Close() gives <A><B>c</B></A>.
// Names are ours and trusted; text is escaped, control characters are written as references, and
// what XML cannot hold (U+0000, bytes that are not UTF-8) becomes U+FFFD.
class XmlWriter {
 public:
  XmlWriter();  // writes the declaration
  XmlWriter& Open(std::string_view name, std::string_view xmlns = "");
  // With an xsi:type attribute, which ACLs have.
  XmlWriter& OpenTyped(std::string_view name, std::string_view xsi_type);
  XmlWriter& Close();
  XmlWriter& Text(std::string_view name, std::string_view text);
  XmlWriter& Number(std::string_view name, uint64_t value);
  XmlWriter& Bool(std::string_view name, bool value);
  // Closes whatever is open and returns the document.
  std::string Finish();

 private:
  std::string out_;
  std::vector<std::string> open_;
};

}  // namespace penstock::text
