// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace penstock::executor {

// What a warm worker is told of any task that may come: this and the folder where it runs, and as
// many zero bytes, one at least, that the size is one of whole words of eight bytes.
struct WarmPlace {
  uint64_t file_bytes;   // the largest file that it may write; 0: any
  uint64_t folder_size;  // with the zero bytes
};

// And then of the one that it is to run: this, and these texts one after the other.
//   base       where the folder of the program is made, or that folder itself, and a zero byte
//   program    the component's source
//   words      the executor's arguments, then the environment as "NAME=VALUE", a zero byte after
//   each
struct WarmJob {
  uint32_t base_size, program_size, words_size;
  uint32_t arguments;  // how many of the words
  uint32_t is_made;    // 1: the folder is there, with an empty file for the program
};

}  // namespace penstock::executor
