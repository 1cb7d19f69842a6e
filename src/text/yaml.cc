// SPDX-License-Identifier: Apache-2.0
#include "text/yaml.h"

#include <map>
#include <optional>

#include <yaml.h>

#include "text/yaml_scalar.h"

namespace penstock::text {
namespace {

using base::Code;
using base::Fail;
using base::Result;
using base::Status;

// A libyaml event, freed when it goes.
class Event {
 public:
  Event() = default;
  Event(const Event&) = delete;
  Event& operator=(const Event&) = delete;
  ~Event() { yaml_event_delete(&event_); }
  yaml_event_t* get() { return &event_; }
  const yaml_event_t* operator->() const { return &event_; }

 private:
  yaml_event_t event_{};
};

std::string_view View(const yaml_char_t* text) {
  return text == nullptr ? std::string_view() : reinterpret_cast<const char*>(text);
}

std::string Place(const yaml_mark_t& mark) {
  return "line " + std::to_string(mark.line + 1) + ", column " + std::to_string(mark.column + 1);
}

base::Error Bad(const yaml_mark_t& mark, const std::string& what) {
  return base::Error(Code::kInvalidArgument, "invalid YAML at " + Place(mark) + ": " + what);
}

size_t CountNodes(const Json& value) {
  size_t count = 1;
  if (value.is_array()) {
    for (const Json& element : value.as_array()) count += CountNodes(element);
  } else if (value.is_object()) {
    for (const auto& [name, member] : value.as_object()) count += CountNodes(member);
  }
  return count;
}

class Reader {
 public:
  Reader(std::string_view text, const YamlLimits& limits) : limits_(limits) {
    ready_ = yaml_parser_initialize(&parser_) == 1;
    if (!ready_) return;
    yaml_parser_set_input_string(&parser_, reinterpret_cast<const unsigned char*>(text.data()),
                                 text.size());
  }
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;
  ~Reader() {
    if (ready_) yaml_parser_delete(&parser_);
  }

  Result<std::vector<Json>> ReadStream() {
    std::vector<Json> documents;
    if (!ready_) return Fail(Code::kResourceExhausted, "no memory for a YAML parser");
    while (true) {
      Event event;
      PENSTOCK_RETURN_IF_ERROR(Next(event));
      if (event->type == YAML_STREAM_END_EVENT) return documents;
      if (event->type != YAML_DOCUMENT_START_EVENT) continue;
      anchors_.clear();
      Event root;
      PENSTOCK_RETURN_IF_ERROR(Next(root));
      PENSTOCK_TRY(Json document, ReadNode(root, 0));
      documents.push_back(std::move(document));
    }
  }

 private:
  struct Anchor {
    Json value;
    size_t nodes = 0;
  };

  Status Next(Event& event) {
    if (yaml_parser_parse(&parser_, event.get()) == 1) return {};
    std::string what = parser_.problem != nullptr ? parser_.problem : "it cannot be read";
    return Fail(Bad(parser_.problem_mark, what));
  }

  Status Count(size_t nodes, const yaml_mark_t& mark) {
    nodes_ += nodes;
    if (nodes_ <= limits_.max_nodes) return {};
    return Fail(Bad(mark, "the document has more than " + std::to_string(limits_.max_nodes) +
                              " values, aliases expanded"));
  }

  Result<Json> ReadNode(const Event& event, size_t depth) {
    if (depth > limits_.max_depth) {
      return Fail(Bad(event->start_mark,
                      "nested deeper than " + std::to_string(limits_.max_depth) + " levels"));
    }
    switch (event->type) {
      case YAML_ALIAS_EVENT:
        return ReadAlias(event);
      case YAML_SCALAR_EVENT:
        return Anchored(View(event->data.scalar.anchor), ReadScalar(event));
      case YAML_SEQUENCE_START_EVENT:
        return Anchored(View(event->data.sequence_start.anchor), ReadSequence(event, depth));
      case YAML_MAPPING_START_EVENT:
        return Anchored(View(event->data.mapping_start.anchor), ReadMapping(event, depth));
      default:
        return Fail(Bad(event->start_mark, "a value is missing"));
    }
  }

  Result<Json> Anchored(std::string_view anchor, Result<Json> value) {
    if (value && !anchor.empty()) {
      size_t nodes = CountNodes(*value);
      anchors_[std::string(anchor)] = Anchor{*value, nodes};
    }
    return value;
  }

