// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "store/object_types.h"

namespace penstock::store {

struct ListOptions {
  std::string prefix;
  std::string delimiter;    // any string; "" lists everything
  std::string start_after;  // keys and common prefixes up to and with this one are left out
  size_t max_entries = 1000;
};

struct ListPage {
  std::vector<ObjectInfo> objects;
  std::vector<std::string> common_prefixes;
  bool truncated = false;
  std::string next_start_after;  // the last entry returned; only where truncated
};

struct ListVersionsOptions {
  std::string prefix;
  std::string delimiter;
  // Where to go on: after this version of this key, or, without a version, after all of the key.
  std::string key_marker;
  std::string version_marker;
  size_t max_entries = 1000;
};

// Versions and delete markers, keys in order, of each key the newest first.
struct VersionsPage {
  std::vector<ObjectInfo> versions;
  std::vector<std::string> common_prefixes;
  bool truncated = false;
  std::string next_key_marker;      // only where truncated
  std::string next_version_marker;  // empty after a common prefix
};

}  // namespace penstock::store
