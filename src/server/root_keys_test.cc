// SPDX-License-Identifier: Apache-2.0
#include "server/root_keys.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

namespace penstock::server {
namespace {

class RootKeysTest : public testing::Test {
 protected:
  void SetUp() override {
    ClearVariables();
    char pattern[] = "/tmp/penstock-keys-XXXXXX";
    directory_ = mkdtemp(pattern);
    file_ = directory_ + "/root-keys.json";
  }
  void TearDown() override {
    ClearVariables();
    std::filesystem::remove_all(directory_);
  }
  static void ClearVariables() {
    for (const char* name :
         {"PENSTOCK_ROOT_USER", "PENSTOCK_ROOT_PASSWORD", "MINIO_ROOT_USER", "MINIO_ROOT_PASSWORD",
          "PENSTOCK_ROOT_PASSWORD_OLD", "MINIO_ROOT_PASSWORD_OLD"}) {
      unsetenv(name);
    }
  }

  std::string directory_;
  std::string file_;
  base::SystemRandom random_;
};

TEST_F(RootKeysTest, MakesPrivateKeysOnceAndKeepsThem) {
  RootKeys made = LoadRootKeys(file_, random_).value();
  EXPECT_EQ(made.key.access_key.size(), 20u);
  EXPECT_EQ(made.key.secret_key.size(), 40u);
  EXPECT_EQ(made.source, file_);
  struct stat status{};
  ASSERT_EQ(stat(file_.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777u, 0600u);
  RootKeys again = LoadRootKeys(file_, random_).value();
  EXPECT_EQ(again.key.secret_key, made.key.secret_key);
}

TEST_F(RootKeysTest, TakesThemFromTheEnvironmentFirst) {
  setenv("MINIO_ROOT_USER", "minio-name", 1);
  setenv("MINIO_ROOT_PASSWORD", "minio-password", 1);
  EXPECT_EQ(LoadRootKeys(file_, random_)->key.access_key, "minio-name");
  setenv("PENSTOCK_ROOT_USER", "own-name", 1);
  setenv("PENSTOCK_ROOT_PASSWORD", "own-password", 1);
  RootKeys keys = LoadRootKeys(file_, random_).value();
  EXPECT_EQ(keys.key.access_key, "own-name");
  EXPECT_EQ(keys.source, "environment");
  EXPECT_FALSE(std::filesystem::exists(file_));
}

TEST_F(RootKeysTest, KnowsTheSecretThatWasUsedBefore) {
  EXPECT_EQ(LoadRootKeys(file_, random_)->previous_secret, "");
  setenv("MINIO_ROOT_PASSWORD_OLD", "minio-old", 1);
  EXPECT_EQ(LoadRootKeys(file_, random_)->previous_secret, "minio-old");
  setenv("PENSTOCK_ROOT_PASSWORD_OLD", "own-old", 1);
  EXPECT_EQ(LoadRootKeys(file_, random_)->previous_secret, "own-old");
}

TEST_F(RootKeysTest, SaysWhatIsWrongWithGivenKeys) {
  setenv("PENSTOCK_ROOT_USER", "admin", 1);
  EXPECT_NE(LoadRootKeys(file_, random_).error().message().find("PENSTOCK_ROOT_PASSWORD"),
            std::string::npos);
  setenv("PENSTOCK_ROOT_PASSWORD", "short", 1);
  EXPECT_NE(LoadRootKeys(file_, random_).error().message().find("8 to 128"), std::string::npos);
}

TEST_F(RootKeysTest, RefusesADamagedFile) {
  std::ofstream(file_) << "{\"access_key\": \"a\"";
  auto keys = LoadRootKeys(file_, random_);
  ASSERT_FALSE(keys);
  EXPECT_NE(keys.error().message().find(file_), std::string::npos);
}

}  // namespace
}  // namespace penstock::server
