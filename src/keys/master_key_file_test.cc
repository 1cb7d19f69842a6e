// SPDX-License-Identifier: Apache-2.0
#include "keys/master_key_file.h"

#include <filesystem>
#include <string>

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "base/encoding.h"
#include "base/random.h"

namespace penstock::keys {
namespace {

using crypto::Secret;

std::string Line(char c) { return base::Base64Encode(std::string(32, c)); }

TEST(ParseMasterKeys, TakesOneALine) {
  auto keys = ParseMasterKeys("# a comment\n\n" + Line('a') + "\r\n  " + Line('b') + "  \n");
  ASSERT_TRUE(keys) << keys.error().message();
  ASSERT_EQ(keys->size(), 2u);
  EXPECT_EQ((*keys)[0], Secret::Of(std::string(32, 'a')));
  EXPECT_EQ((*keys)[1], Secret::Of(std::string(32, 'b')));
  EXPECT_TRUE(ParseMasterKeys("")->empty());
}

TEST(ParseMasterKeys, SaysWhichLineIsWrongAndNotWhatItSays) {
  for (const std::string& wrong : {std::string("secret!"), base::Base64Encode("short secret"),
                                   Line('a').substr(1), Line('a') + Line('b')}) {
    auto keys = ParseMasterKeys(Line('a') + "\n" + wrong);
    ASSERT_FALSE(keys) << wrong;
    EXPECT_NE(keys.error().message().find("line 2"), std::string::npos);
    EXPECT_EQ(keys.error().message().find(wrong), std::string::npos);
  }
}

class MasterKeyFileTest : public ::testing::Test {
 protected:
  void SetUp() override {
    directory_ = ::testing::TempDir() + "keys-" + base::SystemRandom().Uuid();
    std::filesystem::create_directory(directory_);
    path_ = directory_ + "/encryption-key";
  }
  void TearDown() override { std::filesystem::remove_all(directory_); }

  std::unique_ptr<sys::FileSystem> files_ = sys::MakePosixFileSystem();
  std::string directory_, path_;
};

TEST_F(MasterKeyFileTest, KeepsKeysForItsOwnerAlone) {
  MasterKeyFile file(*files_, path_, /*must_exist=*/false);
  EXPECT_TRUE(file.Load()->empty());
  std::vector<Secret> keys = {Secret::Of(std::string(32, '\xff')), Secret::Of(std::string(32, 0))};
  ASSERT_TRUE(file.Save(keys));
  EXPECT_EQ(*file.Load(), keys);
  struct stat info{};
  ASSERT_EQ(stat(path_.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600u);
}

TEST_F(MasterKeyFileTest, AFileWithoutKeysIsNotTakenForAFirstStart) {
  MasterKeyFile file(*files_, path_, /*must_exist=*/false);
  ASSERT_TRUE(sys::WriteFileAtomically(*files_, path_, "# nothing\n"));
  EXPECT_FALSE(file.Load());
  MasterKeyFile named(*files_, path_ + "-other", /*must_exist=*/true);
  EXPECT_FALSE(named.Load());
}

TEST(MasterKeyVariable, HasKeysAndKeepsNone) {
  MasterKeyVariable variable("KEYS", Secret::Of(Line('n') + "," + Line('o')));
  auto keys = variable.Load();
  ASSERT_TRUE(keys);
  EXPECT_EQ((*keys)[0], Secret::Of(std::string(32, 'n')));
  EXPECT_EQ(keys->size(), 2u);
  EXPECT_EQ(variable.Save(*keys).error().code(), base::Code::kFailedPrecondition);
  EXPECT_FALSE(MasterKeyVariable("KEYS", Secret::Of(" ")).Load());
}

}  // namespace
}  // namespace penstock::keys
