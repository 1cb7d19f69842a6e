// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace penstock::metadata {

// A list request as the REST API takes it (kfp-contract 1.2); every member as it came.
struct ListQuery {
  int64_t page_size = 0;   // 0: 20; over 200: 200; negative: an error
  std::string page_token;  // from the page before, or ""
  std::string sort_by;     // "created_at desc"
  std::string filter;      // {"predicates":[…]}, or ""
};

template <typename T>
struct Page {
  std::vector<T> items;
  std::string next_page_token;  // "" on the last page
  int64_t total_size = 0;       // of everything that matches
};

}  // namespace penstock::metadata
