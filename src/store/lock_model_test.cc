// SPDX-License-Identifier: Apache-2.0
#include "store/lock_model.h"

#include <random>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "store/test_store.h"

namespace penstock::store {
namespace {

using std::chrono::hours;

// Anything anybody may do, at random, to a few keys of two buckets; the store must answer as the
// model does and hold what it holds. Besides, and whatever the model says, what was locked before a
// step must be there after it.
class LockModelTest : public StoreTest {
 protected:
  void SetUp() override {}  // each run opens its own

  void Run(unsigned seed, int steps) {
    random_.seed(seed);
    options_.directory = directory_.path() + "/drive" + std::to_string(seed);
    Reopen();
    for (int step = 0; step < steps && !HasFailure(); ++step) {
      std::vector<Locked> locked = FindLocked();
      Step();
      CheckLocked(locked);
      if (step % 25 == 0 || step + 1 == steps) CheckAll();
      if (HasFailure()) ADD_FAILURE() << "seed " << seed << ", step " << step << ": " << said_;
    }
    store_.reset();
    model_ = {};
    etags_.clear();
    ids_.clear();
  }

 private:
  struct Locked {
    std::string bucket, key, id, bytes;
    Retention retention;
    bool hold;
  };

  size_t Dice(size_t sides) { return random_() % sides; }
  base::Time now() { return clock_.Now(); }

  void Step() {
    bucket_ = Dice(5) == 0 ? "two" : "one";
    key_ = "k" + std::to_string(Dice(3));
    switch (Dice(14)) {
      case 0:
        return Expect("create", model_.CreateBucket(bucket_, has_lock_ = Dice(3) > 0),
                      [&] { return CreateBucket(); });
      case 1:
        if (Dice(3) > 0) return Put();
        return Expect("delete bucket", model_.DeleteBucket(bucket_),
                      [&] { return Describe(store_->DeleteBucket(bucket_)); });
      case 2:
        return ChangeBucket();
      case 3:
      case 4:
        return Put();
      case 5:
        return Copy();
      case 6:
        return BeginUpload();
      case 7:
        return CompleteUpload();
      case 8:
      case 9:
        return Delete();
      case 10:
      case 11:
        return SetRetention();
      case 12:
        return SetHold();
      case 13:
        return MoveClockOrReopen();
    }
  }

  template <typename Do>
  void Expect(const std::string& what, const std::string& expected, Do action) {
    said_ = what + " " + bucket_ + "/" + key_;
    EXPECT_EQ(action(), expected) << said_;
  }

  std::string CreateBucket() {
    CreateBucketOptions options;
    options.object_lock = has_lock_;
    return Describe(store_->CreateBucket(bucket_, options));
  }

  void ChangeBucket() {
    auto versioning = static_cast<Versioning>(Dice(10) == 0 ? 0 : Dice(4) == 0 ? 2 : 1);
    bool lock = Dice(3) > 0;
    std::optional<DefaultRetention> standard;
    if (Dice(3) == 0) {
      standard = DefaultRetention{Dice(2) ? RetentionMode::kCompliance : RetentionMode::kGovernance,
                                  static_cast<int>(1 + Dice(3)), 0};
    }
    Expect("change", model_.ChangeBucket(bucket_, versioning, lock, standard), [&] {
      return Describe(store_->UpdateBucket(bucket_, [&](BucketInfo& bucket) -> base::Status {
        bucket.versioning = versioning;
        bucket.object_lock = lock;
        bucket.default_retention = standard;
        return {};
      }));
    });
  }

  Retention RandomRetention() {
    Retention retention;
    retention.mode = static_cast<RetentionMode>(Dice(3));
    if (retention.mode == RetentionMode::kNone) return retention;
    // Mostly ahead, sometimes now or past.
    retention.until = now() + hours(static_cast<int>(Dice(60)) - 4);
    return retention;
  }

  PutOptions RandomPut() {
    PutOptions options;
    if (Dice(3) == 0) options.attributes.retention = RandomRetention();
    options.attributes.legal_hold = Dice(12) == 0;
    if (Dice(8) == 0) options.condition.if_absent = true;
    if (Dice(8) == 0) options.condition.if_match = Dice(2) ? "*" : "other";
    return options;
  }

  void Put() { PutBytes(MakeBytes(random_(), Dice(4) == 0 ? 5000 : 20), RandomPut()); }

  void PutBytes(const std::string& bytes, const PutOptions& options) {
    LockModel::Version version;
    version.bytes = bytes;
    version.retention = options.attributes.retention;
    version.hold = options.attributes.legal_hold;
    std::string expected = model_.CheckWrite(bucket_, version.retention, version.hold, now());
    if (expected == "ok") expected = model_.CheckCondition(bucket_, key_, options.condition);
    if (expected == "ok") expected = model_.Add(bucket_, key_, version, now());
    Expect("put", expected, [&] {
      base::StringSource source(bytes);
      auto info = store_->PutObject(bucket_, key_, source, options);
      if (info && expected == "ok") Name(*info);
      return Describe(info);
    });
  }

