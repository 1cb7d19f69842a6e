// SPDX-License-Identifier: Apache-2.0
#include "text/tar_header.h"

#include <cstdio>

#include <gtest/gtest.h>

namespace penstock::text {
namespace {

std::string Block(const std::string& name, const std::string& size, char type = '0',
                  const std::string& prefix = "") {
  std::string block(kTarBlock, '\0');
  block.replace(0, name.size(), name);
  block.replace(124, size.size(), size);
  block[156] = type;
  block.replace(257, 6, std::string_view("ustar\0", 6));
  block.replace(345, prefix.size(), prefix);
  block.replace(148, 8, 8, ' ');
  unsigned sum = 0;
  for (char c : block) sum += static_cast<unsigned char>(c);
  char digits[8];
  std::snprintf(digits, sizeof digits, "%06o", sum);
  block.replace(148, 7, digits, 7);
  return block;
}

TEST(TarHeader, IsRead) {
  auto header = ParseTarHeader(Block("a/b.yaml", "00000000012"));
  ASSERT_TRUE(header);
  EXPECT_EQ(header->name, "a/b.yaml");
  EXPECT_EQ(header->size, 10u);
  EXPECT_EQ(header->type, '0');
  EXPECT_EQ(ParseTarHeader(Block("b", "1", '5', "long/way"))->name, "long/way/b");
  // As GNU writes what does not fit into octal digits.
  const std::string binary("\x80\0\0\0\0\0\0\x02\0\0\0\0", 12);
  EXPECT_EQ(ParseTarHeader(Block("b", binary))->size, uint64_t{2} << 32);
}

TEST(TarHeader, RefusesWhatIsDamaged) {
  std::string block = Block("a", "1");
  block[0] = 'b';  // against its sum
  EXPECT_FALSE(ParseTarHeader(block));
  EXPECT_FALSE(ParseTarHeader(Block("a", "8")));
  EXPECT_FALSE(ParseTarHeader(Block("a", " ")));
  EXPECT_FALSE(ParseTarHeader(Block("a", std::string(12, '\xff'))));
  EXPECT_FALSE(ParseTarHeader("short"));
  EXPECT_FALSE(ParseTarHeader(""));
}

TEST(TarHeader, ReadsPaxRecords) {
  auto records = ParsePaxRecords("12 path=a/b\n9 size=7\n9 k=v=wx\n");
  ASSERT_TRUE(records);
  const PaxRecords expected = {{"path", "a/b"}, {"size", "7"}, {"k", "v=wx"}};
  EXPECT_EQ(*records, expected);
  EXPECT_TRUE(ParsePaxRecords("")->empty());
  for (const char* wrong : {"x", "5", "99 a=b\n", "3 a\n", "5 ab\n", "99999999999 a=b\n"}) {
    EXPECT_FALSE(ParsePaxRecords(wrong)) << wrong;
  }
}

}  // namespace
}  // namespace penstock::text
