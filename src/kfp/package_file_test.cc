// SPDX-License-Identifier: Apache-2.0
#include "kfp/package_file.h"

#include <gtest/gtest.h>

#include "kfp/test_api.h"

namespace penstock::kfp {
namespace {

// The error, or "" where the content comes out as add.yaml.
std::string Read(const std::string& archive) {
  auto text = ReadPackageFile(archive, ReadTestFile("packages/" + archive));
  if (!text) return text.error().message();
  EXPECT_EQ(*text, ReadTestFile("add.yaml")) << archive;
  return "";
}

TEST(PackageFile, TakesPipelinesAsTheyAre) {
  for (const char* name : {"p.yaml", "p.YML", "p.json"}) {
    EXPECT_EQ(ReadPackageFile(name, "PK\x03\x04 no archive").value(), "PK\x03\x04 no archive");
  }
}

TEST(PackageFile, FindsThePipelineInArchives) {
  EXPECT_EQ(Read("deflated.zip"), "");
  EXPECT_EQ(Read("stored.zip"), "");
  EXPECT_EQ(Read("ustar.tar.gz"), "");
  EXPECT_EQ(Read("gnu.tar.gz"), "");
  EXPECT_EQ(Read("pax.tar.gz"), "");
}

TEST(PackageFile, GoesByContentWhereTheNameSaysNothing) {
  EXPECT_EQ(ReadPackageFile("package", ReadTestFile("packages/stored.zip")).value(),
            ReadTestFile("add.yaml"));
}

TEST(PackageFile, SaysWhatIsWrong) {
  EXPECT_NE(Read("empty.zip").find("no file"), std::string::npos);
  EXPECT_NE(Read("empty.tar.gz").find("no file"), std::string::npos);
  EXPECT_NE(Read("not-yaml.zip").find("a.png"), std::string::npos);
  EXPECT_NE(Read("not-yaml.tar.gz").find("a.png"), std::string::npos);
  EXPECT_NE(Read("encrypted.zip").find("encrypted"), std::string::npos);
  EXPECT_NE(Read("damaged.zip").find("damaged"), std::string::npos);
  EXPECT_NE(ReadPackageFile("p.yaml", "").error().message().find("empty"), std::string::npos);
  EXPECT_NE(ReadPackageFile("a.png", "\x89PNG").error().message().find("no pipeline package"),
            std::string::npos);
}

TEST(PackageFile, RefusesBombs) {
  EXPECT_NE(Read("bomb.zip").find("larger than 32 MiB"), std::string::npos);
  EXPECT_NE(Read("bomb.tar.gz").find("larger than 64 MiB"), std::string::npos);
}

TEST(PackageFile, SurvivesEveryCutAndFlip) {
  for (const char* name : {"deflated.zip", "stored.zip", "ustar.tar.gz", "pax.tar.gz"}) {
    const std::string good = ReadTestFile(std::string("packages/") + name);
    const std::string content = ReadTestFile("add.yaml");
    for (size_t i = 0; i < good.size(); ++i) {
      EXPECT_FALSE(ReadPackageFile("x", good.substr(0, i))) << name << " cut at " << i;
      std::string flipped = good;
      flipped[i] = static_cast<char>(flipped[i] ^ 0x21);
      auto text = ReadPackageFile("x", flipped);  // where it is read, then as what was packed
      EXPECT_TRUE(!text || *text == content || *text == "no") << name << " flipped at " << i;
    }
  }
}

}  // namespace
}  // namespace penstock::kfp
