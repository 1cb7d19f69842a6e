// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "text/json.h"

namespace penstock::cli {

// An inventory as lines of comma-separated values (RFC 4180, with line feeds alone). The columns of
// what was not asked for are left out.
struct InventoryColumns {
  bool tags = false;
  bool checksums = false;
  bool metadata = false;
};

std::string InventoryHeader(const InventoryColumns& columns);
std::string InventoryRow(const text::Json& version, const InventoryColumns& columns);

}  // namespace penstock::cli
