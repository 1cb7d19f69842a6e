// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "store/test_store.h"
#include "store/version_id.h"

namespace penstock::store {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr auto kSecond = std::chrono::seconds(1);

class VersionsTest : public StoreTest {
 protected:
  void SetUp() override {
    StoreTest::SetUp();
    ASSERT_TRUE(store_->CreateBucket("bucket", {}));
  }
  void SetVersioning(Versioning versioning) {
    auto updated = store_->UpdateBucket("bucket", [&](BucketInfo& bucket) -> base::Status {
      bucket.versioning = versioning;
      return {};
    });
    ASSERT_TRUE(updated) << updated.error().message();
  }
  DeleteOutcome Delete(std::string_view key, std::string_view version_id = {}) {
    DeleteTarget target;
    target.key = std::string(key);
    target.version_id = std::string(version_id);
    return Delete(target);
  }
  DeleteOutcome Delete(const DeleteTarget& target) {
    auto outcomes = store_->DeleteObjects("bucket", {target});
    EXPECT_TRUE(outcomes);
    return outcomes ? std::move(outcomes->front()) : DeleteOutcome{};
  }
  std::string GetVersion(std::string_view key, std::string_view version_id) {
    ReadOptions options;
    options.version_id = std::string(version_id);
    auto reader = store_->OpenObject("bucket", key, options);
    return reader ? ReadWhole(**reader) : Describe(reader.error());
  }
  std::string Complete(std::string_view key, std::string_view upload_id, const PartInfo& part) {
    auto info = store_->CompleteUpload("bucket", key, upload_id, {{1, part.etag}}, {});
    return info ? info->version_id : Describe(info.error());
  }
  // Each as "key=id" with '*' on the newest and '-' on delete markers; ids by their order of birth.
  std::vector<std::string> List(ListVersionsOptions options = {}) {
    VersionsPage page = store_->ListVersions("bucket", options).value();
    std::vector<std::string> found;
    for (const ObjectInfo& info : page.versions) {
      found.push_back(info.key + "=" + NameOf(info.version_id) + (info.is_latest ? "*" : "") +
                      (info.delete_marker ? "-" : ""));
      auto same = store_->GetObjectInfo("bucket", info.key, info.version_id);
      EXPECT_TRUE(same) << info.key;
      if (!same) continue;
      EXPECT_EQ(same->is_latest, info.is_latest) << found.back();
      EXPECT_EQ(same->delete_marker, info.delete_marker) << found.back();
    }
    for (const std::string& prefix : page.common_prefixes) found.push_back(prefix);
    if (page.truncated) found.push_back("...");
    page_ = std::move(page);
    return found;
  }
  // Gives a version a name for List().
  std::string Name(std::string version_id, std::string name) {
    names_[version_id] = std::move(name);
    return version_id;
  }
  std::string NameOf(const std::string& version_id) {
    auto found = names_.find(version_id);
    return found == names_.end() ? version_id : found->second;
  }

