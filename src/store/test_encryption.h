// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "keys/test_keys.h"
#include "store/test_store.h"

// What the tests of encryption share. Not part of the library.
namespace penstock::store {

inline constexpr size_t kPart = 5 << 20;

inline crypto::Secret CustomerKey(char c) { return crypto::Secret::Of(std::string(32, c)); }

inline EncryptionRequest Request(EncryptionKind kind) {
  EncryptionRequest request;
  request.kind = kind;
  if (kind == EncryptionKind::kNamedKey) {
    request.key_name = "named";
    request.context = {{"department", "census"}};
  }
  if (kind == EncryptionKind::kCustomerKey) request.customer_key = CustomerKey('c');
  return request;
}

class EncryptionTest : public StoreTest {
 protected:
  EncryptionTest() {
    options_.master_keys = &masters_;
    options_.block_size = 256 << 10;
  }
  void SetUp() override {
    StoreTest::SetUp();
    ASSERT_TRUE(store_->CreateBucket("bucket", {}));
    ASSERT_TRUE(store_->key_ring()->Create("named"));
  }

  ObjectInfo PutEncrypted(std::string_view key, std::string_view bytes, EncryptionKind kind) {
    PutOptions options;
    options.encryption = Request(kind);
    auto info = TryPut(key, bytes, options);
    EXPECT_TRUE(info) << info.error().message();
    return info ? *info : ObjectInfo{};
  }
  static ReadOptions Reading(EncryptionKind kind) { return {"", Request(kind).customer_key}; }
  std::unique_ptr<ObjectReader> Open(std::string_view key, EncryptionKind kind) {
    auto reader = store_->OpenObject("bucket", key, Reading(kind));
    EXPECT_TRUE(reader) << reader.error().message();
    return reader ? std::move(*reader) : nullptr;
  }
  // The bytes, or why there are none.
  std::string Read(std::string_view key, EncryptionKind kind) {
    auto reader = store_->OpenObject("bucket", key, Reading(kind));
    return reader ? ReadWhole(**reader) : Describe(reader.error());
  }

  CompletedPart PutPart(std::string_view key, const std::string& upload, int number,
                        std::string_view bytes, EncryptionKind kind) {
    base::StringSource source(bytes);
    auto part =
        store_->PutPart("bucket", key, upload, number, source, {Request(kind).customer_key, {}});
    EXPECT_TRUE(part) << part.error().message();
    return {number, part ? part->etag : ""};
  }
  // An object of three parts: 5 MiB, 5 MiB and a byte, 100 bytes.
  std::string PutMultipart(std::string_view key, EncryptionKind kind) {
    UploadOptions options;
    options.encryption = Request(kind);
    std::string upload = store_->CreateUpload("bucket", key, options).value();
    std::string a = MakeBytes(1, kPart), b = MakeBytes(2, kPart + 1), c = MakeBytes(3, 100);
    PutPart(key, upload, 2, c, kind);  // replaced below
    std::vector<CompletedPart> parts = {PutPart(key, upload, 1, a, kind),
                                        PutPart(key, upload, 2, b, kind),
                                        PutPart(key, upload, 7, c, kind)};
    CompleteOptions complete;
    complete.customer_key = Request(kind).customer_key;
    auto info = store_->CompleteUpload("bucket", key, upload, parts, complete);
    EXPECT_TRUE(info) << info.error().message();
    return a + b + c;
  }

  keys::MemoryMasterKeys masters_;
};

// For each kind of encryption.
class EncryptionKindsTest : public EncryptionTest,
                            public testing::WithParamInterface<EncryptionKind> {};

inline auto EveryEncryption() {
  return testing::Values(EncryptionKind::kServerKey, EncryptionKind::kNamedKey,
                         EncryptionKind::kCustomerKey);
}
inline std::string NameOfEncryption(const testing::TestParamInfo<EncryptionKind>& kind) {
  constexpr const char* kNames[] = {"None", "Server", "Named", "Customer"};
  return kNames[static_cast<size_t>(kind.param)];
}

}  // namespace penstock::store
