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

base::Error At(const yaml_mark_t& mark, std::string_view what, Code code = Code::kInvalidArgument) {
  return {code, "line " + std::to_string(mark.line + 1) + ", column " +
                    std::to_string(mark.column + 1) + ": " + std::string(what)};
}

// libyaml's events, one at a time.
class EventReader {
 public:
  explicit EventReader(std::string_view text) {
    initialised_ = yaml_parser_initialize(&parser_) == 1;
    if (!initialised_) return;
    yaml_parser_set_input_string(
        &parser_, reinterpret_cast<const unsigned char*>(text.data() != nullptr ? text.data() : ""),
        text.size());
    yaml_parser_set_encoding(&parser_, YAML_UTF8_ENCODING);
  }
  ~EventReader() {
    if (!initialised_) return;
    yaml_event_delete(&event_);
    yaml_parser_delete(&parser_);
  }
  EventReader(const EventReader&) = delete;
  EventReader& operator=(const EventReader&) = delete;

  // Goes to the next event, which event() then holds.
  Status Next() {
    if (!initialised_) return Fail(Code::kResourceExhausted, "no memory for a YAML parser");
    yaml_event_delete(&event_);
    if (yaml_parser_parse(&parser_, &event_) == 1) return {};
    if (parser_.error == YAML_MEMORY_ERROR) {
      return Fail(Code::kResourceExhausted, "no memory to parse YAML");
    }
    const char* problem = parser_.problem != nullptr ? parser_.problem : "not YAML";
    if (parser_.error == YAML_READER_ERROR) {
      return Fail(Code::kInvalidArgument,
                  "byte " + std::to_string(parser_.problem_offset) + ": " + problem);
    }
    return Fail(At(parser_.problem_mark, problem));
  }

  const yaml_event_t& event() const { return event_; }

 private:
  bool initialised_ = false;
  yaml_parser_t parser_{};
  yaml_event_t event_{};
};

std::string_view AsText(const yaml_char_t* text) {
  return text == nullptr ? std::string_view() : reinterpret_cast<const char*>(text);
}

// A value with what an alias to it would cost.
struct Node {
  Json value;
  size_t nodes = 1;
  size_t text_bytes = 0;
  size_t height = 1;
  bool merge = false;  // a plain "<<"
};

// The kind an explicit tag asks for; nothing where JSON has no such thing.
std::optional<YamlKind> KindOfTag(std::string_view tag) {
  constexpr std::string_view kPrefix = "tag:yaml.org,2002:";
  if (!tag.starts_with(kPrefix)) return std::nullopt;
  tag.remove_prefix(kPrefix.size());
  if (tag == "str") return YamlKind::kString;
  if (tag == "int") return YamlKind::kInt;
  if (tag == "float") return YamlKind::kFloat;
  if (tag == "bool") return YamlKind::kBool;
  if (tag == "null") return YamlKind::kNull;
  if (tag == "timestamp") return YamlKind::kTimestamp;
  return std::nullopt;
}

// A scalar as a member name: what JSON prints for it.
std::string KeyText(const Json& value) {
  return value.is_string() ? value.as_string() : FormatJson(value);
}

class Composer {
 public:
  Composer(std::string_view text, const YamlLimits& limits) : reader_(text), limits_(limits) {}

  Result<std::vector<Json>> Documents() {
    std::vector<Json> documents;
    PENSTOCK_RETURN_IF_ERROR(reader_.Next());  // the stream's start
    while (true) {
      PENSTOCK_RETURN_IF_ERROR(reader_.Next());
      if (reader_.event().type != YAML_DOCUMENT_START_EVENT) return documents;
      anchors_.clear();
      PENSTOCK_RETURN_IF_ERROR(reader_.Next());
      PENSTOCK_TRY(Node root, Compose(1));
      documents.push_back(std::move(root.value));
      PENSTOCK_RETURN_IF_ERROR(reader_.Next());  // the document's end
    }
  }

