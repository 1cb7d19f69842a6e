// SPDX-License-Identifier: Apache-2.0
// Input: an uploaded file whose name says nothing. Tar files are also read unpacked, because a
// fuzzer does not get past the checksum of gzip.
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "kfp/archive.h"
#include "kfp/package_file.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string_view input(reinterpret_cast<const char*>(data), size);
  constexpr size_t kLimit = size_t{1} << 20;
  if (auto text = penstock::kfp::ReadPackageFile("upload", input)) {
    PENSTOCK_CHECK(text->size() <= size_t{32} << 20);
  }
  for (auto list : {penstock::kfp::ListTar, penstock::kfp::ListZip}) {
    auto entries = list(input);
    if (!entries) continue;
    for (const auto& entry : *entries) {
      auto content = penstock::kfp::ReadEntry(entry, kLimit);
      if (content) PENSTOCK_CHECK(content->size() == entry.size && entry.size <= kLimit);
    }
  }
  return 0;
}
