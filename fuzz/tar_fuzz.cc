// SPDX-License-Identifier: Apache-2.0
// Archives to extract. Input: a step in bytes, and a tar file.
#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/check.h"
#include "s3/extract/gunzip_source.h"
#include "s3/extract/tar_reader.h"
#include "steps.h"

namespace {

namespace s3 = penstock::s3;

// What is read must not depend on how it comes.
std::string Listing(std::string_view tar, size_t step) {
  Steps source(tar, step);
  s3::TarReader reader(source);
  std::string text;
  while (true) {
    auto entry = reader.Next();
    if (!entry) return text + "refused";
    if (!*entry) return text;
    text += (*entry)->name + "\n";
    PENSTOCK_CHECK(!(*entry)->name.empty() || !(*entry)->folder);
    for (const auto& [name, value] : (*entry)->records) text += name + "=" + value + "\n";
    auto content = penstock::base::ReadAll(reader.content(), tar.size());
    text += content ? *content : "cut off";
  }
}

void Unpack(std::string_view packed, size_t step) {
  Steps source(packed, step);
  s3::GunzipSource unpacked(source);
  char buffer[4096];
  for (int reads = 0; reads < 1000; ++reads) {
    auto count = unpacked.Read(buffer);
    if (!count || *count == 0) return;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string_view input(reinterpret_cast<const char*>(data), size);
  if (input.empty()) return 0;
  size_t step = static_cast<unsigned char>(input[0]) + size_t{1};
  std::string_view rest = input.substr(1);
  PENSTOCK_CHECK(Listing(rest, step) == Listing(rest, rest.size() + 1));
  Unpack(rest, step);
  return 0;
}