  VersionsPage page_;
  std::map<std::string, std::string> names_;
};

TEST(VersionId, LeadsBackAndDoesNotCount) {
  for (uint64_t sequence :
       {uint64_t{0}, uint64_t{1}, uint64_t{2}, uint64_t{1} << 40, ~uint64_t{0}}) {
    std::string id = FormatVersionId(sequence);
    EXPECT_EQ(id.size(), 16u);
    EXPECT_EQ(ParseVersionId(id), sequence);
  }
  EXPECT_NE(FormatVersionId(1).substr(0, 8), FormatVersionId(2).substr(0, 8));
  for (const char* bad : {"", "null", "0123456789abcde", "0123456789abcdef0", "0123456789ABCDEF"}) {
    EXPECT_EQ(ParseVersionId(bad), std::nullopt) << bad;
  }
}

TEST_F(VersionsTest, WithoutVersioningThereIsOneWithoutAnId) {
  EXPECT_EQ(Put("k", "1").version_id, "");
  EXPECT_EQ(Put("k", "2").version_id, "");
  EXPECT_EQ(GetVersion("k", "null"), "2");
  EXPECT_THAT(List(), ElementsAre("k=*"));
  EXPECT_EQ(GetVersion("k", "0123456789abcdef"), "<no_such_version>");
  DeleteOutcome other = Delete("k", "0123456789abcdef");
  EXPECT_TRUE(other.status);
  EXPECT_EQ(other.version_id, "0123456789abcdef");
  EXPECT_EQ(Get("k"), "2");
  DeleteOutcome gone = Delete("k", "null");
  EXPECT_TRUE(gone.status);
  EXPECT_FALSE(gone.delete_marker);
  EXPECT_EQ(Get("k"), "<no_such_key>");
}

TEST_F(VersionsTest, EnabledKeepsThemAll) {
  Put("k", "zero");
  SetVersioning(Versioning::kEnabled);
  std::string first = Name(Put("k", "one").version_id, "one");
  std::string second = Name(Put("k", std::string(20'000, 'x')).version_id, "two");
  EXPECT_THAT(List(), ElementsAre("k=two*", "k=one", "k=null"));
  EXPECT_EQ(GetVersion("k", first), "one");
  EXPECT_EQ(GetVersion("k", "null"), "zero");
  EXPECT_EQ(GetVersion("k", second).size(), 20'000u);

  DeleteOutcome marker = Delete("k");
  EXPECT_TRUE(marker.delete_marker);
  Name(marker.version_id, "marker");
  EXPECT_THAT(List(), ElementsAre("k=marker*-", "k=two", "k=one", "k=null"));
  EXPECT_EQ(Get("k"), "<no_such_key>");
  EXPECT_EQ(GetVersion("k", marker.version_id), "<delete_marker>");
  auto info = store_->GetObjectInfo("bucket", "k");
  ASSERT_TRUE(info);
  EXPECT_TRUE(info->delete_marker);
  EXPECT_EQ(info->version_id, marker.version_id);
  EXPECT_TRUE(store_->ListObjects("bucket", {})->objects.empty());

  Reopen();
  DeleteOutcome undone = Delete("k", marker.version_id);
  EXPECT_TRUE(undone.delete_marker);
  EXPECT_EQ(undone.version_id, marker.version_id);
  EXPECT_THAT(List(), ElementsAre("k=two*", "k=one", "k=null"));
  EXPECT_EQ(Get("k").size(), 20'000u);
  EXPECT_EQ(CountDataFiles(options_.directory), 1u);
  EXPECT_FALSE(Delete("k", second).delete_marker);
  EXPECT_EQ(CountDataFiles(options_.directory), 0u);
  EXPECT_EQ(Get("k"), "one");
  EXPECT_TRUE(Delete("k", "null").status);
  EXPECT_THAT(List(), ElementsAre("k=one*"));
  EXPECT_EQ(GetVersion("k", "null"), "<no_such_version>");
  EXPECT_TRUE(Delete("k", first).status);
  EXPECT_THAT(List(), IsEmpty());
  EXPECT_TRUE(store_->DeleteBucket("bucket"));
}

TEST_F(VersionsTest, DeletingWhatIsNotThereLeavesAMarkerToo) {
  SetVersioning(Versioning::kEnabled);
  Name(Delete("k").version_id, "a");
  Name(Delete("k").version_id, "b");
  EXPECT_THAT(List(), ElementsAre("k=b*-", "k=a-"));
  EXPECT_EQ(Describe(store_->DeleteBucket("bucket")), "<bucket_not_empty>");
  Name(Put("k", "x").version_id, "x");
  EXPECT_THAT(List(), ElementsAre("k=x*", "k=b-", "k=a-"));
  Delete("k", page_.versions[0].version_id);
  EXPECT_THAT(List(), ElementsAre("k=b*-", "k=a-"));
  EXPECT_EQ(Get("k"), "<no_such_key>");
}

TEST_F(VersionsTest, SuspendedReplacesTheNullVersionWhereverItIs) {
  SetVersioning(Versioning::kEnabled);
  Name(Put("k", "a").version_id, "a");
  SetVersioning(Versioning::kSuspended);
  EXPECT_EQ(Put("k", std::string(9000, 'n')).version_id, "null");
  EXPECT_THAT(List(), ElementsAre("k=null*", "k=a"));
  EXPECT_EQ(Put("k", "n2").version_id, "null");
  EXPECT_EQ(CountDataFiles(options_.directory), 0u);
  EXPECT_THAT(List(), ElementsAre("k=null*", "k=a"));
  SetVersioning(Versioning::kEnabled);
  Name(Put("k", "b").version_id, "b");
  EXPECT_THAT(List(), ElementsAre("k=b*", "k=null", "k=a"));
  SetVersioning(Versioning::kSuspended);
  DeleteOutcome marker = Delete("k");
  EXPECT_TRUE(marker.delete_marker);
  EXPECT_EQ(marker.version_id, "null");
  EXPECT_THAT(List(), ElementsAre("k=null*-", "k=b", "k=a"));
  EXPECT_EQ(GetVersion("k", "null"), "<delete_marker>");
  EXPECT_EQ(Delete("k").version_id, "null");  // a marker in the place of a marker
  EXPECT_THAT(List(), ElementsAre("k=null*-", "k=b", "k=a"));
  Put("k", "n3");
  EXPECT_THAT(List(), ElementsAre("k=null*", "k=b", "k=a"));
  EXPECT_TRUE(Delete("k", "null").status);
  EXPECT_THAT(List(), ElementsAre("k=b*", "k=a"));
  EXPECT_EQ(Get("k"), "b");
}

TEST_F(VersionsTest, WrongIdsAreNoVersions) {
  SetVersioning(Versioning::kEnabled);
  std::string id = Put("k", "a").version_id;
  std::string other = Put("other", "b").version_id;
  std::string tampered = id;
  tampered[3] = tampered[3] == '0' ? '1' : '0';
  for (const std::string& wrong :
       {tampered, other, std::string("null"), std::string("x"), id + "0", std::string(3000, 'a')}) {
    EXPECT_EQ(GetVersion("k", wrong), "<no_such_version>");
    EXPECT_EQ(Describe(store_->GetObjectInfo("bucket", "k", wrong)), "<no_such_version>");
    EXPECT_EQ(Describe(store_->GetObjectParts("bucket", "k", wrong)), "<no_such_version>");
    EXPECT_EQ(Describe(store_->SetTags("bucket", "k", wrong, {})), "<no_such_version>");
    EXPECT_TRUE(Delete("k", wrong).status);
  }
  EXPECT_EQ(GetVersion("k", id), "a");
}

TEST_F(VersionsTest, ABatchSeesWhatItDidBefore) {
  SetVersioning(Versioning::kEnabled);
  std::vector<DeleteTarget> targets;
  for (int i = 0; i < 50; ++i) {
    DeleteTarget target;
    target.key = "k";
    target.version_id = Put("k", "x").version_id;
    targets.push_back(target);
  }
  // The newest first, the oldest first, one twice; a marker in between; then one that is there.
  std::reverse(targets.begin(), targets.begin() + 25);
  targets.push_back(targets[3]);
  DeleteTarget marker;
  marker.key = "k";
  targets.insert(targets.begin() + 30, marker);
  DeleteTarget keep = targets.back();
  targets.erase(std::remove_if(targets.begin(), targets.end(),
                               [&](auto& t) { return t.version_id == keep.version_id; }),
                targets.end());
  auto outcomes = store_->DeleteObjects("bucket", targets).value();
  ASSERT_EQ(outcomes.size(), targets.size());
  std::string made;
  for (const DeleteOutcome& outcome : outcomes) {
    EXPECT_TRUE(outcome.status);
    if (outcome.delete_marker) made = outcome.version_id;
  }
  Name(made, "marker");
  Name(keep.version_id, "kept");
  EXPECT_THAT(List(), ElementsAre("k=marker*-", "k=kept"));
  EXPECT_TRUE(Delete("k", made).delete_marker);
  EXPECT_EQ(Get("k"), "x");
}

TEST_F(VersionsTest, OutcomesAreTheTargetsOwn) {
  Put("a", "1");
  DeleteTarget good, bad, absent;
  good.key = "a";
  absent.key = "absent";
  auto outcomes = store_->DeleteObjects("bucket", {bad, good, absent, good}).value();
  EXPECT_EQ(Describe(outcomes[0].status), "<bad_key>");
  for (int i = 1; i < 4; ++i) EXPECT_TRUE(outcomes[static_cast<size_t>(i)].status);
  EXPECT_EQ(Get("a"), "<no_such_key>");
  EXPECT_EQ(Describe(store_->DeleteObjects("absent", {good})), "<no_such_bucket>");
}

TEST_F(VersionsTest, DeletesHaveConditions) {
  ObjectInfo info = Put("k", "12345");
  auto describe = [&](const std::function<void(DeleteTarget&)>& change) {
    DeleteTarget target;
    target.key = "k";
    change(target);
    return Describe(Delete(target).status);
  };
  EXPECT_EQ(describe([](auto& t) { t.if_match = "other"; }), "<condition_failed>");
  EXPECT_EQ(describe([](auto& t) { t.if_size = 4; }), "<condition_failed>");
  EXPECT_EQ(describe([&](auto& t) { t.if_modified_at = info.modified_at + kSecond; }),
            "<condition_failed>");
  EXPECT_EQ(Get("k"), "12345");
  EXPECT_EQ(describe([&](auto& t) {
              t.if_match = info.etag;
              t.if_size = 5;
              t.if_modified_at = info.modified_at + std::chrono::milliseconds(10);
            }),
            "ok");
  EXPECT_EQ(describe([](auto& t) { t.if_match = "*"; }), "<no_such_key>");
  EXPECT_EQ(describe([](auto& t) { t.if_size = 0; }), "<no_such_key>");
  SetVersioning(Versioning::kEnabled);
  std::string old = Put("k", "1").version_id;
  Put("k", "22");
  EXPECT_EQ(describe([&](auto& t) {
              t.version_id = old;
              t.if_size = 2;
            }),
            "<condition_failed>");
  EXPECT_EQ(describe([&](auto& t) {
              t.version_id = old;
              t.if_size = 1;
            }),
            "ok");
  EXPECT_EQ(describe([](auto& t) { t.if_match = "*"; }), "ok");
  // Now a marker is on top, which is there to be matched, but has no ETag.
  EXPECT_EQ(describe([](auto& t) { t.if_match = "*"; }), "ok");
  EXPECT_EQ(describe([](auto& t) { t.if_match = "other"; }), "<condition_failed>");
}

TEST_F(VersionsTest, WritesHaveConditionsOnTheNewestObject) {
  SetVersioning(Versioning::kEnabled);
  std::string etag = Put("k", "1").etag;
  PutOptions absent, match, differ;
  absent.condition.if_absent = true;
  match.condition.if_match = etag;
  differ.condition.if_none_match = etag;
  EXPECT_EQ(Describe(TryPut("k", "2", absent)), "<condition_failed>");
  EXPECT_EQ(Describe(TryPut("k", "1", differ)), "<condition_failed>");
  EXPECT_EQ(Describe(TryPut("k", "2", match)), "ok");
  EXPECT_EQ(Describe(TryPut("k", "3", match)), "<condition_failed>");
  EXPECT_EQ(Describe(TryPut("k", "3", differ)), "ok");
  Delete("k");
  EXPECT_EQ(Describe(TryPut("k", "4", match)), "<no_such_key>");
  EXPECT_EQ(Describe(TryPut("k", "4", absent)), "ok");
}

TEST_F(VersionsTest, AnUploadIsCompletedAgainAsLongAsItsVersionIsThere) {
  SetVersioning(Versioning::kEnabled);
  std::string upload = store_->CreateUpload("bucket", "k", {}).value();
  base::StringSource source("bytes");
  PartInfo part = store_->PutPart("bucket", "k", upload, 1, source, {}).value();
  std::string id = Complete("k", upload, part);
  EXPECT_EQ(GetVersion("k", id), "bytes");
  EXPECT_EQ(Complete("k", upload, part), id);
  Put("k", "newer");
  EXPECT_EQ(Complete("k", upload, part), id);
  EXPECT_EQ(Get("k"), "newer");
  Delete("k");
  EXPECT_EQ(Complete("k", upload, part), id);
  EXPECT_EQ(Complete("other", upload, part), "<no_such_upload>");
  Delete("k", id);
  EXPECT_EQ(Complete("k", upload, part), "<no_such_upload>");
}

TEST_F(VersionsTest, AttributesOfEachVersionAreItsOwn) {
  SetVersioning(Versioning::kEnabled);
  PutOptions options;
  options.attributes.tags = {{"a", "1"}};
  options.attributes.owner = "somebody";
  options.modified_at = base::FromMicros(5'000'000);
  std::string first = TryPut("k", "1", options)->version_id;
  std::string second = Put("k", "2").version_id;
  EXPECT_EQ(store_->SetTags("bucket", "k", "", {{"b", "2"}}).value(), second);
  EXPECT_EQ(store_->SetAcl("bucket", "k", first, "acl").value(), first);
  Reopen();
  ObjectInfo old = store_->GetObjectInfo("bucket", "k", first).value();
  EXPECT_EQ(old.attributes.tags, options.attributes.tags);
  EXPECT_EQ(old.attributes.acl, "acl");
  EXPECT_EQ(old.attributes.owner, "somebody");
  EXPECT_EQ(old.modified_at, *options.modified_at);
  ObjectInfo newest = store_->GetObjectInfo("bucket", "k").value();
  EXPECT_EQ(newest.attributes.tags, (std::map<std::string, std::string>{{"b", "2"}}));
  EXPECT_EQ(newest.attributes.acl, "");
  std::string marker = Delete("k").version_id;
  EXPECT_EQ(Describe(store_->SetTags("bucket", "k", "", {})), "<delete_marker>");
  EXPECT_EQ(Describe(store_->SetAcl("bucket", "k", marker, "x")), "<delete_marker>");
  EXPECT_EQ(Describe(store_->SetTags("bucket", "absent", "", {})), "<no_such_key>");
}

TEST_F(VersionsTest, PartsAreToldOfEachVersion) {
  SetVersioning(Versioning::kEnabled);
  std::string whole = Put("k", "12345").version_id;
  UploadOptions options;
  options.checksum = crypto::ChecksumKind::kCrc64Nvme;
  options.composite_checksum = false;
  options.attributes.tags = {{"t", ""}};
  std::string upload = store_->CreateUpload("bucket", "k", options).value();
  UploadInfo found = store_->GetUpload("bucket", "k", upload).value();
  EXPECT_EQ(found.checksum, crypto::ChecksumKind::kCrc64Nvme);
  EXPECT_FALSE(found.composite_checksum);
  EXPECT_EQ(found.attributes.tags.size(), 1u);
  base::StringSource source("bytes");
  PartInfo part = store_->PutPart("bucket", "k", upload, 7, source, {}).value();
  CompleteOptions complete;
  complete.checksums = {{crypto::ChecksumKind::kCrc64Nvme, "AAAAAAAAAAE=", false}};
  auto info = store_->CompleteUpload("bucket", "k", upload, {{7, part.etag}}, complete);
  ASSERT_TRUE(info);
  EXPECT_EQ(info->checksums[0].value, "AAAAAAAAAAE=");
  EXPECT_FALSE(info->checksums[0].composite);
  EXPECT_EQ(info->attributes.tags.size(), 1u);
  auto parts = store_->GetObjectParts("bucket", "k", "").value();
  ASSERT_EQ(parts.size(), 1u);
  EXPECT_EQ(parts[0].number, 7);
  EXPECT_EQ(parts[0].size, 5u);
  parts = store_->GetObjectParts("bucket", "k", whole).value();
  ASSERT_EQ(parts.size(), 1u);
  EXPECT_EQ(parts[0].number, 1);
}

TEST_F(VersionsTest, ListsEverythingOnceWhateverThePage) {
  SetVersioning(Versioning::kEnabled);
  using std::string_literals::operator""s;
  std::vector<std::string> keys = {"a", "a\0b"s, "a/x", "a/y", "b", "c/\0z"s, "c/q", "d"};
  for (int round = 0; round < 3; ++round) {
    for (size_t i = 0; i < keys.size(); ++i) {
      if (i % 3 == 2 && round == 1)
        Delete(keys[i]);
      else
        Put(keys[i], "x");
    }
    if (round == 0) Delete("b");
  }
  Delete("d");
  for (const char* delimiter : {"", "/"}) {
    for (const char* prefix : {"", "a", "a/", "c", "d"}) {
      ListVersionsOptions all;
      all.prefix = prefix;
      all.delimiter = delimiter;
      std::vector<std::string> expected = List(all);
      for (size_t page_size = 1; page_size < 6; ++page_size) {
        ListVersionsOptions options = all;
        options.max_entries = page_size;
        std::vector<std::string> seen, prefixes;
        for (bool more = true; more;) {
          std::vector<std::string> entries = List(options);
          more = page_.truncated;
          if (more) entries.pop_back();
          ASSERT_LE(entries.size(), page_size);
          size_t versions = page_.versions.size();
          seen.insert(seen.end(), entries.begin(), entries.begin() + static_cast<long>(versions));
          prefixes.insert(prefixes.end(), entries.begin() + static_cast<long>(versions),
                          entries.end());
          options.key_marker = page_.next_key_marker;
          options.version_marker = page_.next_version_marker;
        }
        seen.insert(seen.end(), prefixes.begin(), prefixes.end());
        EXPECT_EQ(seen, expected) << prefix << " " << delimiter << " " << page_size;
      }
    }
  }
}

// A bucket is emptied by listing a page and deleting what is on it.
TEST_F(VersionsTest, GoesOnAfterAVersionThatIsGone) {
  SetVersioning(Versioning::kEnabled);
  for (const char* key : {"a", "b"}) {
    Put(key, "1");
    SetVersioning(Versioning::kSuspended);
    Put(key, "null");
    SetVersioning(Versioning::kEnabled);
    Put(key, "3");
    Delete(key);
  }
  ListVersionsOptions options;
  options.max_entries = 1;
  size_t deleted = 0;
  for (bool more = true; more; ++deleted) {
    List(options);
    ASSERT_EQ(page_.versions.size(), 1u);
    EXPECT_TRUE(page_.versions[0].is_latest);
    ASSERT_TRUE(Delete(page_.versions[0].key, page_.versions[0].version_id).status);
    more = page_.truncated;
    options.key_marker = page_.next_key_marker;
    options.version_marker = page_.next_version_marker;
  }
  EXPECT_EQ(deleted, 8u);
  EXPECT_THAT(List(), IsEmpty());
}

TEST_F(VersionsTest, MarkersMayNameTheNullVersion) {
  Put("k", "null");
  SetVersioning(Versioning::kEnabled);
  Put("k", "2");
  ListVersionsOptions options;
  options.key_marker = "k";
  options.version_marker = "null";
  EXPECT_THAT(List(options), IsEmpty());
  options.version_marker = "nonsense";
  EXPECT_EQ(Describe(store_->ListVersions("bucket", options)), "<no_such_version>");
  options.version_marker = "";
  EXPECT_THAT(List(options), IsEmpty());
}

}  // namespace
}  // namespace penstock::store
