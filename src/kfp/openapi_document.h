// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <vector>

#include "base/result.h"
#include "text/json.h"

namespace penstock::kfp {

// The API's description of itself, OpenAPI 3.1, built from the files of src/kfp/openapi (one a
// resource), which are shorter to write and to read. They have two members:
//
//   paths: "/path/{parameter}": method: {id, summary} and
//     list: true       takes page_token, page_size, sort_by and filter
//     query: {name: field}
//     body, answer     a schema's name, or a media type where there is no JSON
//     errors           the schema of errors, where it is not Status
//   schemas: a name and {field name: field}, or the list of an enum's words
//
// A field is "type", "type!" (always there) or "type -- description"; a type is string, bool,
// int32, int64 (a string of digits), number, time, any, struct (any object), bytes (base64), a
// schema's name, "list of T" or "map of T".
base::Result<text::Json> BuildOpenApi(const std::vector<std::string_view>& texts,
                                      std::string_view version);

// The files of src/kfp/openapi, which are part of the program.
const std::vector<std::string_view>& OpenApiTexts();

}  // namespace penstock::kfp
