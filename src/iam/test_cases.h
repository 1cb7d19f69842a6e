// SPDX-License-Identifier: Apache-2.0
#pragma once

// For tests: reads the case files of tests/data/iam.

#include <fstream>
#include <string>

#include <gtest/gtest.h>

#include "base/source_file.h"
#include "iam/access_request.h"
#include "text/json.h"
#include "text/yaml.h"

namespace penstock::iam {

inline text::Json ReadCaseFile(const std::string& file_name) {
  std::ifstream file(base::SourceFile("tests/data/iam/") + file_name);
  std::string text((std::istreambuf_iterator<char>(file)), {});
  auto documents = text::ParseYaml(text);
  if (documents && !documents->empty()) return documents->front();
  ADD_FAILURE() << file_name << ": " << (documents ? "is empty" : documents.error().message());
  return {};
}

inline text::Json::Array ReadCases(const std::string& file_name) {
  text::Json document = ReadCaseFile(file_name);
  if (document.is_array()) return document.as_array();
  ADD_FAILURE() << file_name << " is no list";
  return {};
}

// A statement alone becomes a policy of it.
inline text::Json PolicyOf(const text::Json& given) {
  if (given.Find("Statement") != nullptr) return given;
  text::Json policy;
  policy["Version"] = "2012-10-17";
  policy["Statement"].Append(given);
  return policy;
}

inline ContextValues ValuesOf(const text::Json& given) {
  if (!given.is_array()) return {given.as_string()};
  ContextValues values;
  for (const text::Json& value : given.as_array()) values.push_back(value.as_string());
  return values;
}

inline MapContext ContextOf(const text::Json& given) {
  MapContext context;
  for (const auto& [key, value] : given.as_object()) context.Set(key, ValuesOf(value));
  return context;
}

}  // namespace penstock::iam
