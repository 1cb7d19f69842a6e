// SPDX-License-Identifier: Apache-2.0
#include <fstream>

#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mount.h>

#include "store/child_process.h"
#include "store/test_store.h"

namespace penstock::store {
namespace {

constexpr int kNotPermitted = 77;
constexpr size_t kSmall = 1000;
constexpr size_t kLarge = 200'000;

// On a real file system that is really full: 40 MB of memory.
class FullDiskTest : public StoreTest {
 protected:
  FullDiskTest() {
    options_.block_size = 64 << 10;
    options_.reserve_bytes = 0;
  }
  void SetUp() override {}

  // Small and large objects until the disk is full; returns how many were acknowledged.
  uint64_t Fill(const std::string& prefix) {
    for (uint64_t i = 0;; ++i) {
      auto put = TryPut(prefix + std::to_string(i), MakeBytes(i, SizeOf(i)));
      if (put) continue;
      EXPECT_EQ(put.error().reason(), reason::kNoSpace) << put.error().message();
      return i;
    }
  }
  static size_t SizeOf(uint64_t i) { return i % 4 == 0 ? kLarge : kSmall; }
  void ExpectAll(const std::string& prefix, uint64_t count) {
    for (uint64_t i = 0; i < count; ++i) {
      ASSERT_EQ(Brief(Get(prefix + std::to_string(i))), Brief(MakeBytes(i, SizeOf(i))))
          << prefix << i;
    }
    EXPECT_EQ(Get(prefix + std::to_string(count)), "<no_such_key>");
  }
};

// In a mount namespace of its own, which only a process with one thread may enter.
TEST_F(FullDiskTest, DISABLED_OnATinyMount) {
  const std::string& mount_point = directory_.path();
  if (::unshare(CLONE_NEWNS) != 0 && ::unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0) {
    ::_exit(kNotPermitted);
  }
  ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr);
  if (::mount("none", mount_point.c_str(), "tmpfs", 0, "size=40m") != 0) ::_exit(kNotPermitted);
  options_.directory = mount_point + "/drive";
  Reopen();
  ASSERT_TRUE(store_->CreateBucket("bucket", {}));
  // Somebody else takes most of the room, and what is left at every stage of filling.
  std::ofstream(mount_point + "/ballast") << std::string(12 << 20, 'x');
  uint64_t first = Fill("a");
  EXPECT_GT(first, 10u);
  {
    std::ofstream rest(mount_point + "/rest");
    std::string chunk(4096, 'x');
    while (rest.write(chunk.data(), 4096) && rest.flush()) {
    }
  }
  uint64_t tiny = Fill("tiny");
  ExpectAll("a", first);

  // Room again: the same store goes on.
  std::filesystem::remove(mount_point + "/rest");
  std::filesystem::remove(mount_point + "/ballast");
  uint64_t second = Fill("b");
  EXPECT_GT(second, 10u);
  ExpectAll("a", first);
  ExpectAll("b", second);

  // Full again, and opened so; deleting helps once there is a little room for the index.
  std::vector<std::string> keys;
  for (uint64_t i = 0; i < second; ++i) keys.push_back("b" + std::to_string(i));
  store_.reset();
  auto opened = ObjectStore::Open(options_, *posix_, clock_, random_, logger_);
  if (opened) {
    store_ = std::move(*opened);
  } else {
    EXPECT_EQ(opened.error().reason(), reason::kNoSpace) << opened.error().message();
    ASSERT_EQ(::mount("none", mount_point.c_str(), "tmpfs", MS_REMOUNT, "size=60m"), 0);
    Reopen();
  }
  ExpectAll("a", first);
  ExpectAll("tiny", tiny);
  ExpectAll("b", second);
  auto deleted = DeleteKeys(*store_, "bucket", keys);
  if (!deleted) {
    EXPECT_EQ(deleted.error().reason(), reason::kNoSpace) << deleted.error().message();
    ASSERT_EQ(::mount("none", mount_point.c_str(), "tmpfs", MS_REMOUNT, "size=80m"), 0);
    ASSERT_TRUE(DeleteKeys(*store_, "bucket", keys));
  }
  EXPECT_GT(Fill("c"), 10u);
  store_.reset();
  if (HasFailure()) ::_exit(1);
}

TEST_F(FullDiskTest, RefusesWritesAndGoesOnWhenThereIsRoom) {
  ChildProcess child("FullDiskTest.DISABLED_OnATinyMount", directory_.path());
  int code = child.Wait();
  if (code == kNotPermitted) {
    GTEST_SKIP() << "mounting a small file system is not permitted here";
  }
  EXPECT_EQ(code, 0) << "the failures are above";
}

}  // namespace
}  // namespace penstock::store
