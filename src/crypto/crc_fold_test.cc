// SPDX-License-Identifier: Apache-2.0
#include "crypto/crc_fold.h"

#include <string>

#include <gtest/gtest.h>

#include "crypto/crc.h"

namespace penstock::crypto {
namespace {

std::string MakeText(size_t size) {
  std::string text(size, '\0');
  uint32_t state = 12345;
  for (char& c : text) {
    state = state * 1664525u + 1013904223u;
    c = static_cast<char>(state >> 24);
  }
  return text;
}

TEST(CrcFold, AgreesWithTheTablesAtEveryLengthAndAlignment) {
  std::string text = MakeText(2000);
  for (size_t start = 0; start < 17; ++start) {
    for (size_t length = 0; start + length <= text.size(); length += length < 400 ? 1 : 37) {
      std::string_view piece = std::string_view(text).substr(start, length);
      ASSERT_EQ(Crc64Nvme(piece, 99), Crc64NvmePortable(piece, 99)) << start << " " << length;
    }
  }
}

TEST(CrcFold, ContinuesFromASeed) {
  std::string text = MakeText(100'000);
  uint64_t whole = Crc64Nvme(text, 0);
  EXPECT_EQ(whole, Crc64NvmePortable(text, 0));
  std::string_view view = text;
  EXPECT_EQ(Crc64Nvme(view.substr(70'001), Crc64Nvme(view.substr(0, 70'001), 0)), whole);
}

}  // namespace
}  // namespace penstock::crypto
