// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "ir/place.h"
#include "text/json.h"

namespace penstock::ir {

struct EnumName {
  std::string_view name;
  int number;
};

// Reads one JSON object as a protobuf message in proto3 JSON: fields by their camelCase or their
// snake_case name, null as absent, 64-bit integers as numbers or strings, enums by name or number.
// Whatever is wrong goes to the Problem, and the getters then return the empty value. Asking for a
// field marks it as known; Finish reports the first field nobody asked for.
class FieldReader {
 public:
  // `value` may be null or point to null: an empty message.
  FieldReader(const text::Json* value, Place place, Problem& problem);
  FieldReader(const FieldReader&) = delete;
  FieldReader& operator=(const FieldReader&) = delete;

  bool Has(std::string_view name);
  std::string String(std::string_view name);
  bool Bool(std::string_view name);
  int64_t Integer(std::string_view name, int64_t least, int64_t most);
  double Number(std::string_view name);
  double Seconds(std::string_view name);  // google.protobuf.Duration: "1.5s"
  int Enum(std::string_view name, std::initializer_list<EnumName> names);
  std::vector<std::string> Strings(std::string_view name);
  text::Json::Object Struct(std::string_view name);
  // A google.protobuf.Value, where null is a value; nullptr where the field is absent.
  const text::Json* Value(std::string_view name);

  FieldReader Message(std::string_view name);
  // Calls `read(key, FieldReader&)` for each entry of a map of messages.
  template <typename Read>
  void MessageMap(std::string_view name, Read read);
  // Calls `read(FieldReader&)` for each element of a list of messages.
  template <typename Read>
  void MessageList(std::string_view name, Read read);

  // The one field of a oneof that is there and not null, or "".
  std::string_view OneOf(std::initializer_list<std::string_view> names);

  void Fail(std::string_view message) { problem_.Report(place_, message); }
  void Fail(std::string_view field, std::string_view message) {
    problem_.Report(Place(field, &place_), message);
  }
  void Finish();

  const Place& place() const { return place_; }

 private:
  // The member under either spelling, marked as known; nullptr where absent.
  const text::Json* Find(std::string_view name);
  // The same, but null counts as absent.
  const text::Json* FindSet(std::string_view name);
  const text::Json* FindObject(std::string_view name);
  const text::Json* FindArray(std::string_view name);
  void WrongKind(std::string_view field, std::string_view wanted, const text::Json& value);

  const text::Json::Object* members_ = nullptr;
  Place place_;
  Problem& problem_;
  std::vector<std::string_view> known_;  // keys of members_
};

template <typename Read>
void FieldReader::MessageMap(std::string_view name, Read read) {
  const text::Json* value = FindObject(name);
  if (value == nullptr) return;
  Place map_place(name, &place_);
  for (const auto& [key, element] : value->as_object()) {
    if (problem_.found()) return;
    FieldReader reader(&element, Place(key, &map_place), problem_);
    read(key, reader);
    reader.Finish();
  }
}

template <typename Read>
void FieldReader::MessageList(std::string_view name, Read read) {
  const text::Json* value = FindArray(name);
  if (value == nullptr) return;
  Place list_place(name, &place_);
  size_t index = 0;
  for (const text::Json& element : value->as_array()) {
    if (problem_.found()) return;
    FieldReader reader(&element, Place(index++, &list_place), problem_);
    read(reader);
    reader.Finish();
  }
}

}  // namespace penstock::ir
