// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>
#include <thread>

#include "store/test_store.h"

namespace penstock::store {

// Whether so many data files are left soon: large ones are removed in the background.
inline bool AwaitDataFiles(const std::string& directory, size_t count) {
  for (int i = 0; i < 2000 && CountDataFiles(directory) != count; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return CountDataFiles(directory) == count;
}

}  // namespace penstock::store
