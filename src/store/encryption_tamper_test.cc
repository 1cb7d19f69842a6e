// SPDX-License-Identifier: Apache-2.0
#include <functional>
#include <string>

#include <gtest/gtest.h>

#include "base/encoding.h"
#include "crypto/checksum.h"
#include "store/drive.h"
#include "store/drive_index.h"
#include "store/package_cipher.h"
#include "store/records.h"
#include "store/row_key.h"
#include "store/test_encryption.h"

namespace penstock::store {
namespace {

// Somebody with the drive in hand, who can make every checksum right.
class EncryptionTamperTest : public EncryptionKindsTest {
 protected:
  // Changes the index while the store is closed, as somebody with the drive in hand could.
  void EditIndex(const std::function<void(Index&, IndexBatch&)>& edit) {
    store_.reset();
    IndexOptions options;
    options.directory = DrivePaths(options_.directory).index;
    auto index = DriveIndex::Open(options);
    ASSERT_TRUE(index) << index.error().message();
    IndexBatch batch;
    edit(**index, batch);
    ASSERT_TRUE((*index)->Commit(batch));
    index->reset();
    Reopen();
  }
  template <typename Record>
  static Record Row(Index& index, std::string_view row) {
    return Record::Decode(index.Get(row).value().value()).value();
  }
  std::string ObjectRow(std::string_view key) {
    return row_key::Object(store_->GetBucket("bucket").value()->id, key);
  }
};

INSTANTIATE_TEST_SUITE_P(Kinds, EncryptionTamperTest, EveryEncryption(), NameOfEncryption);

// Every byte of a small object's package and of a sealed key, each of an object of its own.
TEST_P(EncryptionTamperTest, NoChangedByteIsServed) {
  constexpr size_t kPackage = 12 + 16, kSealed = 32 + 32 + 16;
  std::vector<std::string> rows;
  for (size_t i = 0; i < kPackage + kSealed; ++i) {
    PutEncrypted("k" + std::to_string(i), "twelve bytes", GetParam());
    rows.push_back(ObjectRow("k" + std::to_string(i)));
  }
  EditIndex([&](Index& index, IndexBatch& batch) {
    for (size_t i = 0; i < rows.size(); ++i) {
      auto object = Row<ObjectRecord>(index, rows[i]);
      std::string content_row = row_key::Content(object.content);
      auto content = Row<ContentRecord>(index, content_row);
      ASSERT_EQ(content.bytes.size(), kPackage);
      ASSERT_EQ(object.encryption.sealed.size(), kSealed);
      char& byte = i < kPackage ? content.bytes[i] : object.encryption.sealed[i - kPackage];
      byte = static_cast<char>(byte ^ (1 << i % 8));
      batch.Put(rows[i], object.Encode());
      batch.Put(content_row, content.Encode());
    }
  });
  bool customers = GetParam() == EncryptionKind::kCustomerKey;
  for (size_t i = 0; i < rows.size(); ++i) {
    EXPECT_EQ(Read("k" + std::to_string(i), GetParam()),
              i >= kPackage && customers ? "<wrong_customer_key>" : "<data loss>")
        << i;
  }
}

TEST_P(EncryptionTamperTest, SwappedContentsDoNotOpen) {
  PutEncrypted("a", "the bytes of a", GetParam());
  PutEncrypted("b", "the bytes of b", GetParam());
  std::string a_row = ObjectRow("a"), b_row = ObjectRow("b");
  EditIndex([&](Index& index, IndexBatch& batch) {
    auto a = Row<ObjectRecord>(index, a_row), b = Row<ObjectRecord>(index, b_row);
    std::swap(a.content, b.content);
    batch.Put(a_row, a.Encode());
    batch.Put(b_row, b.Encode());
  });
  EXPECT_EQ(Read("a", GetParam()), "<data loss>");
  EXPECT_EQ(Read("b", GetParam()), "<data loss>");
}

TEST_P(EncryptionTamperTest, AnObjectUnderAnotherNameDoesNotOpen) {
  PutEncrypted("a", "the bytes of a", GetParam());
  std::string a_row = ObjectRow("a"), b_row = ObjectRow("b");
  EditIndex([&](Index& index, IndexBatch& batch) {
    batch.Put(b_row, Row<ObjectRecord>(index, a_row).Encode());
  });
  bool customers = GetParam() == EncryptionKind::kCustomerKey;
  EXPECT_EQ(Read("b", GetParam()), customers ? "<wrong_customer_key>" : "<data loss>");
  EXPECT_EQ(Read("a", GetParam()), "the bytes of a");
}

// What the index says of the parts is changed so that sizes still agree.
TEST_P(EncryptionTamperTest, PartsCannotBeMovedOrLeftOut) {
  PutMultipart("k", GetParam());
  std::string row = ObjectRow("k");
  using Edit = std::function<void(ObjectRecord&, ContentRecord&)>;
  std::vector<Edit> edits = {
      [](ObjectRecord&, ContentRecord& content) { std::swap(content.parts[0], content.parts[1]); },
      [](ObjectRecord& object, ContentRecord& content) {
        object.size -= content.parts[1].size;
        content.parts.erase(content.parts.begin() + 1);
      },
      [](ObjectRecord& object, ContentRecord& content) {
        object.size -= content.parts.back().size;
        content.parts.pop_back();
      },
      [](ObjectRecord&, ContentRecord& content) {
        std::swap(content.parts[0].number, content.parts[2].number);
      },
      [](ObjectRecord& object, ContentRecord& content) {
        object.encryption.layout.clear();
        std::swap(content.parts[0].file, content.parts[1].file);
        std::swap(content.parts[0].size, content.parts[1].size);
      }};
  for (size_t i = 0; i < edits.size(); ++i) {
    ObjectRecord kept_object;
    ContentRecord kept_content;
    EditIndex([&](Index& index, IndexBatch& batch) {
      kept_object = Row<ObjectRecord>(index, row);
      kept_content = Row<ContentRecord>(index, row_key::Content(kept_object.content));
      ObjectRecord object = kept_object;
      ContentRecord content = kept_content;
      edits[i](object, content);
      batch.Put(row, object.Encode());
      batch.Put(row_key::Content(object.content), content.Encode());
    });
    EXPECT_EQ(Read("k", GetParam()), "<data loss>") << i;
    EditIndex([&](Index&, IndexBatch& batch) {
      batch.Put(row, kept_object.Encode());
      batch.Put(row_key::Content(kept_object.content), kept_content.Encode());
    });
  }
  EXPECT_EQ(Read("k", GetParam()).size(), 2 * kPart + 101);
}

// A file is changed and its checksums with it.
TEST_P(EncryptionTamperTest, PackagesOfAFileCannotBeMovedOrCutOff) {
  std::string bytes = MakeBytes(4, 4 * kPackageBytes);
  PutEncrypted("k", bytes, GetParam());
  std::string row = ObjectRow("k");
  auto edit = [&](const std::function<void(std::string&, ObjectRecord&, ContentRecord&)>& change) {
    EditIndex([&](Index& index, IndexBatch& batch) {
      auto object = Row<ObjectRecord>(index, row);
      auto content = Row<ContentRecord>(index, row_key::Content(object.content));
      std::string name = base::HexEncode(row_key::File(content.parts[0].file).substr(1));
      std::string path = DrivePaths(options_.directory).data + "/" + name.substr(14) + "/" + name;
      std::string stored = sys::ReadFile(*posix_, path, 1 << 20).value();
      change(stored, object, content);
      ASSERT_TRUE(sys::WriteFileAtomically(*posix_, path, stored));
      FileRecord file{stored.size(), static_cast<uint32_t>(options_.block_size), {}};
      for (size_t at = 0; at < stored.size(); at += options_.block_size) {
        file.block_sums.push_back(
            crypto::Crc32c(std::string_view(stored).substr(at, options_.block_size)));
      }
      batch.Put(row_key::File(content.parts[0].file), file.Encode());
      batch.Put(row_key::Content(object.content), content.Encode());
      batch.Put(row, object.Encode());
    });
  };
  auto swap_packages = [](std::string& stored, ObjectRecord&, ContentRecord&) {
    std::swap_ranges(stored.begin(), stored.begin() + kSealedPackageBytes,
                     stored.begin() + kSealedPackageBytes);
  };
  edit(swap_packages);
  EXPECT_EQ(Read("k", GetParam()), "<data loss>");
  edit(swap_packages);
  EXPECT_EQ(Brief(Read("k", GetParam())), Brief(bytes));
  edit([](std::string& stored, ObjectRecord& object, ContentRecord& content) {
    stored.resize(3 * kSealedPackageBytes);
    object.size = content.parts[0].size = 3 * kPackageBytes;
  });
  auto reader = Open("k", GetParam());
  base::StringSink sink;
  EXPECT_EQ(Describe(reader->Read(0, 3 * kPackageBytes, sink)), "<data loss>");
  EXPECT_EQ(sink.text().size(), 2 * kPackageBytes);  // and nothing of the one that does not open
}

}  // namespace
}  // namespace penstock::store
