// SPDX-License-Identifier: Apache-2.0
#include "server/store_identities.h"

#include <cstdlib>
#include <filesystem>

#include <gtest/gtest.h>

namespace penstock::server {
namespace {

class StoreIdentitiesTest : public testing::Test {
 protected:
  void SetUp() override {
    char pattern[] = "/tmp/penstock-identities-XXXXXX";
    directory_ = mkdtemp(pattern);
    files_ = sys::MakePosixFileSystem();
    Open();
  }
  void TearDown() override {
    store_.reset();
    std::filesystem::remove_all(directory_);
  }
  void Open() {
    store_.reset();
    store::StoreOptions options;
    options.directory = directory_ + "/store";
    auto opened = store::ObjectStore::Open(options, *files_, clock_, random_, logger_);
    ASSERT_TRUE(opened) << opened.error().message();
    store_ = std::move(*opened);
  }

  std::string directory_;
  base::SystemClock clock_;
  base::SystemRandom random_;
  base::NullLogger logger_;
  std::unique_ptr<sys::FileSystem> files_;
  std::unique_ptr<store::ObjectStore> store_;
};

TEST_F(StoreIdentitiesTest, KeepsTexts) {
  StoreIdentities identities(*store_);
  std::map<std::string, std::string> expected;
  for (int i = 0; i < 250; ++i) {
    std::string name = "users/user-" + std::to_string(i);
    ASSERT_TRUE(identities.Put(name, std::to_string(i)));
    expected[name] = std::to_string(i);
  }
  ASSERT_TRUE(store_->PutDocument("iam-else", "not ours"));
  ASSERT_TRUE(identities.Put("users/user-7", "changed"));
  expected["users/user-7"] = "changed";
  ASSERT_TRUE(identities.Remove("users/user-8"));
  ASSERT_TRUE(identities.Remove("users/user-8"));
  expected.erase("users/user-8");
  EXPECT_EQ(identities.LoadAll().value(), expected);
  Open();
  EXPECT_EQ(StoreIdentities(*store_).LoadAll().value(), expected);
}

}  // namespace
}  // namespace penstock::server