 private:
  // Composes the node that begins with the current event, up to its last event.
  Result<Node> Compose(size_t depth) {
    const yaml_event_t& event = reader_.event();
    yaml_mark_t mark = event.start_mark;
    if (event.type == YAML_ALIAS_EVENT) return Alias(depth, mark);

    PENSTOCK_RETURN_IF_ERROR(Spend(1, 0, depth, mark));
    std::string anchor;
    Node node;
    switch (event.type) {
      case YAML_SCALAR_EVENT: {
        anchor = AsText(event.data.scalar.anchor);
        PENSTOCK_TRY(node, Scalar(depth));
        break;
      }
      case YAML_SEQUENCE_START_EVENT: {
        anchor = AsText(event.data.sequence_start.anchor);
        PENSTOCK_RETURN_IF_ERROR(CheckTag(event.data.sequence_start.tag, "seq", mark));
        if (!anchor.empty()) anchors_[anchor] = std::nullopt;
        PENSTOCK_TRY(node, Sequence(depth));
        break;
      }
      default: {
        anchor = AsText(event.data.mapping_start.anchor);
        PENSTOCK_RETURN_IF_ERROR(CheckTag(event.data.mapping_start.tag, "map", mark));
        if (!anchor.empty()) anchors_[anchor] = std::nullopt;
        PENSTOCK_TRY(node, Mapping(depth));
      }
    }
    if (!anchor.empty()) {
      // The copy counts too: anchors can be nested as deeply as anything.
      PENSTOCK_RETURN_IF_ERROR(Spend(node.nodes, node.text_bytes, depth, mark));
      anchors_[anchor] = node;
    }
    return node;
  }

  Result<Node> Alias(size_t depth, const yaml_mark_t& mark) {
    std::string name(AsText(reader_.event().data.alias.anchor));
    auto found = anchors_.find(name);
    if (found == anchors_.end()) return Fail(At(mark, "no anchor named '" + name + "' before"));
    if (!found->second) return Fail(At(mark, "the alias '" + name + "' is inside of itself"));
    const Node& target = *found->second;
    PENSTOCK_RETURN_IF_ERROR(
        Spend(target.nodes, target.text_bytes, depth + target.height - 1, mark));
    return target;
  }

  Result<Node> Scalar(size_t depth) {
    const auto& scalar = reader_.event().data.scalar;
    const yaml_mark_t mark = reader_.event().start_mark;
    std::string_view text(reinterpret_cast<const char*>(scalar.value), scalar.length);
    PENSTOCK_RETURN_IF_ERROR(Spend(0, text.size(), depth, mark));
    YamlKind kind = YamlKind::kString;
    if (scalar.plain_implicit != 0) {
      kind = ResolvePlainScalar(text);
    } else if (scalar.quoted_implicit == 0) {
      std::optional<YamlKind> tagged = KindOfTag(AsText(scalar.tag));
      if (!tagged) return Fail(UnknownTag(scalar.tag, mark));
      kind = *tagged;
    }
    Result<Json> value = ConstructScalar(kind, text);
    if (!value) return Fail(At(mark, value.error().message()));
    Node node;
    node.value = *std::move(value);
    node.text_bytes = text.size();
    node.merge = kind == YamlKind::kMerge;
    return node;
  }

  Result<Node> Sequence(size_t depth) {
    Node node;
    Json::Array elements;
    while (true) {
      PENSTOCK_RETURN_IF_ERROR(reader_.Next());
      if (reader_.event().type == YAML_SEQUENCE_END_EVENT) break;
      PENSTOCK_TRY(Node element, Compose(depth + 1));
      Include(node, element);
      elements.push_back(std::move(element.value));
    }
    node.value = Json(std::move(elements));
    return node;
  }

