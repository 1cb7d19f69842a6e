// SPDX-License-Identifier: Apache-2.0
#include <limits>
#include <utility>
#include <vector>

#include <boost/json/basic_parser_impl.hpp>

#include "text/json.h"

namespace penstock::text {
namespace {

namespace bj = boost::json;

// Builds a value from the parser's events. Its members have the names and signatures that
// basic_parser calls; returning false stops the parser.
class Builder {
 public:
  static constexpr std::size_t max_object_size = std::numeric_limits<std::size_t>::max();
  static constexpr std::size_t max_array_size = std::numeric_limits<std::size_t>::max();
  static constexpr std::size_t max_key_size = std::numeric_limits<std::size_t>::max();
  static constexpr std::size_t max_string_size = std::numeric_limits<std::size_t>::max();

  bool on_document_begin(bj::error_code&) { return true; }
  bool on_document_end(bj::error_code&) { return true; }
  bool on_object_begin(bj::error_code&) { return Open(Json(Json::Object())); }
  bool on_object_end(std::size_t, bj::error_code&) { return CloseTop(); }
  bool on_array_begin(bj::error_code&) { return Open(Json(Json::Array())); }
  bool on_array_end(std::size_t, bj::error_code&) { return CloseTop(); }

  bool on_key_part(bj::string_view part, std::size_t, bj::error_code&) {
    text_.append(part.data(), part.size());
    return true;
  }
  bool on_key(bj::string_view part, std::size_t, bj::error_code& error) {
    text_.append(part.data(), part.size());
    Level& top = open_.back();
    top.key = std::exchange(text_, {});
    if (top.value.as_object().find(top.key) != top.value.as_object().end()) {
      doubled_ = top.key;
      error = bj::error::syntax;
      return false;
    }
    return true;
  }
  bool on_string_part(bj::string_view part, std::size_t, bj::error_code&) {
    text_.append(part.data(), part.size());
    return true;
  }
  bool on_string(bj::string_view part, std::size_t, bj::error_code&) {
    text_.append(part.data(), part.size());
    return Put(Json(std::exchange(text_, {})));
  }
  bool on_number_part(bj::string_view, bj::error_code&) { return true; }
  bool on_int64(int64_t value, bj::string_view, bj::error_code&) { return Put(Json(value)); }
  bool on_uint64(uint64_t value, bj::string_view, bj::error_code&) {
    return Put(Json(static_cast<double>(value)));  // past int64: as the original's doubles
  }
  bool on_double(double value, bj::string_view, bj::error_code&) { return Put(Json(value)); }
  bool on_bool(bool value, bj::error_code&) { return Put(Json(value)); }
  bool on_null(bj::error_code&) { return Put(Json()); }
  bool on_comment_part(bj::string_view, bj::error_code&) { return true; }
  bool on_comment(bj::string_view, bj::error_code&) { return true; }

  Json Take() { return std::move(root_); }
  const std::string& doubled() const { return doubled_; }

 private:
  struct Level {
    Json value;
    std::string key;  // of the member being read, in an object
  };

  bool Open(Json empty) {
    open_.push_back({std::move(empty), {}});
    return true;
  }

  bool CloseTop() {
    Json done = std::move(open_.back().value);
    open_.pop_back();
    return Put(std::move(done));
  }

  bool Put(Json value) {
    if (open_.empty()) {
      root_ = std::move(value);
    } else if (Level& top = open_.back(); top.value.is_object()) {
      top.value.as_object().emplace(std::move(top.key), std::move(value));
    } else {
      top.value.as_array().push_back(std::move(value));
    }
    return true;
  }

  Json root_;
  std::vector<Level> open_;
  std::string text_;  // of the string or key being read
  std::string doubled_;
};

base::Error Bad(std::string what, size_t offset) {
  return base::Error(base::Code::kInvalidArgument,
                     "invalid JSON at byte " + std::to_string(offset) + ": " + std::move(what));
}

}  // namespace

base::Result<Json> ParseJson(std::string_view text, const JsonLimits& limits) {
  if (text.size() > limits.max_bytes) {
    return base::Fail(
        base::Code::kResourceExhausted,
        "the JSON text is larger than " + std::to_string(limits.max_bytes) + " bytes");
  }
  bj::parse_options options;
  options.max_depth = limits.max_depth;
  bj::basic_parser<Builder> parser(options);
  bj::error_code error;
  size_t used = parser.write_some(false, text.data(), text.size(), error);
  if (!error && used < text.size()) error = bj::error::extra_data;
  if (!error) return parser.handler().Take();
  if (!parser.handler().doubled().empty()) {
    return base::Fail(Bad("the member '" + parser.handler().doubled() + "' appears twice", used));
  }
  return base::Fail(Bad(error.message(), used));
}

}  // namespace penstock::text
