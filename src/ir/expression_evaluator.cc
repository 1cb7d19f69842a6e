// SPDX-License-Identifier: Apache-2.0
#include <charconv>
#include <cmath>
#include <optional>
#include <string>
#include <utility>

#include "ir/expression_node.h"
#include "text/json.h"

namespace penstock::ir {
namespace {

using base::Code;
using base::Fail;
using base::Result;
using text::Json;
using Node = ExpressionNode;

tl::unexpected<base::Error> Failure(std::string message) {
  return Fail(Code::kInvalidArgument, std::move(message));
}

tl::unexpected<base::Error> NoOverload(std::string_view what, const Json& value) {
  return Failure("no such overload: " + std::string(what) + " on " + std::string(value.KindName()));
}

// A value that is either computed or a part of the environment, which may be large and is not
// copied.
class Operand {
 public:
  explicit Operand(Json computed) : computed_(std::move(computed)) {}
  explicit Operand(const Json* part) : part_(part) {}

  const Json& get() const { return part_ == nullptr ? computed_ : *part_; }
  // A part of this value, as an operand of its own.
  Operand Part(const Json& part) const {
    return part_ == nullptr ? Operand(Json(part)) : Operand(&part);
  }

 private:
  Json computed_;
  const Json* part_ = nullptr;
};

template <typename Number>
std::optional<Number> ParseNumber(const std::string& text) {
  Number number{};
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

Result<Json> ToInt(const Json& value) {
  if (value.is_integer()) return value;
  if (value.is_double()) {
    double number = std::trunc(value.as_number());
    constexpr double kBound = 9223372036854775808.0;  // 2^63
    if (number >= -kBound && number < kBound) return Json(static_cast<int64_t>(number));
    return Failure("int(): the number is out of range");
  }
  if (value.is_string()) {
    if (auto number = ParseNumber<int64_t>(value.as_string())) return Json(*number);
    return Failure("int(): the text is no whole number");
  }
  return NoOverload("int()", value);
}

Result<Json> ToDouble(const Json& value) {
  if (value.is_number()) return Json(value.as_number());
  if (value.is_string()) {
    if (auto number = ParseNumber<double>(value.as_string())) return Json(*number);
    return Failure("double(): the text is no number");
  }
  return NoOverload("double()", value);
}

Result<Json> ToText(const Json& value) {
  if (value.is_string()) return value;
  if (value.is_bool() || value.is_number()) return Json(text::FormatJson(value));
  return NoOverload("string()", value);
}

Result<Json> ToBool(const Json& value) {
  if (value.is_bool()) return value;
  if (!value.is_string()) return NoOverload("bool()", value);
  for (std::string_view word : {"1", "t", "T", "true", "TRUE", "True"}) {
    if (value.as_string() == word) return Json(true);
  }
  for (std::string_view word : {"0", "f", "F", "false", "FALSE", "False"}) {
    if (value.as_string() == word) return Json(false);
  }
  return Failure("bool(): the text is neither true nor false");
}

Result<Json> Size(const Json& value) {
  if (value.is_array()) return Json(static_cast<int64_t>(value.as_array().size()));
  if (value.is_object()) return Json(static_cast<int64_t>(value.as_object().size()));
  if (!value.is_string()) return NoOverload("size()", value);
  int64_t characters = 0;
  for (char c : value.as_string()) characters += (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  return Json(characters);
}

Result<Json> ParseJsonText(const Json& value) {
  if (!value.is_string()) return NoOverload("parseJson()", value);
  auto parsed = text::ParseJson(value.as_string());
  if (!parsed) return Failure("parseJson(): " + parsed.error().message());
  return parsed;
}

// Less, equal, greater as -1, 0, 1; nothing for what cannot be ordered, as with not-a-number.
std::optional<int> Order(const Json& a, const Json& b) {
  auto order = [](const auto& x, const auto& y) { return x < y ? -1 : (y < x ? 1 : 0); };
  if (a.is_integer() && b.is_integer()) return order(a.as_integer(), b.as_integer());
  if (std::isnan(a.as_number()) || std::isnan(b.as_number())) return std::nullopt;
  return order(a.as_number(), b.as_number());
}

Result<Json> Compare(const std::string& name, const Json& a, const Json& b) {
  if (name == "==") return Json(a == b);
  if (name == "!=") return Json(!(a == b));
  std::optional<int> order;
  if (a.is_number() && b.is_number()) {
    order = Order(a, b);
  } else if (a.is_string() && b.is_string()) {
    order = a.as_string().compare(b.as_string());
  } else if (a.is_bool() && b.is_bool()) {
    order = static_cast<int>(a.as_bool()) - static_cast<int>(b.as_bool());
  } else {
    return Failure("no such overload: " + std::string(a.KindName()) + " " + name + " " +
                   std::string(b.KindName()));
  }
  if (!order) return Json(false);
  if (name == "<") return Json(*order < 0);
  if (name == "<=") return Json(*order <= 0);
  if (name == ">") return Json(*order > 0);
  return Json(*order >= 0);
}

Result<Json> In(const Json& element, const Json& container) {
  if (container.is_array()) {
    for (const Json& candidate : container.as_array()) {
      if (candidate == element) return Json(true);
    }
    return Json(false);
  }
  if (!container.is_object()) return NoOverload("in", container);
  return Json(element.is_string() && container.Find(element.as_string()) != nullptr);
}

class Evaluator {
 public:
  explicit Evaluator(const Json::Object& environment) : environment_(environment) {}

  Result<Operand> Evaluate(const Node& node) const {
    switch (node.kind) {
      case Node::Kind::kLiteral:
        return Operand(&node.literal);
      case Node::Kind::kIdentifier:
        return Identifier(node.name);
      case Node::Kind::kMember:
      case Node::Kind::kHas:
        return Member(node);
      case Node::Kind::kIndex:
        return Index(node);
      case Node::Kind::kConditional: {
        PENSTOCK_TRY(bool condition, Truth(*node.operands[0]));
        return Evaluate(*node.operands[condition ? 1 : 2]);
      }
      default: {
        PENSTOCK_TRY(Json value, Compute(node));
        return Operand(std::move(value));
      }
    }
  }

 private:
  Result<Json> Compute(const Node& node) const {
    if (node.kind == Node::Kind::kAnd || node.kind == Node::Kind::kOr) return Junction(node);
    if (node.kind == Node::Kind::kNot) {
      PENSTOCK_TRY(bool value, Truth(*node.operands[0]));
      return Json(!value);
    }
    std::vector<Operand> operands;
    for (const auto& operand : node.operands) {
      PENSTOCK_TRY(Operand value, Evaluate(*operand));
      operands.push_back(std::move(value));
    }
    switch (node.kind) {
      case Node::Kind::kList: {
        Json::Array elements;
        for (const Operand& operand : operands) elements.push_back(operand.get());
        return Json(std::move(elements));
      }
      case Node::Kind::kNegate:
        return Negate(operands[0].get());
      case Node::Kind::kCompare:
        return Compare(node.name, operands[0].get(), operands[1].get());
      case Node::Kind::kIn:
        return In(operands[0].get(), operands[1].get());
      case Node::Kind::kCall:
        return Call(node.name, operands[0].get());
      default:
        return Method(node.name, operands);
    }
  }

  Result<Operand> Identifier(const std::string& name) const {
    auto found = environment_.find(name);
    if (found == environment_.end()) return Failure("undeclared reference to '" + name + "'");
    return Operand(&found->second);
  }

  Result<Operand> Member(const Node& node) const {
    PENSTOCK_TRY(Operand object, Evaluate(*node.operands[0]));
    if (!object.get().is_object()) return NoOverload("." + node.name, object.get());
    const Json* member = object.get().Find(node.name);
    if (node.kind == Node::Kind::kHas) return Operand(Json(member != nullptr));
    if (member == nullptr) return Failure("no such key: '" + node.name + "'");
    return object.Part(*member);
  }

  Result<Operand> Index(const Node& node) const {
    PENSTOCK_TRY(Operand container, Evaluate(*node.operands[0]));
    PENSTOCK_TRY(Operand key, Evaluate(*node.operands[1]));
    const Json& index = key.get();
    if (container.get().is_object()) {
      const Json* member = index.is_string() ? container.get().Find(index.as_string()) : nullptr;
      if (member != nullptr) return container.Part(*member);
      return Failure("no such key: " + text::FormatJson(index));
    }
    if (!container.get().is_array()) return NoOverload("[]", container.get());
    const Json::Array& elements = container.get().as_array();
    if (!index.is_number()) return NoOverload("an index into a list", index);
    double position = index.as_number();
    if (position != std::trunc(position) || position < 0 ||
        position >= static_cast<double>(elements.size())) {
      return Failure("index out of range: " + text::FormatJson(index));
    }
    return container.Part(elements[static_cast<size_t>(position)]);
  }

  Result<bool> Truth(const Node& node) const {
    PENSTOCK_TRY(Operand value, Evaluate(node));
    if (!value.get().is_bool()) return NoOverload("a condition", value.get());
    return value.get().as_bool();
  }

  // One decided side decides, whatever became of the others.
  Result<Json> Junction(const Node& node) const {
    bool decided = node.kind == Node::Kind::kOr;
    std::optional<base::Error> error;
    for (const auto& operand : node.operands) {
      Result<bool> value = Truth(*operand);
      if (value && *value == decided) return Json(decided);
      if (!value && !error) error = std::move(value).error();
    }
    if (error) return Fail(*std::move(error));
    return Json(!decided);
  }

  static Result<Json> Negate(const Json& value) {
    if (value.is_integer()) {
      if (value.as_integer() == INT64_MIN) return Failure("the number is out of range");
      return Json(-value.as_integer());
    }
    if (value.is_double()) return Json(-value.as_number());
    return NoOverload("-", value);
  }

  static Result<Json> Call(const std::string& name, const Json& argument) {
    if (name == "int") return ToInt(argument);
    if (name == "double") return ToDouble(argument);
    if (name == "string") return ToText(argument);
    if (name == "bool") return ToBool(argument);
    if (name == "size") return Size(argument);
    return ParseJsonText(argument);
  }

  static Result<Json> Method(const std::string& name, const std::vector<Operand>& operands) {
    const Json& receiver = operands[0].get();
    if (name == "size") return Size(receiver);
    if (!receiver.is_string()) return NoOverload(name + "()", receiver);
    const Json& argument = operands[1].get();
    if (!argument.is_string()) return NoOverload(name + "()", argument);
    const std::string& text = receiver.as_string();
    if (name == "startsWith") return Json(text.starts_with(argument.as_string()));
    if (name == "endsWith") return Json(text.ends_with(argument.as_string()));
    return Json(text.find(argument.as_string()) != std::string::npos);
  }

  const Json::Object& environment_;
};

}  // namespace

Result<Json> EvaluateExpression(const ExpressionNode& node, const Json::Object& environment) {
  PENSTOCK_TRY(Operand value, Evaluator(environment).Evaluate(node));
  return value.get();
}

}  // namespace penstock::ir
