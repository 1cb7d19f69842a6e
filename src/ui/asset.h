// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string_view>

namespace penstock::ui {

// One file of the built web app, in the forms in which it may be sent. Views are of static storage.
struct Asset {
  std::string_view path;          // "/assets/index-8f2c.js"
  std::string_view content_type;  // "text/javascript; charset=utf-8"
  std::string_view digest;        // of `plain`, hex: its entity tag
  bool hashed_name = false;       // the name changes with the content, so it may be kept for ever
  std::string_view plain;
  std::string_view gzip;    // empty where it would not be smaller
  std::string_view brotli;  // likewise
};

// The files that were built into this program, by path; none where it was built without Node.js.
std::span<const Asset> BuiltAssets();

}  // namespace penstock::ui
