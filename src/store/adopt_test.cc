// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "base/encoding.h"
#include "crypto/digest.h"
#include "store/file_digests.h"
#include "store/local_objects.h"
#include "store/store_check.h"
#include "store/store_model.h"
#include "store/test_store.h"

namespace penstock::store {
namespace {

namespace fs = std::filesystem;

class AdoptTest : public StoreTest {
 protected:
  void SetUp() override {
    StoreTest::SetUp();
    ASSERT_TRUE(store_->CreateBucket("bucket", {}));
  }

  std::string Local(const std::string& bytes) {
    const std::string path = directory_.path() + "/local-" + std::to_string(number_++);
    std::ofstream(path, std::ios::binary) << bytes;
    return path;
  }
  // The file number that the system knows it by.
  static ino_t Inode(const std::string& path) {
    struct stat info;
    return ::stat(path.c_str(), &info) == 0 ? info.st_ino : 0;
  }
  std::string OnlyDataFile() const {
    std::string found;
    for (const auto& entry : fs::recursive_directory_iterator(options_.directory + "/data")) {
      if (!entry.is_regular_file()) continue;
      EXPECT_EQ(found, "");
      found = entry.path();
    }
    return found;
  }
  std::optional<ObjectInfo> Adopt(const std::string& key, const std::string& path,
                                  const PutOptions& options = {}) {
    auto adopted = LocalObjectsOf(*store_)->AdoptFile("bucket", key, path, options);
    EXPECT_TRUE(adopted) << adopted.error().message();
    return adopted ? *adopted : std::nullopt;
  }
  std::string Link(const std::string& key, const std::string& path) {
    auto linked = LocalObjectsOf(*store_)->LinkObject("bucket", key, path);
    return linked ? (*linked ? "linked" : "no") : Describe(linked.error());
  }
  static std::string Text(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(file), {});
  }

  int number_ = 0;
};

TEST_F(AdoptTest, TheFileItselfBecomesTheObject) {
  const std::string bytes = MakeBytes(1, 20'000);
  const std::string path = Local(bytes);
  const ino_t inode = Inode(path);
  auto info = Adopt("k", path);
  ASSERT_TRUE(info);
  EXPECT_FALSE(fs::exists(path));
  EXPECT_EQ(Inode(OnlyDataFile()), inode) << "it was copied";
  EXPECT_EQ(info->size, bytes.size());
  EXPECT_EQ(info->etag, base::HexEncode(crypto::Md5(bytes)));
  // What comes back is what comes of the same bytes put as ever.
  const ObjectInfo put = Put("put", bytes);
  Reopen();
  EXPECT_EQ(Brief(Get("k")), Brief(bytes));
  auto found = store_->GetObjectInfo("bucket", "k");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->etag, put.etag);
  auto reader = store_->OpenObject("bucket", "k").value();
  base::StringSink sink;
  ASSERT_TRUE(reader->Read(1000, 2100, sink));
  EXPECT_EQ(sink.text(), bytes.substr(1000, 2100));
  EXPECT_EQ(Format(store_->GetUsage("bucket").value()), Format(CountByListing(*store_, "bucket")));
  reader.reset();
  store_.reset();
  auto report = CheckStore(options_, *posix_, logger_, false);
  ASSERT_TRUE(report);
  EXPECT_TRUE(report->whole());
}

TEST_F(AdoptTest, LargeFilesHaveAnEtagThatTellsThatItIsNoMd5) {
  options_.block_size = 256 << 10;
  Reopen();
  const std::string bytes = MakeBytes(2, (20 << 20) + 7);
  auto info = Adopt("k", Local(bytes));
  ASSERT_TRUE(info);
  std::string digests;
  for (size_t at = 0; at < bytes.size(); at += kDigestStretch) {
    digests += crypto::Sha256(std::string_view(bytes).substr(at, kDigestStretch));
  }
  EXPECT_EQ(info->etag, base::HexEncode(crypto::Sha256(digests)).substr(0, 32) + "-3");
  EXPECT_EQ(Adopt("again", Local(bytes))->etag, info->etag);
  EXPECT_EQ(Brief(Get("k")), Brief(bytes));
}

TEST_F(AdoptTest, LeavesAloneWhatMustBeCopied) {
  const std::string small = Local("small");
  EXPECT_FALSE(Adopt("k", small));
  EXPECT_EQ(Text(small), "small");
  const std::string bytes = MakeBytes(3, 20'000);
  const std::string path = Local(bytes);
  {
    std::ofstream writer(path, std::ios::app);
    EXPECT_FALSE(Adopt("k", path)) << "somebody can still write to it";
  }
  PutOptions encrypted;
  encrypted.encryption.kind = EncryptionKind::kServerKey;
  EXPECT_FALSE(Adopt("k", path, encrypted));
  auto nowhere = LocalObjectsOf(*store_)->AdoptFile("nowhere", "k", path, {});
  EXPECT_EQ(Describe(nowhere), "<no_such_bucket>");
  EXPECT_EQ(Brief(Text(path)), Brief(bytes));
  EXPECT_EQ(Get("k"), "<no_such_key>");
  EXPECT_EQ(CountDataFiles(options_.directory), 0u);
}

TEST_F(AdoptTest, ReplacesWhatWasThere) {
  Put("k", MakeBytes(4, 9000));
  const std::string bytes = MakeBytes(5, 30'000);
  ASSERT_TRUE(Adopt("k", Local(bytes)));
  EXPECT_EQ(Brief(Get("k")), Brief(bytes));
  EXPECT_EQ(CountDataFiles(options_.directory), 1u);
}

TEST_F(AdoptTest, LinksTheFileOfAnObject) {
  const std::string bytes = MakeBytes(6, 20'000);
  Put("k", bytes);
  const std::string to = directory_.path() + "/linked";
  ASSERT_EQ(Link("k", to), "linked");
  EXPECT_EQ(Inode(to), Inode(OnlyDataFile()));
  // It is still there when the object is not.
  ASSERT_TRUE(DeleteKeys(*store_, "bucket", {"k"}));
  EXPECT_EQ(CountDataFiles(options_.directory), 0u);
  EXPECT_EQ(Brief(Text(to)), Brief(bytes));
  Put("small", "x");
  EXPECT_EQ(Link("small", to + "2"), "no");
}

TEST_F(AdoptTest, LinksNothingThatIsDamaged) {
  Put("k", MakeBytes(7, 20'000));
  store_.reset();
  std::fstream(OnlyDataFile(), std::ios::in | std::ios::out | std::ios::binary).write("!", 1);
  Reopen();
  const std::string to = directory_.path() + "/linked";
  EXPECT_EQ(Link("k", to), "<data loss>");
  EXPECT_FALSE(fs::exists(to));
}

TEST_F(AdoptTest, APartOfSeveralIsNotTheObject) {
  std::string upload = store_->CreateUpload("bucket", "k", {}).value();
  std::vector<CompletedPart> parts;
  for (int number : {1, 2}) {
    std::string bytes = MakeBytes(8, number == 1 ? 5 << 20 : 5000);
    base::StringSource source(bytes);
    auto part = store_->PutPart("bucket", "k", upload, number, source, {});
    ASSERT_TRUE(part);
    parts.push_back({number, part->etag});
  }
  ASSERT_TRUE(store_->CompleteUpload("bucket", "k", upload, parts, {}));
  EXPECT_EQ(Link("k", directory_.path() + "/linked"), "no");
}

}  // namespace
}  // namespace penstock::store