  // Tells the model what id and ETag the version has that it added last.
  void Name(const ObjectInfo& info) {
    LockModel::Version& version = model_.buckets[bucket_].keys[key_].front();
    version.id = info.version_id;
    version.etag = info.etag;
    EXPECT_TRUE(version.null || ids_.insert(info.version_id).second) << "an id used twice";
  }

  // As S3 copies: what was read of a version is written as the newest of a key.
  void Copy() {
    std::string id = PickVersion();
    ReadOptions read;
    read.version_id = id;
    auto reader = store_->OpenObject(bucket_, key_, read);
    if (!reader) return;
    std::string bytes = ReadWhole(**reader);
    key_ = "k" + std::to_string(Dice(3));
    PutBytes(bytes, RandomPut());
  }

  void BeginUpload() {
    UploadOptions options;
    options.attributes = RandomPut().attributes;
    std::string id;
    Expect("create upload",
           model_.CheckWrite(bucket_, options.attributes.retention, options.attributes.legal_hold,
                             now()),
           [&] {
             auto upload = store_->CreateUpload(bucket_, key_, options);
             if (upload) id = *upload;
             return Describe(upload);
           });
    if (id.empty()) return;
    std::string bytes = MakeBytes(random_(), 30);
    base::StringSource source(bytes);
    etags_[id] = store_->PutPart(bucket_, key_, id, 1, source, {}).value().etag;
    model_.uploads[id] = {bucket_, key_, bytes, options.attributes.retention,
                          options.attributes.legal_hold};
  }

  void CompleteUpload() {
    if (model_.uploads.empty()) return BeginUpload();
    auto picked = std::next(model_.uploads.begin(), static_cast<long>(Dice(model_.uploads.size())));
    std::string id = picked->first;
    LockModel::Upload upload = picked->second;
    bucket_ = upload.bucket;
    key_ = upload.key;
    LockModel::Version version;
    version.bytes = upload.bytes;
    version.retention = upload.retention;
    version.hold = upload.hold;
    std::string expected = model_.Add(bucket_, key_, version, now());
    if (expected == "ok") model_.uploads.erase(id);
    Expect("complete", expected, [&] {
      auto info = store_->CompleteUpload(bucket_, key_, id, {{1, etags_[id]}}, {});
      if (info && expected == "ok") Name(*info);
      return Describe(info);
    });
  }

  // The id of a version of the key, mostly; else "", "null" or one that is wrong.
  std::string PickVersion() {
    if (!model_.buckets.contains(bucket_)) return "";
    const auto& versions = model_.buckets[bucket_].keys[key_];
    size_t choice = Dice(versions.size() + 3);
    if (choice < versions.size()) {
      return versions[choice].null ? std::string(kNullVersion) : versions[choice].id;
    }
    if (choice == versions.size()) return "null";
    return choice == versions.size() + 1 ? "" : "0123456789abcdef";
  }

  // Several at a time, of one key and of others, some twice.
  void Delete() {
    std::vector<DeleteTarget> targets;
    std::vector<std::string> expected;
    std::vector<bool> marks;
    bool is_there = model_.buckets.contains(bucket_);
    for (size_t count = 1 + Dice(4); count > 0; --count) {
      DeleteTarget target;
      target.key = key_ = "k" + std::to_string(Dice(3));
      target.version_id = PickVersion();
      target.bypass_governance = Dice(3) == 0;
      bool marks_it = is_there && target.version_id.empty() &&
                      model_.buckets[bucket_].versioning != Versioning::kOff;
      if (marks_it) {
        LockModel::Version marker;
        marker.marker = true;
        expected.push_back(model_.Add(bucket_, key_, marker, now()));
        marks_it = expected.back() == "ok";
        // Named at once, so that a later target of the same batch does not find it without an id.
        if (marks_it) model_.buckets[bucket_].keys[key_].front().id = "<unknown>";
      } else if (is_there) {
        expected.push_back(
            model_.Delete(bucket_, key_, target.version_id, target.bypass_governance, now()));
      }
      marks.push_back(marks_it);
      targets.push_back(target);
      if (marks_it) break;
    }
    said_ = "delete in " + bucket_;
    auto outcomes = store_->DeleteObjects(bucket_, targets);
    if (!is_there) {
      EXPECT_EQ(Describe(outcomes), "<no_such_bucket>");
      model_.buckets.erase(bucket_);
      return;
    }
    ASSERT_TRUE(outcomes);
    for (size_t i = 0; i < targets.size(); ++i) {
      const DeleteOutcome& outcome = (*outcomes)[i];
      EXPECT_EQ(Describe(outcome.status), expected[i]) << targets[i].key;
      if (!marks[i]) continue;
      EXPECT_TRUE(outcome.delete_marker);
      model_.buckets[bucket_].keys[targets[i].key].front().id = outcome.version_id;
    }
  }

