// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <initializer_list>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "text/json.h"

namespace penstock::kfp {

// Takes one message of a request body apart, as strictly as proto3 JSON does: fields go by their
// snake_case or camelCase name, null is the same as absent, a wrong type or an unknown field is
// kInvalidArgument. The first error is remembered and Finish returns it, so that readers are plain
// lists of fields. A field that a request may carry but that only the server sets is Ignored.
class MessageReader {
 public:
  // `message` must outlive the reader. `name` is for messages: "Run", "Run.runtime_config".
  MessageReader(const text::Json& message, std::string_view name);

  // The field's value, or nullptr where it is absent, null or of the wrong type.
  const text::Json* Any(std::string_view field);
  const text::Json* Object(std::string_view field);
  const text::Json* Array(std::string_view field);
  std::string Text(std::string_view field);
  // Nothing where the field is absent. A 64-bit number may be a string of digits.
  std::optional<int64_t> Integer(std::string_view field);
  std::optional<double> Number(std::string_view field);
  std::optional<bool> Flag(std::string_view field);
  std::optional<base::Time> Time(std::string_view field);
  // The word of an enum, which may be given by its number too: its place in `words`. "" where the
  // field is absent.
  std::string Word(std::string_view field, std::span<const std::string_view> words);
  // A map of strings; none where the field is absent.
  std::optional<std::map<std::string, std::string>> TextMap(std::string_view field);
  void IgnoreText(std::initializer_list<std::string_view> fields);
  void IgnoreTimes(std::initializer_list<std::string_view> fields);
  void IgnoreAny(std::initializer_list<std::string_view> fields);

  void Fail(std::string message);
  void Take(base::Status status);  // the error of a message inside this one

  // The first thing found wrong, unknown fields included; called once, last.
  base::Status Finish();

 private:
  const text::Json* Find(std::string_view field);

  const text::Json& message_;
  std::string name_;
  std::set<std::string, std::less<>> known_;
  base::Status status_;
};

// The body as JSON; an empty one is an empty message.
base::Result<text::Json> ParseBody(std::string_view body);

}  // namespace penstock::kfp
