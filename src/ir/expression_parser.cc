// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <utility>

#include "ir/expression_node.h"
#include "ir/expression_tokens.h"

namespace penstock::ir {
namespace {

using base::Fail;
using base::Result;
using Node = ExpressionNode;
using NodePtr = std::unique_ptr<ExpressionNode>;
using TokenKind = ExpressionToken::Kind;

constexpr size_t kMostBytes = size_t{64} << 10;
constexpr int kMostNesting = 100;  // of parentheses and the like, while parsing
constexpr int kMostHeight = 200;   // of the tree

struct Signature {
  std::string_view name;
  size_t arguments;
};
constexpr std::array<Signature, 6> kFunctions = {
    {{"int", 1}, {"double", 1}, {"string", 1}, {"bool", 1}, {"size", 1}, {"parseJson", 1}}};
constexpr std::array<Signature, 4> kMethods = {
    {{"startsWith", 1}, {"endsWith", 1}, {"contains", 1}, {"size", 0}}};

template <size_t N>
const Signature* FindSignature(const std::array<Signature, N>& table, std::string_view name) {
  auto found = std::find_if(table.begin(), table.end(),
                            [name](const Signature& entry) { return entry.name == name; });
  return found == table.end() ? nullptr : &*found;
}

// Recursive descent over CEL's grammar, as far as it is supported.
class Parser {
 public:
  explicit Parser(std::vector<ExpressionToken> tokens) : tokens_(std::move(tokens)) {}

  Result<NodePtr> Run() {
    PENSTOCK_TRY(NodePtr node, Conditional());
    if (Peek().kind != TokenKind::kEnd) return Unexpected();
    return node;
  }

 private:
  const ExpressionToken& Peek() const { return tokens_[at_]; }
  bool PeekSymbol(std::string_view symbol) const {
    return Peek().kind == TokenKind::kSymbol && Peek().text == symbol;
  }
  bool Take(std::string_view symbol) {
    if (!PeekSymbol(symbol)) return false;
    ++at_;
    return true;
  }
  base::Status Expect(std::string_view symbol) {
    if (Take(symbol)) return {};
    return Fail(ExpressionSyntaxError(Peek().position, "'" + std::string(symbol) +
                                                           "' is missing, or an operator, or a "
                                                           "quote inside a text is not escaped"));
  }
  tl::unexpected<base::Error> Unexpected() const {
    if (Peek().kind == TokenKind::kEnd) {
      return Fail(ExpressionSyntaxError(Peek().position, "it ends too early"));
    }
    return Fail(ExpressionSyntaxError(Peek().position,
                                      "an operator is missing before this, or a quote inside a "
                                      "text is not escaped"));
  }

  template <typename... Operands>
  Result<NodePtr> Make(Node::Kind kind, std::string_view name, Operands... operands) {
    auto node = std::make_unique<Node>();
    node->kind = kind;
    node->name = name;
    (node->operands.push_back(std::move(operands)), ...);
    return Measured(std::move(node));
  }

  Result<NodePtr> Measured(NodePtr node) const {
    for (const NodePtr& operand : node->operands) {
      node->height = std::max(node->height, operand->height + 1);
    }
    if (node->height <= kMostHeight) return node;
    return Fail(ExpressionSyntaxError(Peek().position, "the expression is nested too deep"));
  }

  Result<NodePtr> Conditional() {
    if (++nesting_ > kMostNesting) {
      return Fail(ExpressionSyntaxError(Peek().position, "the expression is nested too deep"));
    }
    PENSTOCK_TRY(NodePtr condition, Junction(Node::Kind::kOr));
    if (Take("?")) {
      PENSTOCK_TRY(NodePtr chosen, Junction(Node::Kind::kOr));
      PENSTOCK_RETURN_IF_ERROR(Expect(":"));
      PENSTOCK_TRY(NodePtr other, Conditional());
      PENSTOCK_TRY(condition, Make(Node::Kind::kConditional, "?", std::move(condition),
                                   std::move(chosen), std::move(other)));
    }
    --nesting_;
    return condition;
  }

  // a || b || c, and below it a && b && c: one node however long, to keep the tree low.
  Result<NodePtr> Junction(Node::Kind kind) {
    bool is_or = kind == Node::Kind::kOr;
    PENSTOCK_TRY(NodePtr first, is_or ? Junction(Node::Kind::kAnd) : Relation());
    std::string_view symbol = is_or ? "||" : "&&";
    if (!PeekSymbol(symbol)) return first;
    auto node = std::make_unique<Node>();
    node->kind = kind;
    node->operands.push_back(std::move(first));
    while (Take(symbol)) {
      PENSTOCK_TRY(NodePtr next, is_or ? Junction(Node::Kind::kAnd) : Relation());
      node->operands.push_back(std::move(next));
    }
    return Measured(std::move(node));
  }

  Result<NodePtr> Relation() {
    PENSTOCK_TRY(NodePtr left, Unary());
    while (true) {
      const ExpressionToken& token = Peek();
      bool in = token.kind == TokenKind::kIdentifier && token.text == "in";
      bool compare = PeekSymbol("==") || PeekSymbol("!=") || PeekSymbol("<") || PeekSymbol("<=") ||
                     PeekSymbol(">") || PeekSymbol(">=");
      if (!in && !compare) return left;
      std::string name = token.text;
      ++at_;
      PENSTOCK_TRY(NodePtr right, Unary());
      PENSTOCK_TRY(left, Make(in ? Node::Kind::kIn : Node::Kind::kCompare, name, std::move(left),
                              std::move(right)));
    }
  }

