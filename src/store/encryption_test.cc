// SPDX-License-Identifier: Apache-2.0
#include <filesystem>
#include <fstream>
#include <string>

#include <gtest/gtest.h>

#include "base/encoding.h"
#include "crypto/digest.h"
#include "store/package_cipher.h"
#include "store/test_encryption.h"

namespace penstock::store {
namespace {

using crypto::Secret;

INSTANTIATE_TEST_SUITE_P(Kinds, EncryptionKindsTest, EveryEncryption(), NameOfEncryption);

TEST_P(EncryptionKindsTest, ReadsBackWhatWasWritten) {
  for (size_t size : {0, 1, 4000, 4079, 4080, 4081, 4096, 65535, 65536, 65537, 131072, 300000}) {
    std::string bytes = MakeBytes(size, size);
    ObjectInfo info = PutEncrypted("k", bytes, GetParam());
    EXPECT_EQ(info.size, size);
    EXPECT_EQ(Brief(Read("k", GetParam())), Brief(bytes)) << size;
    bool is_md5 = info.etag == base::HexEncode(crypto::Md5(bytes));
    EXPECT_EQ(is_md5, GetParam() == EncryptionKind::kServerKey);
    EXPECT_EQ(info.etag.size(), 32u);
    auto found = store_->GetObjectInfo("bucket", "k").value();
    EXPECT_EQ(found.size, size);
    EXPECT_EQ(found.encryption.kind, GetParam());
  }
  Reopen();
  EXPECT_EQ(Brief(Read("k", GetParam())), Brief(MakeBytes(300000, 300000)));
}

TEST_P(EncryptionKindsTest, NothingPlainIsOnTheDrive) {
  const std::string secret = "a sentence that nobody may find on the drive";
  std::string large;
  while (large.size() < 200'000) large += secret;
  PutEncrypted("small", secret, GetParam());
  PutEncrypted("large", large, GetParam());
  store_.reset();
  size_t files = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(options_.directory)) {
    if (!entry.is_regular_file() || entry.file_size() == 0) continue;
    std::string text = sys::ReadFile(*posix_, entry.path(), 64 << 20).value();
    EXPECT_EQ(text.find(secret), std::string::npos) << entry.path();
    EXPECT_EQ(text.find(std::string(32, 'c')), std::string::npos) << entry.path();
    EXPECT_EQ(text.find(base::Base64Encode(crypto::Md5(std::string(32, 'c')))), std::string::npos);
    ++files;
  }
  EXPECT_GT(files, 3u);
}

TEST_P(EncryptionKindsTest, RangesDecryptWhatTheyTouch) {
  std::string bytes = MakeBytes(9, 5 * kPackageBytes + 77);
  PutEncrypted("k", bytes, GetParam());
  auto reader = Open("k", GetParam());
  ASSERT_TRUE(reader);
  std::vector<uint64_t> edges = {0, 1, 1000, bytes.size() - 1, bytes.size()};
  for (uint64_t edge = kPackageBytes; edge < bytes.size(); edge += kPackageBytes) {
    for (int off = -1; off <= 1; ++off) edges.push_back(edge + static_cast<uint64_t>(off));
  }
  for (uint64_t begin : edges) {
    for (uint64_t end : edges) {
      if (begin > end) continue;
      base::StringSink sink;
      ASSERT_TRUE(reader->Read(begin, end - begin, sink));
      ASSERT_EQ(sink.text(), bytes.substr(begin, end - begin)) << begin << " to " << end;
    }
  }
  base::StringSink sink;
  EXPECT_EQ(Describe(reader->Read(bytes.size(), 1, sink)), "<bad_range>");
  EXPECT_EQ(Describe(reader->Read(~uint64_t{0}, 2, sink)), "<bad_range>");
}

TEST_P(EncryptionKindsTest, ASlowReaderIsWaitedForWithoutAPackage) {
  std::string bytes = MakeBytes(9, 5 * kPackageBytes + 77);
  PutEncrypted("k", bytes, GetParam());
  auto reader = Open("k", GetParam());
  ASSERT_TRUE(reader);
  SlowSink sink;
  ASSERT_TRUE(reader->Read(100, bytes.size() - 200, sink));
  EXPECT_EQ(Brief(sink.text), Brief(bytes.substr(100, bytes.size() - 200)));
  EXPECT_EQ(sink.largest, kPackageBytes);
  EXPECT_GE(sink.waits, 30);
}

TEST_F(EncryptionTest, WhatIsDamagedWhileTheReaderIsWaitedForIsNotServed) {
  std::string bytes = MakeBytes(9, 300'000);
  PutEncrypted("k", bytes, EncryptionKind::kServerKey);
  auto reader = Open("k", EncryptionKind::kServerKey);
  ASSERT_TRUE(reader);
  SlowSink sink;
  sink.while_waiting = [&] {
    sink.while_waiting = nullptr;
    for (const auto& entry :
         std::filesystem::recursive_directory_iterator(options_.directory + "/data")) {
      if (!entry.is_regular_file()) continue;
      std::fstream file(entry.path(), std::ios::in | std::ios::out | std::ios::binary);
      file.seekp(20'000);
      file.put('x').put('y').put('z');
    }
  };
  EXPECT_EQ(Describe(reader->Read(0, bytes.size(), sink)), "<data loss>");
  EXPECT_EQ(sink.text, bytes.substr(0, 10'000));
}

TEST_P(EncryptionKindsTest, UploadsInParts) {
  std::string bytes = PutMultipart("k", GetParam());
  Reopen();
  auto reader = Open("k", GetParam());
  ASSERT_TRUE(reader);
  EXPECT_EQ(reader->info().part_sizes, (std::vector<uint64_t>{kPart, kPart + 1, 100}));
  EXPECT_EQ(Brief(ReadWhole(*reader)), Brief(bytes));
  for (uint64_t begin : {uint64_t{kPart} - 1, uint64_t{kPart}, uint64_t{2 * kPart}}) {
    for (uint64_t length : {1, 2, 101, 70'000}) {
      base::StringSink sink;
      length = std::min(length, bytes.size() - begin);
      ASSERT_TRUE(reader->Read(begin, length, sink));
      EXPECT_EQ(sink.text(), bytes.substr(begin, length)) << begin;
    }
  }
}

TEST_F(EncryptionTest, OnlyTheCustomersOwnKeyOpens) {
  PutEncrypted("k", "bytes", EncryptionKind::kCustomerKey);
  PutEncrypted("s", "bytes", EncryptionKind::kServerKey);
  Put("p", "bytes");
  auto open = [&](const char* key, const Secret& customer_key) {
    return Describe(store_->OpenObject("bucket", key, {"", customer_key}));
  };
  EXPECT_EQ(open("k", CustomerKey('c')), "ok");
  EXPECT_EQ(open("k", CustomerKey('d')), "<wrong_customer_key>");
  EXPECT_EQ(open("k", Secret::Of("short")), "<wrong_customer_key>");
  EXPECT_EQ(open("k", {}), "<customer_key_needed>");
  EXPECT_EQ(open("s", CustomerKey('c')), "<unwanted_customer_key>");
  EXPECT_EQ(open("p", CustomerKey('c')), "<unwanted_customer_key>");
  auto info = store_->OpenObject("bucket", "k", {"", CustomerKey('c')}).value()->info();
  EXPECT_EQ(info.encryption.customer_key_md5,
            base::Base64Encode(crypto::Md5(std::string(32, 'c'))));
  PutOptions options;
  options.encryption.kind = EncryptionKind::kCustomerKey;
  EXPECT_EQ(Describe(TryPut("k", "x", options)), "<customer_key_needed>");
}

TEST_F(EncryptionTest, PartsNeedTheUploadsKey) {
  UploadOptions options;
  options.encryption = Request(EncryptionKind::kCustomerKey);
  auto put = [&](const std::string& upload, const Secret& customer_key) {
    base::StringSource source("bytes");
    return store_->PutPart("bucket", "k", upload, 1, source, {customer_key, {}});
  };
  auto complete = [&](const std::string& upload, const PartInfo& part, const Secret& key) {
    CompleteOptions completing;
    completing.customer_key = key;
    return Describe(store_->CompleteUpload("bucket", "k", upload, {{1, part.etag}}, completing));
  };
  std::string upload = store_->CreateUpload("bucket", "k", options).value();
  EXPECT_EQ(Describe(put(upload, {})), "<customer_key_needed>");
  EXPECT_EQ(Describe(put(upload, CustomerKey('d'))), "<wrong_customer_key>");
  auto part = put(upload, CustomerKey('c'));
  ASSERT_TRUE(part);
  EXPECT_EQ(part->encryption.kind, EncryptionKind::kCustomerKey);
  EXPECT_EQ(complete(upload, *part, CustomerKey('d')), "<wrong_customer_key>");
  EXPECT_EQ(complete(upload, *part, {}), "ok");  // many clients do not send it here
  EXPECT_EQ(Read("k", EncryptionKind::kCustomerKey), "bytes");
}

TEST_F(EncryptionTest, KeysOfTheRingAreUsedByVersion) {
  PutEncrypted("first", "one", EncryptionKind::kNamedKey);
  PutEncrypted("own", "zero", EncryptionKind::kServerKey);
  ASSERT_TRUE(store_->key_ring()->Rotate("named"));
  ASSERT_TRUE(store_->key_ring()->Rotate(keys::kStoreKey));
  PutEncrypted("second", "two", EncryptionKind::kNamedKey);
  ASSERT_TRUE(store_->key_ring()->RotateMaster());
  Reopen();
  EXPECT_EQ(Get("first"), "one");
  EXPECT_EQ(Get("second"), "two");
  EXPECT_EQ(Get("own"), "zero");
  auto info = store_->GetObjectInfo("bucket", "first").value();
  EXPECT_EQ(info.encryption.key_name, "named");
  EXPECT_EQ(info.encryption.context.at("department"), "census");

  ASSERT_TRUE(store_->key_ring()->SetEnabled("named", false));
  EXPECT_EQ(Get("first"), "<encryption_key_disabled>");
  PutOptions options;
  options.encryption.kind = EncryptionKind::kNamedKey;
  EXPECT_EQ(Describe(TryPut("k", "x", options)), "<no_such_encryption_key>");
  options.encryption.key_name = "none";
  EXPECT_EQ(Describe(TryPut("k", "x", options)), "<no_such_encryption_key>");
}

TEST_F(EncryptionTest, AStoreDoesNotOpenWithoutItsMasterKey) {
  store_.reset();
  auto kept = masters_.keys;
  masters_.keys.clear();
  auto store = ObjectStore::Open(options_, *posix_, clock_, random_, logger_);
  ASSERT_FALSE(store);
  EXPECT_EQ(store.error().reason(), keys::reason::kMasterKeyLost);
  masters_.keys = kept;
  Reopen();
}

TEST_F(EncryptionTest, WithoutARingOnlyCustomersEncrypt) {
  options_.master_keys = nullptr;
  Reopen();
  EXPECT_EQ(store_->key_ring(), nullptr);
  PutEncrypted("k", "bytes", EncryptionKind::kCustomerKey);
  EXPECT_EQ(Read("k", EncryptionKind::kCustomerKey), "bytes");
  PutOptions options;
  options.encryption = Request(EncryptionKind::kServerKey);
  EXPECT_EQ(Describe(TryPut("s", "x", options)), "<unimplemented>");
}

TEST_F(EncryptionTest, ChecksumsAreOfThePlainBytes) {
  PutOptions options;
  options.encryption = Request(EncryptionKind::kServerKey);
  options.checksums = [] {
    return std::vector<ObjectChecksum>{{crypto::ChecksumKind::kCrc32, "AAAAAA==", false}};
  };
  auto info = TryPut("k", "bytes", options);
  ASSERT_TRUE(info);
  ASSERT_EQ(info->checksums.size(), 1u);
  EXPECT_EQ(info->checksums[0].value, "AAAAAA==");
}

}  // namespace
}  // namespace penstock::store
