// SPDX-License-Identifier: Apache-2.0
#include <cstdlib>
#include <filesystem>

#include <gmock/gmock.h>
#include <zlib.h>

#include "base/encoding.h"
#include "crypto/digest.h"
#include "inventory/gzip_stream.h"
#include "inventory/inventory_scheduler.h"
#include "inventory/report_row.h"
#include "inventory/write_report.h"
#include "sys/file_system.h"
#include "text/json.h"

namespace penstock::inventory {
namespace {

using std::chrono::hours;
using testing::HasSubstr;

std::string Unpack(const std::string& packed) {
  z_stream stream{};
  EXPECT_EQ(inflateInit2(&stream, 16 + MAX_WBITS), Z_OK);
  std::string text(packed.size() * 1100 + 1000, '\0');
  std::string input = packed;
  stream.next_in = reinterpret_cast<Bytef*>(input.data());
  stream.avail_in = static_cast<uInt>(input.size());
  stream.next_out = reinterpret_cast<Bytef*>(text.data());
  stream.avail_out = static_cast<uInt>(text.size());
  EXPECT_EQ(inflate(&stream, Z_FINISH), Z_STREAM_END);
  text.resize(stream.total_out);
  inflateEnd(&stream);
  return text;
}

InventoryRule Rule() {
  InventoryRule rule;
  rule.id = "daily";
  rule.destination = "reports";
  rule.destination_prefix = "in/here";
  rule.fields = {"Size", "ETag", "ObjectLockMode"};
  return rule;
}

TEST(InventoryRule, IsKeptAsItWas) {
  InventoryRule rule = Rule();
  rule.enabled = false;
  rule.encryption = store::EncryptionKind::kNamedKey;
  rule.encryption_key = "k";
  rule.account = "123456789012";
  rule.prefix = "a\"b";
  rule.all_versions = false;
  rule.frequency = Frequency::kWeekly;
  auto back = ParseRules(FormatRules({Rule(), rule})).value();
  ASSERT_EQ(back.size(), 2u);
  EXPECT_EQ(FormatRules(back), FormatRules({Rule(), rule}));
  EXPECT_EQ(back[1].prefix, "a\"b");
  EXPECT_EQ(back[1].frequency, Frequency::kWeekly);
  EXPECT_FALSE(ParseRules("{}"));
}

TEST(ReportRow, HasAllColumnsInQuotes) {
  InventoryRule rule = Rule();
  rule.fields.assign(std::begin(kInventoryFields), std::end(kInventoryFields));
  store::ObjectInfo version;
  version.key = "a \"b\"/c";
  version.version_id = "v1";
  version.size = 7;
  version.etag = "e-2";
  version.modified_at = base::FromMicros(1'795'421'350'000'000);
  version.attributes.retention = {store::RetentionMode::kGovernance, version.modified_at};
  version.attributes.legal_hold = true;
  version.attributes.owner = "o";
  version.encryption.kind = store::EncryptionKind::kServerKey;
  version.checksums = {{crypto::ChecksumKind::kSha1, "x", false}};
  EXPECT_EQ(ReportRow("b", version, rule),
            "\"b\",\"a%20%22b%22%2Fc\",\"v1\",\"true\",\"false\",\"7\","
            "\"2026-11-23T08:09:10.000Z\",\"STANDARD\",\"e-2\",\"true\",\"SSE-S3\","
            "\"2026-11-23T08:09:10.000Z\",\"GOVERNANCE\",\"On\",\"SHA1\",\"o\"\n");
  EXPECT_EQ(ReportSchema(Rule()),
            "Bucket, Key, VersionId, IsLatest, IsDeleteMarker, Size, ETag, ObjectLockMode");
  rule = Rule();
  rule.all_versions = false;
  EXPECT_EQ(ReportSchema(rule), "Bucket, Key, Size, ETag, ObjectLockMode");
  EXPECT_EQ(ReportRow("b", version, rule),
            "\"b\",\"a%20%22b%22%2Fc\",\"7\",\"e-2\",\"GOVERNANCE\"\n");
}

TEST(GzipStream, PacksPieces) {
  GzipStream gzip;
  std::string packed;
  std::string text;
  for (int i = 0; i < 20'000; ++i) {
    std::string piece = std::to_string(i) + ",";
    gzip.Add(piece, packed);
    text += piece;
  }
  gzip.Finish(packed);
  EXPECT_LT(packed.size(), text.size());
  EXPECT_EQ(Unpack(packed), text);
}

class ReportTest : public testing::Test {
 protected:
  void SetUp() override {
    char name[] = "/tmp/penstock-inventory-XXXXXX";
    folder_ = ::mkdtemp(name);
    store::StoreOptions options;
    options.directory = folder_ + "/store";
    store_ =
        std::move(store::ObjectStore::Open(options, *files_, clock_, random_, logger_).value());
    ASSERT_TRUE(store_->CreateBucket("photos", {}));
    ASSERT_TRUE(store_->CreateBucket("reports", {}));
  }
  void TearDown() override {
    store_.reset();
    std::filesystem::remove_all(folder_);
  }
  void Put(const std::string& key) {
    base::StringSource source("12345");
    ASSERT_TRUE(store_->PutObject("photos", key, source, {}));
  }
  std::string Read(const std::string& key) {
    auto reader = store_->OpenObject("reports", key);
    EXPECT_TRUE(reader) << key;
    if (!reader) return "";
    base::StringSink sink;
    EXPECT_TRUE((*reader)->Read(0, (*reader)->info().size, sink));
    return sink.text();
  }
  void Ask(const InventoryRule& rule) {
    ASSERT_TRUE(store_->UpdateBucket("photos", [&](store::BucketInfo& bucket) -> base::Status {
      bucket.settings[std::string(store::setting::kInventory)] = FormatRules({rule});
      return {};
    }));
  }

  std::string folder_;
  base::FakeClock clock_{base::FromMicros(1'795'421'350'000'000)};
  base::SeededRandom random_{1};
  base::NullLogger logger_;
  std::unique_ptr<sys::FileSystem> files_ = sys::MakePosixFileSystem();
  std::unique_ptr<store::ObjectStore> store_;
};

TEST_F(ReportTest, HasAManifestThatNamesItsFiles) {
  std::string expected;
  for (int i = 0; i < 250; ++i) {
    std::string key = "k" + std::to_string(1000 + i);
    Put(key);
    expected += "\"photos\",\"" + key + "\",\"\",\"true\",\"false\",\"5\",\"" +
                base::HexEncode(crypto::Md5("12345")) + "\",\"\"\n";
  }
  auto key =
      WriteReport(*store_, "photos", Rule(), clock_.Now(), random_, [] { return false; }, {110});
  ASSERT_TRUE(key) << key.error().message();
  EXPECT_EQ(*key, "in/here/photos/daily/2026-11-23T08-09Z/manifest.json");
  std::string text = Read(*key);
  EXPECT_EQ(Read("in/here/photos/daily/2026-11-23T08-09Z/manifest.checksum"),
            base::HexEncode(crypto::Md5(text)));
  text::Json manifest = text::ParseJson(text).value();
  EXPECT_EQ(manifest.StringOr("sourceBucket", ""), "photos");
  EXPECT_EQ(manifest.StringOr("destinationBucket", ""), "arn:aws:s3:::reports");
  EXPECT_EQ(manifest.StringOr("creationTimestamp", ""), "1795421350000");
  std::string all;
  const auto& files = manifest.Find("files")->as_array();
  EXPECT_EQ(files.size(), 3u);
  for (const text::Json& file : files) {
    std::string packed = Read(file.StringOr("key", ""));
    EXPECT_EQ(file.IntegerOr("size", 0), static_cast<int64_t>(packed.size()));
    EXPECT_EQ(file.StringOr("MD5checksum", ""), base::HexEncode(crypto::Md5(packed)));
    all += Unpack(packed);
  }
  EXPECT_EQ(all, expected);
}

TEST_F(ReportTest, OfAnEmptyBucketIsOneEmptyFile) {
  auto key = WriteReport(*store_, "photos", Rule(), clock_.Now(), random_, [] { return false; });
  ASSERT_TRUE(key);
  EXPECT_EQ(text::ParseJson(Read(*key))->Find("files")->as_array().size(), 1u);
}

TEST_F(ReportTest, StopsInTheMiddle) {
  Put("k");
  auto key = WriteReport(*store_, "photos", Rule(), clock_.Now(), random_, [] { return true; });
  ASSERT_FALSE(key);
  EXPECT_EQ(key.error().code(), base::Code::kCancelled);
  EXPECT_TRUE(store_->ListObjects("reports", {})->objects.empty());
}

TEST_F(ReportTest, IsWrittenWhenItIsDue) {
  InventoryScheduler scheduler({}, *store_, clock_, random_, logger_);
  EXPECT_EQ(scheduler.RunPass().value(), 0);
  Ask(Rule());
  EXPECT_EQ(scheduler.RunPass().value(), 1);
  EXPECT_EQ(scheduler.RunPass().value(), 0);
  clock_.Advance(hours(23));
  EXPECT_EQ(scheduler.RunPass().value(), 0);
  clock_.Advance(hours(1));
  EXPECT_EQ(InventoryScheduler({}, *store_, clock_, random_, logger_).RunPass().value(), 1);
  InventoryRule weekly = Rule();
  weekly.frequency = Frequency::kWeekly;
  Ask(weekly);
  clock_.Advance(hours(24 * 6));
  EXPECT_EQ(scheduler.RunPass().value(), 0);
  clock_.Advance(hours(24));
  EXPECT_EQ(scheduler.RunPass().value(), 1);
  weekly.enabled = false;
  Ask(weekly);
  clock_.Advance(hours(24 * 8));
  EXPECT_EQ(scheduler.RunPass().value(), 0);
}

TEST_F(ReportTest, ThatFailedIsTriedAgainLater) {
  InventoryRule rule = Rule();
  rule.destination = "no-such-bucket";
  Ask(rule);
  InventoryScheduler scheduler({}, *store_, clock_, random_, logger_);
  EXPECT_EQ(scheduler.RunPass().value(), 0);
  ASSERT_TRUE(store_->CreateBucket("no-such-bucket", {}));
  EXPECT_EQ(scheduler.RunPass().value(), 0);
  clock_.Advance(hours(1));
  EXPECT_EQ(scheduler.RunPass().value(), 1);
}

}  // namespace
}  // namespace penstock::inventory
