// SPDX-License-Identifier: Apache-2.0
#include "store/records.h"

#include <limits>
#include <string>

#include <gtest/gtest.h>

#include "store/record_codec.h"

namespace penstock::store {
namespace {

using base::Code;

ObjectRecord SampleObject() {
  ObjectRecord object;
  object.sequence = 300;
  object.content = std::numeric_limits<uint64_t>::max();
  object.storage = Storage::kFiles;
  object.size = 5ull << 40;
  object.modified_at = base::FromMicros(-5);
  object.etag = "9e107d9d372bb6826bd81d3542a419d6-2";
  object.upload_id = "abc";
  object.metadata.content_type = "text/csv";
  object.metadata.system = {{"cache-control", "no-cache"}, {"content-encoding", "gzip"}};
  object.metadata.user = {{"", "empty"}, {"name", std::string("v\0w", 3)}};
  object.checksums = {{crypto::ChecksumKind::kCrc64Nvme, "AAAAAAAAAAA=", false},
                      {crypto::ChecksumKind::kSha256, "x-2", true}};
  object.null_version = false;
  object.attributes.tags = {{"k", "v"}};
  object.attributes.retention = {RetentionMode::kCompliance, base::FromMicros(77)};
  object.attributes.legal_hold = true;
  object.attributes.acl = "acl";
  object.attributes.owner = "owner";
  object.encryption = {EncryptionKind::kNamedKey, "name", 3, {{"c", "d"}}, "sealed", "layout"};
  return object;
}

ContentRecord SampleContent() {
  ContentRecord content;
  content.storage = Storage::kFiles;
  content.parts = {{1, 5 << 20, 1, {}, {}},
                   {900, 0, 10000, {{crypto::ChecksumKind::kCrc32, "AAAAAA==", false}}, {}}};
  return content;
}

TEST(Records, ObjectsReadBack) {
  ObjectRecord object = SampleObject();
  auto back = ObjectRecord::Decode(object.Encode());
  ASSERT_TRUE(back);
  EXPECT_EQ(back->Encode(), object.Encode());
  EXPECT_EQ(back->content, object.content);
  EXPECT_EQ(back->size, object.size);
  EXPECT_EQ(back->modified_at, object.modified_at);
  EXPECT_EQ(back->metadata.user, object.metadata.user);
  EXPECT_EQ(back->checksums[1].kind, crypto::ChecksumKind::kSha256);
  EXPECT_TRUE(back->checksums[1].composite);
  EXPECT_FALSE(back->null_version);
  EXPECT_EQ(back->attributes.tags, object.attributes.tags);
  EXPECT_EQ(back->attributes.retention, object.attributes.retention);
  EXPECT_TRUE(back->attributes.legal_hold);
  EXPECT_EQ(back->attributes.acl, "acl");
  EXPECT_EQ(back->attributes.owner, "owner");
  EXPECT_EQ(back->encryption.key_version, 3);
  EXPECT_EQ(back->encryption.context, object.encryption.context);
  EXPECT_EQ(back->encryption.layout, "layout");

  ObjectRecord marker;
  marker.delete_marker = true;
  EXPECT_TRUE(ObjectRecord::Decode(marker.Encode())->delete_marker);
}

TEST(Records, OthersReadBack) {
  auto content = ContentRecord::Decode(SampleContent().Encode());
  ASSERT_TRUE(content);
  EXPECT_EQ(content->parts[1].number, 10000);
  EXPECT_EQ(content->Encode(), SampleContent().Encode());

  ContentRecord encrypted = SampleContent();
  for (FilePart& part : encrypted.parts) part.salt = "salt" + std::to_string(part.number);
  EXPECT_EQ(ContentRecord::Decode(encrypted.Encode())->parts[1].salt, "salt10000");
  encrypted.parts[1].salt.clear();
  EXPECT_FALSE(ContentRecord::Decode(encrypted.Encode()));

  ContentRecord bytes;
  bytes.bytes = "some bytes";
  EXPECT_EQ(ContentRecord::Decode(bytes.Encode())->bytes, "some bytes");

  FileRecord file{2500, 1024, {1, 2, 0xFFFFFFFF}};
  auto file_back = FileRecord::Decode(file.Encode());
  ASSERT_TRUE(file_back);
  EXPECT_EQ(file_back->block_sums, file.block_sums);

  PartRecord part{9, 10, base::FromMicros(11), "etag", {}, "salt"};
  EXPECT_EQ(PartRecord::Decode(part.Encode())->etag, "etag");
  UploadRecord upload;
  upload.number = 12;
  upload.metadata.user = {{"k", "v"}};
  EXPECT_EQ(UploadRecord::Decode(upload.Encode())->metadata.user.at("k"), "v");
  EXPECT_EQ(NumberRecord::Decode(NumberRecord{300}.Encode())->number, 300u);
  auto adoption = AdoptionRecord::Decode(AdoptionRecord{"bucket", "a/key", 70'000}.Encode());
  ASSERT_TRUE(adoption);
  EXPECT_EQ(adoption->bucket + " " + adoption->key, "bucket a/key");
  EXPECT_EQ(adoption->size, 70'000u);
  EXPECT_EQ(DocumentRecord::Decode(DocumentRecord{"text"}.Encode())->text, "text");
}

TEST(Records, BucketsReadBack) {
  BucketRecord bucket;
  bucket.info.id = 14;
  bucket.info.created_at = base::FromMicros(15);
  bucket.info.owner = "somebody";
  bucket.info.revision = 16;
  bucket.info.versioning = Versioning::kEnabled;
  bucket.info.object_lock = true;
  bucket.info.default_retention = DefaultRetention{RetentionMode::kCompliance, 0, 7};
  bucket.info.settings = {{"cors", "<a/>"}, {"policy", "{}"}};
  auto back = BucketRecord::Decode(bucket.Encode());
  ASSERT_TRUE(back);
  EXPECT_EQ(back->Encode(), bucket.Encode());
  EXPECT_EQ(back->info.id, 14u);
  EXPECT_EQ(back->info.owner, "somebody");
  EXPECT_EQ(back->info.revision, 16u);
  EXPECT_EQ(back->info.versioning, Versioning::kEnabled);
  EXPECT_TRUE(back->info.object_lock);
  EXPECT_EQ(back->info.default_retention, bucket.info.default_retention);
  EXPECT_EQ(back->info.settings, bucket.info.settings);
}

TEST(Records, UploadsKeepWhatTheObjectIsToBe) {
  UploadRecord upload;
  upload.attributes.tags = {{"a", ""}};
  upload.attributes.legal_hold = true;
  upload.checksum = crypto::ChecksumKind::kSha1;
  upload.composite_checksum = false;
  auto back = UploadRecord::Decode(upload.Encode());
  ASSERT_TRUE(back);
  EXPECT_EQ(back->attributes.tags, upload.attributes.tags);
  EXPECT_TRUE(back->attributes.legal_hold);
  EXPECT_EQ(back->checksum, crypto::ChecksumKind::kSha1);
  EXPECT_FALSE(back->composite_checksum);
}

// Rows as they were written before there were versions, locks and settings.
TEST(Records, FirstVersionsStillRead) {
  RecordWriter bucket;
  bucket.Byte(1);
  bucket.Varint(14);
  bucket.Signed64(15);
  auto old_bucket = BucketRecord::Decode(bucket.Take());
  ASSERT_TRUE(old_bucket);
  EXPECT_EQ(old_bucket->info.revision, 14u);
  EXPECT_EQ(old_bucket->info.versioning, Versioning::kOff);

  RecordWriter object;
  object.Byte(1);
  object.Varint(300);  // sequence
  object.Varint(301);  // content
  object.Byte(1);
  object.Varint(5);
  object.Signed64(-5);
  object.Text("etag");
  object.Text("");
  for (int i = 0; i < 4; ++i) object.Byte(0);  // metadata and checksums, all empty
  auto old_object = ObjectRecord::Decode(object.Take());
  ASSERT_TRUE(old_object);
  EXPECT_EQ(old_object->content, 301u);
  EXPECT_TRUE(old_object->null_version);
  EXPECT_FALSE(old_object->delete_marker);

  RecordWriter upload;
  upload.Byte(1);
  upload.Varint(12);
  upload.Signed64(13);
  for (int i = 0; i < 3; ++i) upload.Byte(0);
  auto old_upload = UploadRecord::Decode(upload.Take());
  ASSERT_TRUE(old_upload);
  EXPECT_FALSE(old_upload->checksum);
  EXPECT_TRUE(old_upload->composite_checksum);
}

TEST(Records, AttributesThatSayNothingTakeNoRoom) {
  ObjectRecord object;
  std::string plain = object.Encode();
  object.attributes.retention.until = base::FromMicros(5);  // of no retention
  EXPECT_EQ(object.Encode(), plain);
  plain.back() = 1;  // "tags follow", and none do
  EXPECT_FALSE(ObjectRecord::Decode(plain));
  EXPECT_FALSE(ObjectRecord::Decode(plain + std::string(1, '\0')));
  plain.back() = 32;
  EXPECT_FALSE(ObjectRecord::Decode(plain));
}

// Every cut and every later version is refused, and never read past.
TEST(Records, CutOrLongerOnesAreRefused) {
  for (const std::string& text : {SampleObject().Encode(), SampleContent().Encode()}) {
    for (size_t size = 0; size < text.size(); ++size) {
      EXPECT_FALSE(ObjectRecord::Decode(text.substr(0, size)));
      EXPECT_FALSE(ContentRecord::Decode(text.substr(0, size)));
    }
    EXPECT_FALSE(ObjectRecord::Decode(text + "x"));
    EXPECT_FALSE(ContentRecord::Decode(text + "x"));
  }
  std::string newer = SampleObject().Encode();
  newer[0] = 3;
  EXPECT_EQ(ObjectRecord::Decode(newer).error().code(), Code::kDataLoss);
}

TEST(Records, HugeCountsAreRefusedBeforeMemoryIsTaken) {
  RecordWriter out;
  out.Byte(1);
  out.Byte(2);
  out.Varint(std::numeric_limits<uint64_t>::max() / 2);
  EXPECT_FALSE(ContentRecord::Decode(out.Take()));
}

TEST(Records, FilesNeedAsManySumsAsBlocks) {
  EXPECT_FALSE(FileRecord::Decode(FileRecord{2500, 1024, {1, 2}}.Encode()));
  EXPECT_FALSE(FileRecord::Decode(FileRecord{2048, 1024, {1, 2, 3}}.Encode()));
  EXPECT_FALSE(FileRecord::Decode(FileRecord{2048, 0, {}}.Encode()));
  EXPECT_TRUE(FileRecord::Decode(FileRecord{2048, 1024, {1, 2}}.Encode()));
  EXPECT_TRUE(FileRecord::Decode(FileRecord{0, 1024, {}}.Encode()));
}

TEST(Records, FilesCutIntoShardsNeedASumForEach) {
  FileRecord file{2500, 1024, std::vector<uint32_t>(12, 7), 3, 1};
  auto back = FileRecord::Decode(file.Encode());
  ASSERT_TRUE(back);
  EXPECT_TRUE(back->sharded());
  EXPECT_EQ(back->data_shards, 3);
  EXPECT_EQ(back->parity_shards, 1);
  EXPECT_EQ(back->block_sums, file.block_sums);
  file.block_sums.resize(11);
  EXPECT_FALSE(FileRecord::Decode(file.Encode()));
  EXPECT_FALSE(FileRecord::Decode(FileRecord{100, 1024, {1, 2, 3, 4}, 30, 3}.Encode()));
}

TEST(RecordCodec, VarintsHaveOneForm) {
  for (uint64_t value :
       {uint64_t{0}, uint64_t{127}, uint64_t{128}, uint64_t{1} << 63, ~uint64_t{0}}) {
    RecordWriter out;
    out.Varint(value);
    std::string text = out.Take();
    RecordReader in(text);
    EXPECT_EQ(in.Varint(), value);
    EXPECT_TRUE(in.Finish("test"));
  }
  for (std::string bad :
       {std::string("\x80\x00", 2), std::string(10, '\xFF'), std::string("\x80")}) {
    RecordReader in(bad);
    in.Varint();
    EXPECT_TRUE(in.failed());
  }
}

TEST(RecordCodec, SealsNoticeEveryFlippedBitAndAnotherKey) {
  std::string sealed = "record";
  Seal("key", sealed);
  std::string good = sealed;
  ASSERT_TRUE(Unseal("key", good));
  EXPECT_EQ(good, "record");
  for (size_t bit = 0; bit < sealed.size() * 8; ++bit) {
    std::string flipped = sealed;
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << bit % 8));
    EXPECT_EQ(Unseal("key", flipped).error().code(), Code::kDataLoss);
  }
  std::string moved = sealed;
  EXPECT_FALSE(Unseal("kez", moved));
  std::string cut = "abc";
  EXPECT_FALSE(Unseal("key", cut));
}

}  // namespace
}  // namespace penstock::store
