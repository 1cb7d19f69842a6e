// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/encoding.h"
#include "crypto/digest.h"
#include "store/await_data_files.h"
#include "store/test_store.h"

namespace penstock::store {
namespace {

constexpr size_t kPart = 5 << 20;

class UploadsTest : public StoreTest {
 protected:
  UploadsTest() { options_.block_size = 256 << 10; }
  void SetUp() override {
    StoreTest::SetUp();
    ASSERT_TRUE(store_->CreateBucket("bucket", {}));
  }

  std::string Create(std::string_view key) {
    return store_->CreateUpload("bucket", key, {}).value();
  }
  base::Result<PartInfo> TryPart(std::string_view key, const std::string& upload, int number,
                                 std::string_view bytes, const PartOptions& options = {}) {
    base::StringSource source(bytes);
    return store_->PutPart("bucket", key, upload, number, source, options);
  }
  CompletedPart Part(std::string_view key, const std::string& upload, int number,
                     std::string_view bytes) {
    auto part = TryPart(key, upload, number, bytes);
    EXPECT_TRUE(part) << part.error().message();
    return {number, part->etag};
  }
  base::Result<ObjectInfo> Complete(std::string_view key, const std::string& upload,
                                    const std::vector<CompletedPart>& parts,
                                    const WriteCondition& condition = {}) {
    return store_->CompleteUpload("bucket", key, upload, parts, {condition, {}});
  }
};

TEST_F(UploadsTest, PartsBecomeOneObject) {
  std::string a = MakeBytes(1, kPart), b = MakeBytes(2, kPart + 1), c = MakeBytes(3, 10);
  UploadOptions options;
  options.metadata.content_type = "video/mp4";
  std::string upload = store_->CreateUpload("bucket", "k", options).value();
  CompletedPart last = Part("k", upload, 10000, c);
  CompletedPart first = Part("k", upload, 2, a);
  CompletedPart second = Part("k", upload, 3, b);
  EXPECT_EQ(Get("k"), "<no_such_key>");
  auto info = Complete("k", upload, {first, second, last});
  ASSERT_TRUE(info) << info.error().message();
  std::string md5s = crypto::Md5(a) + crypto::Md5(b) + crypto::Md5(c);
  EXPECT_EQ(info->etag, base::HexEncode(crypto::Md5(md5s)) + "-3");
  EXPECT_EQ(info->part_sizes, (std::vector<uint64_t>{kPart, kPart + 1, 10}));
  Reopen();
  EXPECT_EQ(Brief(Get("k")), Brief(a + b + c));
  auto again = store_->GetObjectInfo("bucket", "k").value();
  EXPECT_EQ(again.size, 2 * kPart + 11);
  EXPECT_EQ(again.part_sizes, info->part_sizes);
  EXPECT_EQ(again.metadata.content_type, "video/mp4");
  EXPECT_TRUE(AwaitDataFiles(options_.directory, 3));
  EXPECT_EQ(Describe(store_->ListParts("bucket", "k", upload, 0, 10)), "<no_such_upload>");
  ASSERT_TRUE(DeleteKeys(*store_, "bucket", {"k"}));
  EXPECT_TRUE(AwaitDataFiles(options_.directory, 0));
}

TEST_F(UploadsTest, RangesCrossParts) {
  std::string a = MakeBytes(1, kPart), b = MakeBytes(2, 1000);
  std::string upload = Create("k");
  auto parts = {Part("k", upload, 1, a), Part("k", upload, 2, b), Part("k", upload, 3, "")};
  ASSERT_FALSE(Complete("k", upload, parts));  // part 2 is too small in the middle
  ASSERT_TRUE(Complete("k", upload, {*parts.begin(), *(parts.begin() + 1)}));
  auto reader = store_->OpenObject("bucket", "k").value();
  std::string whole = a + b;
  for (auto [offset, length] : std::vector<std::pair<size_t, size_t>>{
           {kPart - 5, 10}, {kPart, 1000}, {kPart + 999, 1}, {kPart - 1, 1}, {0, 1}, {10, kPart}}) {
    base::StringSink sink;
    ASSERT_TRUE(reader->Read(offset, length, sink));
    EXPECT_EQ(Brief(sink.text()), Brief(whole.substr(offset, length)));
  }
}

TEST_F(UploadsTest, AReaderOfManyPartsSurvivesTheObject) {
  std::string a = MakeBytes(1, kPart), b = MakeBytes(2, 1000);
  std::string upload = Create("k");
  ASSERT_TRUE(Complete("k", upload, {Part("k", upload, 1, a), Part("k", upload, 2, b)}));
  auto reader = store_->OpenObject("bucket", "k").value();
  Put("k", "new");
  EXPECT_TRUE(AwaitDataFiles(options_.directory, 2));
  EXPECT_EQ(Brief(ReadWhole(*reader)), Brief(a + b));
  reader.reset();
  EXPECT_TRUE(AwaitDataFiles(options_.directory, 0));
}

TEST_F(UploadsTest, WrongChoicesAreRefusedAndChangeNothing) {
  std::string upload = Create("k");
  std::string a = MakeBytes(1, kPart);
  CompletedPart first = Part("k", upload, 1, a);
  CompletedPart small = Part("k", upload, 2, "small");
  CompletedPart last = Part("k", upload, 3, "last");
  EXPECT_EQ(Describe(Complete("k", upload, {})), "<bad_part>");
  EXPECT_EQ(Describe(Complete("k", upload, {last, first})), "<bad_part_order>");
  EXPECT_EQ(Describe(Complete("k", upload, {first, first})), "<bad_part_order>");
  EXPECT_EQ(Describe(Complete("k", upload, {first, {4, last.etag}})), "<bad_part>");
  EXPECT_EQ(Describe(Complete("k", upload, {first, {3, first.etag}})), "<bad_part>");
  EXPECT_EQ(Describe(Complete("k", upload, {first, small, last})), "<part_too_small>");
  EXPECT_EQ(Describe(Complete("other", upload, {first})), "<no_such_upload>");
  EXPECT_EQ(Describe(Complete("k", "unknown", {first})), "<no_such_upload>");
  WriteCondition match;
  match.if_match = "x";
  EXPECT_EQ(Describe(Complete("k", upload, {first}, match)), "<no_such_key>");
  EXPECT_EQ(Get("k"), "<no_such_key>");
  EXPECT_EQ(store_->ListParts("bucket", "k", upload, 0, 10)->size(), 3u);
  ASSERT_TRUE(Complete("k", upload, {first, last}));
  EXPECT_EQ(Brief(Get("k")), Brief(a + "last"));
  EXPECT_TRUE(AwaitDataFiles(options_.directory, 2));
}

TEST_F(UploadsTest, CompletingTwiceIsFineWhileTheObjectIsTheSame) {
  std::string upload = Create("k");
  CompletedPart one = Part("k", upload, 1, "one");
  auto first = Complete("k", upload, {one});
  ASSERT_TRUE(first);
  clock_.Advance(base::Duration(1'000'000));
  auto second = Complete("k", upload, {one});
  ASSERT_TRUE(second);
  EXPECT_EQ(second->etag, first->etag);
  EXPECT_EQ(second->modified_at, first->modified_at);
  EXPECT_EQ(second->part_sizes, first->part_sizes);
  EXPECT_EQ(Describe(Complete("k", upload, {{2, one.etag}, {3, one.etag}})), "<no_such_upload>");
  Put("k", "other");
  EXPECT_EQ(Describe(Complete("k", upload, {one})), "<no_such_upload>");
}

TEST_F(UploadsTest, APartPutAgainReplacesTheFormer) {
  std::string upload = Create("k");
  CompletedPart old = Part("k", upload, 1, "old");
  CompletedPart current = Part("k", upload, 1, "new");
  EXPECT_TRUE(AwaitDataFiles(options_.directory, 1));
  EXPECT_EQ(Describe(Complete("k", upload, {old})), "<bad_part>");
  ASSERT_TRUE(Complete("k", upload, {current}));
  EXPECT_EQ(Get("k"), "new");
}

TEST_F(UploadsTest, AbortRemovesEverything) {
  std::string upload = Create("k");
  Part("k", upload, 1, "one");
  Part("k", upload, 2, "two");
  EXPECT_EQ(Describe(store_->AbortUpload("bucket", "j", upload)), "<no_such_upload>");
  ASSERT_TRUE(store_->AbortUpload("bucket", "k", upload));
  EXPECT_EQ(Describe(store_->AbortUpload("bucket", "k", upload)), "<no_such_upload>");
  EXPECT_EQ(Describe(TryPart("k", upload, 1, "x")), "<no_such_upload>");
  EXPECT_TRUE(AwaitDataFiles(options_.directory, 0));
}

TEST_F(UploadsTest, PartNumbersAreBounded) {
  std::string upload = Create("k");
  for (int number : {-1, 0, 10001, 70000}) {
    EXPECT_EQ(Describe(TryPart("k", upload, number, "x")), "<bad_part_number>");
  }
}

TEST_F(UploadsTest, ListsPartsAndUploadsInPages) {
  std::string a1 = Create("a"), b1 = Create("b/x"), b2 = Create("b/x"), c1 = Create("c");
  for (int number : {3, 1, 300, 2}) Part("a", a1, number, std::to_string(number));
  auto numbers = [&](int after, size_t max) {
    std::vector<int> found;
    auto parts = store_->ListParts("bucket", "a", a1, after, max).value();
    for (const PartInfo& part : parts) found.push_back(part.number);
    return found;
  };
  EXPECT_EQ(numbers(0, 10), (std::vector<int>{1, 2, 3, 300}));
  EXPECT_EQ(numbers(1, 2), (std::vector<int>{2, 3}));
  EXPECT_EQ(numbers(300, 10), (std::vector<int>{}));
  EXPECT_EQ(numbers(1 << 30, 10), (std::vector<int>{}));
  EXPECT_EQ(numbers(-7, 1), (std::vector<int>{1}));

  auto list = [&](std::string_view prefix, std::string_view key, std::string_view id, size_t max) {
    std::vector<std::string> found;
    auto uploads = store_->ListUploads("bucket", prefix, key, id, max).value();
    for (const UploadInfo& upload : uploads) found.push_back(upload.upload_id);
    return found;
  };
  std::string low = std::min(b1, b2), high = std::max(b1, b2);
  using Ids = std::vector<std::string>;
  EXPECT_EQ(list("", "", "", 10), (Ids{a1, low, high, c1}));
  EXPECT_EQ(list("", "", "", 2), (Ids{a1, low}));
  EXPECT_EQ(list("", "b/x", low, 10), (Ids{high, c1}));
  EXPECT_EQ(list("", "b/x", "", 10), (Ids{c1}));
  EXPECT_EQ(list("b", "", "", 10), (Ids{low, high}));
  EXPECT_EQ(list("b", "a", "", 10), (Ids{low, high}));
  EXPECT_EQ(list("b", "c", "", 10), (Ids{}));
}

TEST_F(UploadsTest, ChecksumsOfPartsAreComposed) {
  PartOptions options;
  options.checksums = [] {
    return std::vector<ObjectChecksum>{{crypto::ChecksumKind::kCrc32, "AAAAAQ==", false},
                                       {crypto::ChecksumKind::kCrc64Nvme, "AAAAAAAAAAE=", false}};
  };
  std::string upload = Create("k");
  auto part = TryPart("k", upload, 1, "one", options);
  ASSERT_TRUE(part);
  EXPECT_EQ(part->checksums.size(), 2u);
  auto info = Complete("k", upload, {{1, part->etag}});
  ASSERT_TRUE(info);
  ASSERT_EQ(info->checksums.size(), 1u);
  auto sum = crypto::MakeChecksum(crypto::ChecksumKind::kCrc32);
  sum->Update(std::string_view("\0\0\0\1", 4));
  EXPECT_EQ(info->checksums[0].value, base::Base64Encode(sum->Finish()) + "-1");
  EXPECT_TRUE(info->checksums[0].composite);
}

}  // namespace
}  // namespace penstock::store