  Result<Json> ReadAlias(const Event& event) {
    auto found = anchors_.find(View(event->data.alias.anchor));
    if (found == anchors_.end()) {
      return Fail(Bad(event->start_mark, "the alias '" +
                                             std::string(View(event->data.alias.anchor)) +
                                             "' names no anchor before it"));
    }
    PENSTOCK_RETURN_IF_ERROR(Count(found->second.nodes, event->start_mark));
    return found->second.value;
  }

  Result<Json> ReadScalar(const Event& event) {
    PENSTOCK_RETURN_IF_ERROR(Count(1, event->start_mark));
    const auto& scalar = event->data.scalar;
    std::string_view text(reinterpret_cast<const char*>(scalar.value), scalar.length);
    std::string_view tag = View(scalar.tag);
    if (!tag.empty()) {
      auto value = ResolveTaggedScalar(tag, text);
      if (!value) return Fail(Bad(event->start_mark, value.error().message()));
      return value;
    }
    if (scalar.style == YAML_PLAIN_SCALAR_STYLE) return ResolvePlainScalar(text);
    return Json(text);
  }

  Result<Json> ReadSequence(const Event& start, size_t depth) {
    PENSTOCK_RETURN_IF_ERROR(Count(1, start->start_mark));
    Json::Array elements;
    while (true) {
      Event event;
      PENSTOCK_RETURN_IF_ERROR(Next(event));
      if (event->type == YAML_SEQUENCE_END_EVENT) return Json(std::move(elements));
      PENSTOCK_TRY(Json element, ReadNode(event, depth + 1));
      elements.push_back(std::move(element));
    }
  }

  Result<Json> ReadMapping(const Event& start, size_t depth) {
    PENSTOCK_RETURN_IF_ERROR(Count(1, start->start_mark));
    Json::Object members;
    Json::Object merged;
    while (true) {
      Event key_event;
      PENSTOCK_RETURN_IF_ERROR(Next(key_event));
      if (key_event->type == YAML_MAPPING_END_EVENT) break;
      PENSTOCK_TRY(std::optional<std::string> key, ReadKey(key_event, depth));
      Event value_event;
      PENSTOCK_RETURN_IF_ERROR(Next(value_event));
      PENSTOCK_TRY(Json value, ReadNode(value_event, depth + 1));
      if (!key) {
        PENSTOCK_RETURN_IF_ERROR(Merge(value, value_event->start_mark, merged));
      } else if (!members.emplace(*key, std::move(value)).second) {
        return Fail(Bad(key_event->start_mark, "the key '" + *key + "' appears twice"));
      }
    }
    members.merge(merged);  // a mapping's own members win over merged ones
    return Json(std::move(members));
  }

  // The key as text; nothing for a merge key.
  Result<std::optional<std::string>> ReadKey(const Event& event, size_t depth) {
    bool plain = event->type == YAML_SCALAR_EVENT &&
                 event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE &&
                 event->data.scalar.tag == nullptr;
    if (plain && View(event->data.scalar.value) == "<<") {
      PENSTOCK_RETURN_IF_ERROR(Count(1, event->start_mark));
      return std::optional<std::string>();
    }
    PENSTOCK_TRY(Json key, ReadNode(event, depth + 1));
    if (key.is_string()) return std::optional(key.as_string());
    if (key.is_array() || key.is_object()) {
      return Fail(Bad(event->start_mark, "a key must be a scalar"));
    }
    // A key such as 1 or true: its text as written is what the JSON form carries.
    if (event->type == YAML_SCALAR_EVENT)
      return std::optional<std::string>(View(event->data.scalar.value));
    return std::optional(FormatJson(key));
  }

  static Status Merge(const Json& value, const yaml_mark_t& mark, Json::Object& merged) {
    if (value.is_object()) {
      for (const auto& [name, member] : value.as_object()) merged.emplace(name, member);
      return {};
    }
    if (value.is_array()) {
      for (const Json& element : value.as_array()) {
        if (!element.is_object()) return Fail(Bad(mark, "only mappings can be merged"));
        PENSTOCK_RETURN_IF_ERROR(Merge(element, mark, merged));
      }
      return {};
    }
    return Fail(Bad(mark, "only mappings can be merged"));
  }

  const YamlLimits& limits_;
  yaml_parser_t parser_{};
  bool ready_ = false;
  size_t nodes_ = 0;
  std::map<std::string, Anchor, std::less<>> anchors_;
};

}  // namespace

Result<std::vector<Json>> ParseYaml(std::string_view text, const YamlLimits& limits) {
  if (text.size() > limits.max_bytes) {
    return Fail(Code::kResourceExhausted,
                "the YAML text is larger than " + std::to_string(limits.max_bytes) + " bytes");
  }
  return Reader(text, limits).ReadStream();
}

}  // namespace penstock::text
