// SPDX-License-Identifier: Apache-2.0
#include <charconv>
#include <string>
#include <system_error>

#include <boost/json/basic_parser_impl.hpp>

#include "text/json.h"

namespace penstock::text {
namespace {

namespace bj = boost::json;
using base::Code;
using base::Fail;

// Builds a Json from the events of Boost.JSON's parser. Its own value type is not used because it
// keeps the last of doubled names and rounds some decimal fractions wrongly.
class Builder {
 public:
  static constexpr size_t max_array_size = static_cast<size_t>(-1);
  static constexpr size_t max_object_size = static_cast<size_t>(-1);
  static constexpr size_t max_string_size = static_cast<size_t>(-1);
  static constexpr size_t max_key_size = static_cast<size_t>(-1);

  Json TakeRoot() { return std::move(root_); }
  const std::string& doubled_name() const { return doubled_name_; }

  bool on_document_begin(bj::error_code&) { return true; }
  bool on_document_end(bj::error_code&) { return true; }
  bool on_array_begin(bj::error_code&) { return Push(Json(Json::Array())); }
  bool on_array_end(size_t, bj::error_code&) { return Pop(); }
  bool on_object_begin(bj::error_code&) { return Push(Json(Json::Object())); }
  bool on_object_end(size_t, bj::error_code&) { return Pop(); }

  bool on_key_part(bj::string_view part, size_t, bj::error_code&) { return Gather(part); }
  bool on_key(bj::string_view part, size_t, bj::error_code& error) {
    Gather(part);
    Frame& frame = stack_.back();
    if (frame.value.Find(text_) != nullptr) {
      doubled_name_ = text_;
      error = bj::make_error_code(bj::error::syntax);
      return false;
    }
    frame.name.swap(text_);
    text_.clear();
    return true;
  }

  bool on_string_part(bj::string_view part, size_t, bj::error_code&) { return Gather(part); }
  bool on_string(bj::string_view part, size_t, bj::error_code&) {
    Gather(part);
    return AddScalar(Json(std::move(text_)));
  }

  bool on_number_part(bj::string_view part, bj::error_code&) { return Gather(part); }
  bool on_int64(int64_t, bj::string_view part, bj::error_code& error) {
    return AddNumber(part, error);
  }
  bool on_uint64(uint64_t, bj::string_view part, bj::error_code& error) {
    return AddNumber(part, error);
  }
  bool on_double(double, bj::string_view part, bj::error_code& error) {
    return AddNumber(part, error);
  }
  bool on_bool(bool value, bj::error_code&) { return AddScalar(Json(value)); }
  bool on_null(bj::error_code&) { return AddScalar(Json()); }
  bool on_comment_part(bj::string_view, bj::error_code&) { return true; }
  bool on_comment(bj::string_view, bj::error_code&) { return true; }

 private:
  struct Frame {
    Json value;        // an array or object under construction
    std::string name;  // of the member whose value comes next
  };

  bool Gather(bj::string_view part) {
    text_.append(part.data(), part.size());
    return true;
  }

  bool Push(Json container) {
    stack_.push_back({std::move(container), {}});
    return true;
  }

  bool Pop() {
    Json value = std::move(stack_.back().value);
    stack_.pop_back();
    return Add(std::move(value));
  }

  bool AddScalar(Json value) {
    text_.clear();
    return Add(std::move(value));
  }

  bool Add(Json value) {
    if (stack_.empty()) {
      root_ = std::move(value);
      return true;
    }
    Frame& frame = stack_.back();
    if (frame.value.is_array()) {
      frame.value.as_array().push_back(std::move(value));
    } else {
      frame.value.as_object().emplace(std::move(frame.name), std::move(value));
      frame.name.clear();
    }
    return true;
  }

  // The text decides what a number is: "1" is an integer, "1.0" and "1e0" are not.
  bool AddNumber(bj::string_view part, bj::error_code& error) {
    Gather(part);
    const char* end = text_.data() + text_.size();
    int64_t integer = 0;
    auto whole = std::from_chars(text_.data(), end, integer);
    if (whole.ec == std::errc() && whole.ptr == end) return AddScalar(Json(integer));
    double number = 0;
    auto parsed = std::from_chars(text_.data(), end, number);
    if (parsed.ec == std::errc() && parsed.ptr == end) return AddScalar(Json(number));
    // Out of range: too small is zero, too large has no value.
    if (parsed.ec == std::errc::result_out_of_range && text_.find("e-") != std::string::npos) {
      return AddScalar(Json(0.0));
    }
    error = bj::make_error_code(bj::error::exponent_overflow);
    return false;
  }

  std::vector<Frame> stack_;
  std::string text_;  // of the string, name or number being read
  std::string doubled_name_;
  Json root_;
};

}  // namespace

Result<Json> ParseJson(std::string_view text, const JsonLimits& limits) {
  if (text.size() > limits.max_bytes) {
    return Fail(Code::kResourceExhausted,
                "the JSON text is longer than " + std::to_string(limits.max_bytes) + " bytes");
  }
  bj::parse_options options;
  options.max_depth = limits.max_depth;
  bj::basic_parser<Builder> parser(options);
  bj::error_code error;
  size_t offset = parser.write_some(false, text.data(), text.size(), error);
  Builder& builder = parser.handler();
  if (!error && offset < text.size()) error = bj::make_error_code(bj::error::extra_data);
  if (!error) return builder.TakeRoot();

  std::string what = builder.doubled_name().empty()
                         ? error.message()
                         : "doubled member name \"" + builder.doubled_name() + "\"";
  return Fail(Code::kInvalidArgument,
              "invalid JSON at byte " + std::to_string(offset) + ": " + what);
}

}  // namespace penstock::text
