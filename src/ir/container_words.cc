// SPDX-License-Identifier: Apache-2.0
#include "ir/container_words.h"

#include "text/json.h"

namespace penstock::ir {
namespace {

using base::Code;
using base::Fail;
using base::Result;
using Words = std::vector<std::string>;

// {"IfPresent": or {"Concat": with any spaces between.
bool LooksStructured(const std::string& word) {
  if (!word.starts_with('{')) return false;
  size_t at = word.find_first_not_of(" \t\r\n", 1);
  if (at == std::string::npos) return false;
  for (std::string_view key : {"\"IfPresent\"", "\"Concat\""}) {
    if (word.compare(at, key.size(), key) != 0) continue;
    size_t colon = word.find_first_not_of(" \t\r\n", at + key.size());
    return colon != std::string::npos && word[colon] == ':';
  }
  return false;
}

tl::unexpected<base::Error> Malformed(const std::string& what) {
  return Fail(Code::kInvalidArgument, "a command word of the component is malformed: " + what);
}

bool IsPresent(const std::string& name, const ExecutorInput& input) {
  auto parameter = input.parameters.find(name);
  if (parameter != input.parameters.end() && !parameter->second.is_null()) return true;
  auto artifact = input.artifacts.find(name);
  return artifact != input.artifacts.end() && !artifact->second.empty();
}

// The depth is bounded by the JSON parser.
Result<Words> Expand(const Json& node, const ExecutorInput& input) {
  Words words;
  if (node.is_null()) return words;
  if (node.is_string()) return Words{node.as_string()};
  if (node.is_bool() || node.is_number()) return Words{text::FormatJson(node)};
  if (node.is_array()) {
    for (const Json& element : node.as_array()) {
      PENSTOCK_TRY(Words inner, Expand(element, input));
      words.insert(words.end(), inner.begin(), inner.end());
    }
    return words;
  }
  if (node.as_object().size() != 1) return Malformed("an object must have exactly one member");
  if (const Json* concat = node.Find("Concat"); concat != nullptr) {
    if (!concat->is_array()) return Malformed("'Concat' must be an array");
    PENSTOCK_TRY(Words parts, Expand(*concat, input));
    std::string joined;
    for (const std::string& part : parts) joined += part;
    return Words{std::move(joined)};
  }
  const Json* choice = node.Find("IfPresent");
  if (choice == nullptr) return Malformed("only 'IfPresent' and 'Concat' are known");
  const Json* name = choice->Find("InputName");
  if (name == nullptr || !name->is_string()) return Malformed("'InputName' is missing");
  const Json* branch = choice->Find(IsPresent(name->as_string(), input) ? "Then" : "Else");
  if (branch == nullptr) return words;
  return Expand(*branch, input);
}

}  // namespace

Result<Words> ExpandContainerWord(const std::string& word, const ExecutorInput& input) {
  if (!LooksStructured(word)) return Words{word};
  auto node = text::ParseJson(word);
  if (!node) return Malformed(node.error().message());
  return Expand(*node, input);
}

}  // namespace penstock::ir
