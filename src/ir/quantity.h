// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

namespace penstock::ir {

// An amount as Kubernetes writes it: "500m", "1.5", "2Gi", "128974848", "1e3", "100M"; and with a
// "K", as the SDK allows. Nothing for
// what is no such text or is negative. Exact up to 2^53.
std::optional<double> ParseQuantity(std::string_view text);

}  // namespace penstock::ir
