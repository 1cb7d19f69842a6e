// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace penstock::executor {

// What a warm worker is told to run: this, and then these texts one after the other.
//   folder     where it runs, and a zero byte
//   base       where the folder of the program is made, and a zero byte
//   program    the component's source
//   words      the executor's arguments, then the environment as "NAME=VALUE", a zero byte after
//   each
struct WarmJob {
  uint64_t file_bytes;  // the largest file that it may write; 0: any
  uint32_t folder_size, base_size, program_size, words_size;
  uint32_t arguments;  // how many of the words
  uint32_t unused;
};

}  // namespace penstock::executor