  Result<NodePtr> Unary() {
    if (!PeekSymbol("!") && !PeekSymbol("-")) return Postfix();
    if (++nesting_ > kMostNesting) {
      return Fail(ExpressionSyntaxError(Peek().position, "the expression is nested too deep"));
    }
    Node::Kind kind = Take("!") ? Node::Kind::kNot : (++at_, Node::Kind::kNegate);
    PENSTOCK_TRY(NodePtr operand, Unary());
    --nesting_;
    return Make(kind, "", std::move(operand));
  }

  Result<NodePtr> Postfix() {
    PENSTOCK_TRY(NodePtr node, Primary());
    while (true) {
      if (Take("[")) {
        PENSTOCK_TRY(NodePtr key, Conditional());
        PENSTOCK_RETURN_IF_ERROR(Expect("]"));
        PENSTOCK_TRY(node, Make(Node::Kind::kIndex, "", std::move(node), std::move(key)));
      } else if (Take(".")) {
        if (Peek().kind != TokenKind::kIdentifier) return Unexpected();
        std::string name = Peek().text;
        size_t position = tokens_[at_++].position;
        if (Take("(")) {
          PENSTOCK_TRY(node, Method(std::move(node), name, position));
        } else {
          PENSTOCK_TRY(node, Make(Node::Kind::kMember, name, std::move(node)));
        }
      } else {
        return node;
      }
    }
  }

  Result<NodePtr> Method(NodePtr receiver, const std::string& name, size_t position) {
    if (name == "matches") {
      return Fail(ExpressionSyntaxError(
          position,
          "matches() is not supported; use ==, contains(), startsWith() or endsWith() instead"));
    }
    const Signature* signature = FindSignature(kMethods, name);
    if (signature == nullptr) return UnknownFunction(name, position);
    PENSTOCK_TRY(std::vector<NodePtr> arguments, List(")"));
    if (arguments.size() != signature->arguments) return WrongCount(*signature, position);
    arguments.insert(arguments.begin(), std::move(receiver));
    return MakeFrom(Node::Kind::kMethod, name, std::move(arguments));
  }

  Result<NodePtr> Call(const std::string& name, size_t position) {
    if (name == "has") return Has(position);
    const Signature* signature = FindSignature(kFunctions, name);
    if (signature == nullptr) return UnknownFunction(name, position);
    PENSTOCK_TRY(std::vector<NodePtr> arguments, List(")"));
    if (arguments.size() != signature->arguments) return WrongCount(*signature, position);
    return MakeFrom(Node::Kind::kCall, name, std::move(arguments));
  }

  Result<NodePtr> Has(size_t position) {
    PENSTOCK_TRY(std::vector<NodePtr> arguments, List(")"));
    if (arguments.size() != 1 || arguments.front()->kind != Node::Kind::kMember) {
      return Fail(ExpressionSyntaxError(position, "has() takes one member, as in has(a.b)"));
    }
    arguments.front()->kind = Node::Kind::kHas;
    return std::move(arguments.front());
  }

  static tl::unexpected<base::Error> UnknownFunction(const std::string& name, size_t position) {
    return Fail(ExpressionSyntaxError(position, "there is no function '" + name + "' here"));
  }
  static tl::unexpected<base::Error> WrongCount(const Signature& signature, size_t position) {
    return Fail(ExpressionSyntaxError(
        position, std::string(signature.name) + "() takes " +
                      (signature.arguments == 0 ? "no argument" : "one argument")));
  }

  Result<NodePtr> MakeFrom(Node::Kind kind, const std::string& name,
                           std::vector<NodePtr> operands) const {
    auto node = std::make_unique<Node>();
    node->kind = kind;
    node->name = name;
    node->operands = std::move(operands);
    return Measured(std::move(node));
  }

  Result<std::vector<NodePtr>> List(std::string_view close) {
    std::vector<NodePtr> elements;
    if (Take(close)) return elements;
    do {
      PENSTOCK_TRY(NodePtr element, Conditional());
      elements.push_back(std::move(element));
    } while (Take(","));
    PENSTOCK_RETURN_IF_ERROR(Expect(close));
    return elements;
  }

  Result<NodePtr> Primary() {
    if (Take("(")) {
      PENSTOCK_TRY(NodePtr inner, Conditional());
      PENSTOCK_RETURN_IF_ERROR(Expect(")"));
      return inner;
    }
    if (Take("[")) {
      PENSTOCK_TRY(std::vector<NodePtr> elements, List("]"));
      return MakeFrom(Node::Kind::kList, "", std::move(elements));
    }
    const ExpressionToken& token = Peek();
    if (token.kind != TokenKind::kLiteral && token.kind != TokenKind::kIdentifier) {
      return Unexpected();
    }
    ++at_;
    if (token.kind == TokenKind::kLiteral) return Literal(token.literal);
    if (token.text == "true" || token.text == "false") return Literal(token.text == "true");
    if (token.text == "null") return Literal(nullptr);
    if (Take("(")) return Call(token.text, token.position);
    return Make(Node::Kind::kIdentifier, token.text);
  }

  static NodePtr Literal(text::Json value) {
    auto node = std::make_unique<Node>();
    node->literal = std::move(value);
    return node;
  }

  std::vector<ExpressionToken> tokens_;
  size_t at_ = 0;
  int nesting_ = 0;
};

}  // namespace

Result<NodePtr> ParseExpression(std::string_view text) {
  if (text.size() > kMostBytes) {
    return Fail(base::Code::kInvalidArgument, "the expression is longer than 64 KiB");
  }
  PENSTOCK_TRY(std::vector<ExpressionToken> tokens, TokenizeExpression(text));
  return Parser(std::move(tokens)).Run();
}

}  // namespace penstock::ir
