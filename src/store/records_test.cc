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
  return object;
}

ContentRecord SampleContent() {
  ContentRecord content;
  content.storage = Storage::kFiles;
  content.parts = {{1, 5 << 20, 1, {}},
                   {900, 0, 10000, {{crypto::ChecksumKind::kCrc32, "AAAAAA==", false}}}};
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
}

TEST(Records, OthersReadBack) {
  auto content = ContentRecord::Decode(SampleContent().Encode());
  ASSERT_TRUE(content);
  EXPECT_EQ(content->parts[1].number, 10000);
  EXPECT_EQ(content->Encode(), SampleContent().Encode());

  ContentRecord bytes;
  bytes.bytes = "some bytes";
  EXPECT_EQ(ContentRecord::Decode(bytes.Encode())->bytes, "some bytes");

  FileRecord file{2500, 1024, {1, 2, 0xFFFFFFFF}};
  auto file_back = FileRecord::Decode(file.Encode());
  ASSERT_TRUE(file_back);
  EXPECT_EQ(file_back->block_sums, file.block_sums);

  PartRecord part{9, 10, base::FromMicros(11), "etag", {}};
  EXPECT_EQ(PartRecord::Decode(part.Encode())->etag, "etag");
  UploadRecord upload{12, base::FromMicros(13), {"a/b", {}, {{"k", "v"}}}};
  EXPECT_EQ(UploadRecord::Decode(upload.Encode())->metadata.user.at("k"), "v");
  BucketRecord bucket{14, base::FromMicros(15)};
  EXPECT_EQ(BucketRecord::Decode(bucket.Encode())->id, 14u);
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
  newer[0] = 2;
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