  void SetRetention() {
    std::string id = PickVersion();
    Retention retention = RandomRetention();
    bool bypass = Dice(3) == 0;
    Expect("retention", model_.SetRetention(bucket_, key_, id, retention, bypass, now()),
           [&] { return Describe(store_->SetRetention(bucket_, key_, id, retention, bypass)); });
  }

  void SetHold() {
    std::string id = PickVersion();
    bool hold = Dice(3) == 0;
    Expect("hold", model_.SetHold(bucket_, key_, id, hold),
           [&] { return Describe(store_->SetLegalHold(bucket_, key_, id, hold)); });
    // Changes of other attributes touch no lock.
    (void)store_->SetTags(bucket_, key_, id, {{"t", "v"}});
    (void)store_->SetAcl(bucket_, key_, id, "acl");
  }

  void MoveClockOrReopen() {
    switch (Dice(4)) {
      case 0:
        return Reopen();
      case 1:
        return clock_.Set(now() - hours(Dice(30)));
      default:
        return clock_.Set(now() + hours(Dice(30)));
    }
  }

  // What the store itself says is locked for everybody, now.
  std::vector<Locked> FindLocked() {
    std::vector<Locked> locked;
    for (const char* bucket : {"one", "two"}) {
      auto page = store_->ListVersions(bucket, {});
      if (!page) continue;
      for (const ObjectInfo& info : page->versions) {
        const Retention& retention = info.attributes.retention;
        bool compliance = retention.mode == RetentionMode::kCompliance && now() < retention.until;
        if (!compliance && !info.attributes.legal_hold) continue;
        ReadOptions read;
        read.version_id = info.version_id;
        auto reader = store_->OpenObject(bucket, info.key, read);
        EXPECT_TRUE(reader);
        if (!reader) continue;
        locked.push_back({bucket, info.key, info.version_id, ReadWhole(**reader), retention,
                          info.attributes.legal_hold});
        if (!compliance) locked.back().retention = {};
      }
    }
    return locked;
  }

  void CheckLocked(const std::vector<Locked>& locked) {
    for (const Locked& before : locked) {
      std::string place = before.bucket + "/" + before.key + " " + before.id;
      ReadOptions read;
      read.version_id = before.id;
      auto reader = store_->OpenObject(before.bucket, before.key, read);
      ASSERT_TRUE(reader) << place << " was locked and is gone";
      EXPECT_EQ(Brief(ReadWhole(**reader)), Brief(before.bytes)) << place;
      const Retention& after = (*reader)->info().attributes.retention;
      if (before.retention.mode == RetentionMode::kNone) continue;
      EXPECT_EQ(after.mode, RetentionMode::kCompliance) << place << " lost its retention";
      EXPECT_GE(after.until, before.retention.until) << place << " was shortened";
    }
  }

  void CheckAll() {
    for (const char* name : {"one", "two"}) {
      auto page = store_->ListVersions(name, {});
      ASSERT_EQ(page.has_value(), model_.buckets.contains(name)) << name;
      if (!page) continue;
      auto listed = page->versions.begin();
      for (const auto& [key, versions] : model_.buckets[name].keys) {
        bool is_latest = true;
        for (const LockModel::Version& version : versions) {
          ASSERT_NE(listed, page->versions.end()) << key;
          EXPECT_EQ(listed->key, key);
          EXPECT_EQ(listed->version_id, IdOf(name, version));
          EXPECT_EQ(listed->is_latest, is_latest);
          EXPECT_EQ(listed->delete_marker, version.marker);
          EXPECT_EQ(listed->attributes.retention, version.retention);
          EXPECT_EQ(listed->attributes.legal_hold, version.hold);
          EXPECT_EQ(listed->size, version.bytes.size());
          is_latest = false;
          ++listed;
        }
      }
      EXPECT_EQ(listed, page->versions.end());
      EXPECT_EQ(Format(store_->GetUsage(name).value()), Format(CountByListing(*store_, name)));
    }
  }

  std::string IdOf(const std::string& bucket, const LockModel::Version& version) {
    if (model_.buckets[bucket].versioning == Versioning::kOff) return "";
    return version.null ? std::string(kNullVersion) : version.id;
  }

  std::mt19937 random_;
  LockModel model_;
  std::map<std::string, std::string> etags_;  // of the uploads' parts
  std::set<std::string> ids_;
  std::string bucket_, key_, said_;
  bool has_lock_ = false;
};

TEST_F(LockModelTest, AnswersAsTheModelAndKeepsWhatIsLocked) {
  for (unsigned seed = 1; seed <= 12 && !HasFailure(); ++seed) Run(seed, 400);
}

}  // namespace
}  // namespace penstock::store