  Result<Node> Mapping(size_t depth) {
    Node node;
    Json::Object own;
    Json::Object merged;
    while (true) {
      PENSTOCK_RETURN_IF_ERROR(reader_.Next());
      if (reader_.event().type == YAML_MAPPING_END_EVENT) break;
      yaml_mark_t key_mark = reader_.event().start_mark;
      PENSTOCK_TRY(Node key, Compose(depth + 1));
      Include(node, key);
      if (key.value.is_array() || key.value.is_object()) {
        return Fail(At(key_mark, "a key must be a scalar"));
      }
      PENSTOCK_RETURN_IF_ERROR(reader_.Next());
      yaml_mark_t value_mark = reader_.event().start_mark;
      PENSTOCK_TRY(Node value, Compose(depth + 1));
      Include(node, value);
      if (key.merge) {
        PENSTOCK_RETURN_IF_ERROR(Merge(merged, value.value, value_mark));
        continue;
      }
      std::string name = KeyText(key.value);
      if (!own.emplace(name, std::move(value.value)).second) {
        return Fail(At(key_mark, "doubled key '" + name + "'"));
      }
    }
    own.merge(merged);  // keeps what is there
    node.value = Json(std::move(own));
    return node;
  }

  // The value of "<<": a mapping, or a sequence of mappings of which the first has precedence.
  Status Merge(Json::Object& into, const Json& value, const yaml_mark_t& mark) {
    if (value.is_object()) {
      for (const auto& [name, member] : value.as_object()) into.insert_or_assign(name, member);
      return {};
    }
    if (!value.is_array()) return Fail(At(mark, "'<<' takes a mapping or a sequence of mappings"));
    const Json::Array& list = value.as_array();
    for (auto element = list.rbegin(); element != list.rend(); ++element) {
      if (!element->is_object()) return Fail(At(mark, "'<<' takes a sequence of mappings only"));
      PENSTOCK_RETURN_IF_ERROR(Merge(into, *element, mark));
    }
    return {};
  }

  static void Include(Node& parent, const Node& child) {
    parent.nodes += child.nodes;
    parent.text_bytes += child.text_bytes;
    parent.height = std::max(parent.height, child.height + 1);
  }

  Status Spend(size_t nodes, size_t text_bytes, size_t depth, const yaml_mark_t& mark) {
    nodes_ += nodes;
    text_bytes_ += text_bytes;
    if (depth > limits_.max_depth) return Fail(At(mark, "too deeply nested"));
    if (nodes_ > limits_.max_nodes || text_bytes_ > limits_.max_text_bytes) {
      return Fail(At(mark, "the document is too large with its aliases expanded",
                     Code::kResourceExhausted));
    }
    return {};
  }

  static base::Error UnknownTag(const yaml_char_t* tag, const yaml_mark_t& mark) {
    return At(mark, "the tag '" + std::string(AsText(tag)) + "' is not taken");
  }

  static Status CheckTag(const yaml_char_t* tag, std::string_view kind, const yaml_mark_t& mark) {
    std::string_view name = AsText(tag);
    if (name.empty() || name == "!" || name == "tag:yaml.org,2002:" + std::string(kind)) return {};
    return Fail(UnknownTag(tag, mark));
  }

  EventReader reader_;
  const YamlLimits& limits_;
  std::map<std::string, std::optional<Node>> anchors_;  // without a value: still being read
  size_t nodes_ = 0;
  size_t text_bytes_ = 0;
};

}  // namespace

Result<std::vector<Json>> ParseYaml(std::string_view text, const YamlLimits& limits) {
  if (text.size() > limits.max_bytes) {
    return Fail(Code::kResourceExhausted,
                "the YAML text is longer than " + std::to_string(limits.max_bytes) + " bytes");
  }
  Result<std::vector<Json>> documents = Composer(text, limits).Documents();
  if (!documents) return Fail(std::move(documents).error().Wrap("invalid YAML"));
  return documents;
}

}  // namespace penstock::text
