// SPDX-License-Identifier: Apache-2.0
#include "store/store_check.h"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "store/drives/test_drives.h"

namespace penstock::store {
namespace {

std::vector<std::string> KindsOf(const CheckReport& report) {
  std::vector<std::string> kinds;
  for (const Finding& finding : report.findings) kinds.push_back(finding.kind);
  std::sort(kinds.begin(), kinds.end());
  kinds.erase(std::unique(kinds.begin(), kinds.end()), kinds.end());
  return kinds;
}
bool Mentions(const CheckReport& report, const std::string& kind, const std::string& place) {
  return std::any_of(report.findings.begin(), report.findings.end(), [&](const Finding& finding) {
    return finding.kind == kind && finding.place.find(place) != std::string::npos;
  });
}

class OneDriveCheckTest : public StoreTest {
 protected:
  void SetUp() override {
    StoreTest::SetUp();
    ASSERT_TRUE(store_->CreateBucket("bucket", {}));
    Put("small", "x");
    Put("large", MakeBytes(1, 9000));
    std::string upload = store_->CreateUpload("bucket", "parts", {}).value();
    std::string bytes = MakeBytes(2, 5000);
    base::StringSource source(bytes);
    ASSERT_TRUE(store_->PutPart("bucket", "parts", upload, 1, source, {}));
    store_.reset();
  }
  CheckReport Check(bool repair = false) {
    auto report = CheckStore(options_, *posix_, logger_, repair);
    EXPECT_TRUE(report) << report.error().message();
    return report ? *report : CheckReport{};
  }
  std::string PathOf(size_t size) {
    for (const auto& entry :
         std::filesystem::recursive_directory_iterator(options_.directory + "/data")) {
      if (entry.is_regular_file() && entry.file_size() == size) return entry.path();
    }
    return "";
  }
};

TEST_F(OneDriveCheckTest, AWholeStoreIsWhole) {
  CheckReport report = Check();
  EXPECT_TRUE(report.whole());
  EXPECT_THAT(KindsOf(report), testing::IsEmpty());
  EXPECT_EQ(report.versions, 2u);
  EXPECT_EQ(report.files, 2u);
  EXPECT_EQ(report.bytes, 14'000u);
}

TEST_F(OneDriveCheckTest, AnOpenStoreIsNotChecked) {
  Reopen();
  auto report = CheckStore(options_, *posix_, logger_, false);
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().code(), base::Code::kFailedPrecondition);
}

TEST_F(OneDriveCheckTest, DamageAndLossAreNamedAndNeverDropped) {
  FlipBit(PathOf(9000), 5000);
  for (bool repair : {false, true, false}) {
    CheckReport report = Check(repair);
    EXPECT_FALSE(report.whole());
    EXPECT_TRUE(Mentions(report, "damaged-block", "/data/"));
    EXPECT_TRUE(Mentions(report, "lost-object", "bucket/large"));
  }
  std::filesystem::remove(PathOf(9000));
  CheckReport report = Check(true);
  EXPECT_TRUE(Mentions(report, "missing-file", "/data/"));
  EXPECT_TRUE(Mentions(report, "lost-object", "bucket/large"));
  Reopen();
  EXPECT_TRUE(store_->GetObjectInfo("bucket", "large", "")) << "its row is still there";
  EXPECT_EQ(Get("small"), "x");
}

TEST_F(OneDriveCheckTest, OrphansAreRemovedByARepair) {
  std::string orphan = options_.directory + "/data/00/00000000000fff00";
  std::ofstream(orphan) << "x";
  CheckReport report = Check();
  EXPECT_TRUE(report.whole());
  EXPECT_TRUE(Mentions(report, "orphan-file", orphan));
  EXPECT_TRUE(std::filesystem::exists(orphan));
  report = Check(true);
  EXPECT_EQ(report.repaired, 1u);
  EXPECT_FALSE(std::filesystem::exists(orphan));
}

TEST_F(OneDriveCheckTest, RowsThatDoNotBelongTogetherAreFound) {
  IndexOptions index_options;
  index_options.directory = options_.directory + "/index";
  {
    auto index = DriveIndex::Open(index_options).value();
    IndexBatch batch;
    IndexCursor cursor = index->Scan("c", "d");
    ASSERT_TRUE(cursor.Valid());
    batch.Delete(cursor.row());                                         // a content
    batch.PutSealed(row_key::Bucket("bad"), "no record, no checksum");  // damage
    batch.Put(row_key::Document("odd"), "\x07not a document");
    ASSERT_TRUE(index->Commit(batch));
  }
  CheckReport report = Check(true);
  EXPECT_TRUE(Mentions(report, "lost-object", "bucket/small"));
  EXPECT_TRUE(Mentions(report, "damaged-row", "b bad"));
  EXPECT_TRUE(Mentions(report, "damaged-row", "d odd"));
  EXPECT_EQ(report.repaired, 0u);
}

class SeveralDrivesCheckTest : public DrivesTest {
 protected:
  void SetUp() override {
    DrivesTest::SetUp();
    Put("small", "x");
    Put("large", MakeBytes(1, 9000));
    Put("larger", MakeBytes(2, 30'000));
    store_.reset();
  }
  CheckReport Check(bool repair = false) {
    auto report = CheckStore(options_, *posix_, logger_, repair);
    EXPECT_TRUE(report) << report.error().message();
    return report ? *report : CheckReport{};
  }
};

TEST_F(SeveralDrivesCheckTest, AWholeStoreIsWhole) {
  CheckReport report = Check();
  EXPECT_TRUE(report.whole());
  EXPECT_THAT(KindsOf(report), testing::IsEmpty());
  EXPECT_EQ(report.files, 2u);
  EXPECT_EQ(report.bytes, 78'000u);
}

TEST_F(SeveralDrivesCheckTest, ShardsAreVerifiedAndRepaired) {
  std::filesystem::remove(ShardsOn(0).at(0));
  FlipBit(ShardsOn(1).at(0), 10);
  CheckReport report = Check();
  EXPECT_FALSE(report.whole());
  EXPECT_THAT(KindsOf(report), testing::ElementsAre("damaged-shard", "missing-shard"));
  EXPECT_EQ(report.repaired, 0u);
  report = Check(true);
  EXPECT_TRUE(report.whole());
  EXPECT_EQ(report.repaired, 2u);
  EXPECT_THAT(KindsOf(Check()), testing::IsEmpty());
  ExpectWhole();
}

TEST_F(SeveralDrivesCheckTest, WhatIsBeyondParityIsLossAndStays) {
  for (int drive : {0, 1, 2}) {
    for (const std::string& shard : ShardsOn(drive)) FlipBit(shard, 10);
  }
  CheckReport report = Check(true);
  EXPECT_TRUE(Mentions(report, "lost-object", "bucket/large"));
  EXPECT_EQ(report.lost, 4u);  // two files, two objects
  OpenDrives();
  EXPECT_TRUE(store_->GetObjectInfo("bucket", "large", ""));
}

TEST_F(SeveralDrivesCheckTest, ReplicasThatDifferAreMadeEqual) {
  IndexOptions index_options;
  index_options.directory = DrivePath(2) + "/index";
  {
    auto index = DriveIndex::Open(index_options).value();
    IndexBatch batch;
    batch.PutSealed(row_key::Bucket("bucket"), "damaged");
    batch.Put(row_key::Document("extra"), "only here");
    IndexCursor cursor = index->Scan("o", "p");
    ASSERT_TRUE(cursor.Valid());
    batch.Delete(cursor.row());
    ASSERT_TRUE(index->Commit(batch));
  }
  CheckReport report = Check();
  EXPECT_THAT(KindsOf(report), testing::ElementsAre("replica-differs"));
  EXPECT_EQ(report.damaged, 3u);
  report = Check(true);
  EXPECT_EQ(report.repaired, 3u);
  EXPECT_THAT(KindsOf(Check()), testing::IsEmpty());
  ExpectWhole();
}

TEST_F(SeveralDrivesCheckTest, DrivesThatAreAwayAreSaid) {
  PullOut(3);
  CheckReport report = Check();
  EXPECT_TRUE(Mentions(report, "missing-drive", DrivePath(3)));
  EXPECT_EQ(report.lost, 0u);
  PutBack(3);
  EXPECT_TRUE(Check().whole());
}

}  // namespace
}  // namespace penstock::store
