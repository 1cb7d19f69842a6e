// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <cstdio>
#include <string>

// How the benchmarks of the store name their objects: in 997 folders, so that neighbours in a
// listing were not put one after the other.
inline std::string KeyOf(uint64_t number) {
  char key[64];
  std::snprintf(key, sizeof key, "data/%03llu/%012llu",
                static_cast<unsigned long long>(number % 997),
                static_cast<unsigned long long>(number));
  return key;
}
