// SPDX-License-Identifier: Apache-2.0
#include "s3/extract/tar_reader.h"

#include <gtest/gtest.h>

#include "s3/extract/test_tar.h"

namespace penstock::s3 {
namespace {

// "name=content" of each entry, or the error.
std::string Contents(const std::string& tar, bool read = true) {
  base::StringSource source(tar);
  TarReader reader(source);
  std::string text;
  while (true) {
    auto entry = reader.Next();
    if (!entry) return text + "! " + entry.error().message();
    if (!*entry) return text;
    text += (*entry)->name;
    auto content = base::ReadAll(reader.content(), read ? 1 << 20 : 0);
    if (read && !content) return text + "! " + content.error().message();
    if (read) text += "=" + *content;
    text += ";";
  }
}

TEST(TarReaderTest, GivesFilesAndFoldersInOrder) {
  std::string tar = TarFile("a", "one") + TarFile("d/", "", '5') +
                    TarFile("d/b", std::string(512, 'x')) + TarFile("link", "", '2') +
                    TarFile("empty", "") + TarEnd();
  EXPECT_EQ(Contents(tar), "a=one;d/=;d/b=" + std::string(512, 'x') + ";empty=;");
}

TEST(TarReaderTest, ReadsLongNamesOfGnuAndPax) {
  std::string name = std::string(200, 'n') + "/file";
  std::string record = "path=" + name + "\n";
  std::string pax = std::to_string(record.size() + 4) + " " + record;
  EXPECT_EQ(
      Contents(TarFile("x", pax, 'x') + TarFile("short", "1") + TarFile("next", "2") + TarEnd()),
      name + "=1;next=2;");
  EXPECT_EQ(Contents(TarFile("././@LongLink", name + std::string(1, '\0'), 'L') +
                     TarFile("short", "1") + TarEnd()),
            name + "=1;");
}

TEST(TarReaderTest, GivesOtherPaxRecords) {
  std::string tar = TarFile("x", "26 minio.metadata.a=hello\n", 'x') + TarFile("f", "") + TarEnd();
  base::StringSource source(tar);
  TarReader reader(source);
  auto entry = reader.Next();
  ASSERT_TRUE(entry && *entry);
  ASSERT_EQ((*entry)->records.size(), 1U);
  EXPECT_EQ((*entry)->records[0].first, "minio.metadata.a");
  EXPECT_EQ((*entry)->records[0].second, "hello");
}

TEST(TarReaderTest, SkipsWhatIsNotRead) {
  std::string tar = TarFile("a", std::string(100'000, 'x')) + TarFile("b", "two") + TarEnd();
  base::StringSource source(tar);
  TarReader reader(source);
  ASSERT_TRUE(reader.Next().has_value());
  auto second = reader.Next();
  ASSERT_TRUE(second && *second);
  EXPECT_EQ((*second)->name, "b");
}

TEST(TarReaderTest, EndsWithTheSourceWhereTheEndBlocksAreMissing) {
  EXPECT_EQ(Contents(TarFile("a", "one")), "a=one;");
  EXPECT_EQ(Contents(""), "");
}

TEST(TarReaderTest, RefusesWhatIsNoTar) {
  EXPECT_EQ(Contents(std::string(600, 'x')), "! The tar file has a damaged header.");
  EXPECT_EQ(Contents("short"), "! The tar file is cut off.");
  std::string cut = TarFile("a", std::string(2000, 'x'));
  EXPECT_EQ(Contents(cut.substr(0, 1500)), "a! The tar file is cut off.");
  EXPECT_EQ(Contents(TarFile("x", std::string(70'000, 'x'), 'x') + TarEnd()),
            "! The tar file has a header of more than 64 KiB.");
  EXPECT_EQ(Contents(TarFile("x", "99 path=a\n", 'x') + TarEnd()),
            "! The tar file has a damaged pax header.");
}

}  // namespace
}  // namespace penstock::s3
