// SPDX-License-Identifier: Apache-2.0
// Random calls of the S3 API on a bucket with object lock, beside a small model of what versions
// there must be: nothing that is locked ever goes, by whatever call, of whomever.
#include <algorithm>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "s3/test_service.h"

namespace penstock::s3 {
namespace {

using Headers = std::vector<std::pair<std::string, std::string>>;
using store::Retention;
using store::RetentionMode;

constexpr int kSteps = 1500;

// All but lifting governance, which only root may here.
constexpr char kEditor[] =
    R"({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "s3:*", "Resource": "arn:aws:s3:::*"},
        {"Effect": "Deny", "Action": "s3:BypassGovernanceRetention",
         "Resource": "arn:aws:s3:::*"}]})";

struct Version {
  std::string id;
  bool marker = false;
  std::string body;
  Retention retention;
  bool hold = false;

  bool Protected(base::Time now, bool bypass) const {
    if (marker) return false;
    if (hold) return true;
    bool active = retention.mode != RetentionMode::kNone && retention.until > now;
    return active && !(bypass && retention.mode == RetentionMode::kGovernance);
  }
};

// Whether S3 lets one retention take the place of another.
bool MayReplace(const Retention& before, const Retention& after, base::Time now, bool bypass) {
  bool active = before.mode != RetentionMode::kNone && before.until > now;
  if (!active) return true;
  if (after.mode == before.mode && after.until >= before.until) return true;
  return bypass && before.mode == RetentionMode::kGovernance;
}

std::string NameOf(RetentionMode mode) {
  return mode == RetentionMode::kCompliance ? "COMPLIANCE" : "GOVERNANCE";
}

class LockModel {
 public:
  explicit LockModel(unsigned seed) : random_(seed) {
    EXPECT_EQ(service_.Send({"PUT", "/bucket", "", {{"x-amz-bucket-object-lock-enabled", "true"}}})
                  .status,
              200);
    editor_ = &service_.AddUser("editor", kEditor);
  }

  void Run() {
    for (step_ = 0; step_ < kSteps && !::testing::Test::HasFailure(); ++step_) {
      SCOPED_TRACE("step " + std::to_string(step_));
      Step();
      if (step_ % 10 == 0) Compare();
    }
    Compare();
    EXPECT_GT(refused_, 50);  // or the steps would not have tried hard enough
    TakeAllApart();
  }

 private:
  // As the actor of this step.
  TestResponse Send(TestRequest request) {
    request.principal = actor_;
    return service_.Send(request);
  }
  TestResponse Put(std::string target, std::string body) {
    return Send({"PUT", std::move(target), std::move(body)});
  }
  int Pick(int count) { return std::uniform_int_distribution<int>(0, count - 1)(random_); }
  bool Chance(int percent) { return Pick(100) < percent; }
  base::Time Now() { return service_.clock().Now(); }
  std::string PickKey() { return "k" + std::to_string(Pick(3)); }

  Retention PickRetention() {
    Retention retention;
    retention.mode = Chance(50) ? RetentionMode::kGovernance : RetentionMode::kCompliance;
    // In whole milliseconds, which is what answers show.
    retention.until =
        std::chrono::floor<std::chrono::milliseconds>(Now()) + std::chrono::seconds(1 + Pick(3000));
    return retention;
  }

  // A version of the key, mostly one that exists.
  std::string PickVersion(const std::string& key) {
    const std::vector<Version>& versions = model_[key];
    if (versions.empty() || Chance(5)) return "0123456789abcdef";
    return versions[static_cast<size_t>(Pick(static_cast<int>(versions.size())))].id;
  }

  Version* Find(const std::string& key, const std::string& id) {
    std::vector<Version>& versions = model_[key];
    for (Version& version : versions) {
      if (version.id == id) return &version;
    }
    return nullptr;
  }

  void Step() {
    actor_ = Chance(50) ? nullptr : editor_;
    switch (Pick(13)) {
      case 0:
      case 1:
        return PutObject();
      case 2:
        return Copy();
      case 3:
        return Multipart();
      case 4:
        return DeleteNewest();
      case 5:
      case 6:
        return DeleteVersion();
      case 7:
        return DeleteMany();
      case 8:
      case 9:
        return ChangeRetention();
      case 10:
        return ChangeHold();
      case 11:
        return ChangeBucket();
      default:
        service_.clock().Advance(std::chrono::seconds(Pick(500)));
    }
  }

  // What a writer says about the lock of the new version, and the version to expect.
  Headers LockHeaders(Version& out) {
    Headers headers;
    if (Chance(40)) {
      out.retention = PickRetention();
      headers.emplace_back("x-amz-object-lock-mode", NameOf(out.retention.mode));
      headers.emplace_back("x-amz-object-lock-retain-until-date",
                           base::FormatIso8601Millis(out.retention.until));
    }
    if (Chance(15)) {
      out.hold = true;
      headers.emplace_back("x-amz-object-lock-legal-hold", "ON");
    }
    return headers;
  }

  void Add(const std::string& key, Version version, const TestResponse& response) {
    ASSERT_EQ(response.status, 200) << response.body;
    version.id = response.Header("x-amz-version-id");
    ASSERT_NE(version.id, "");
    if (version.retention.mode == RetentionMode::kNone && default_) {
      version.retention = {default_->mode, Now() + std::chrono::hours(24) * default_->days};
    }
    std::vector<Version>& versions = model_[key];
    versions.insert(versions.begin(), std::move(version));
  }

  void PutObject() {
    std::string key = PickKey();
    Version version;
    version.body = "body " + std::to_string(step_);
    Headers headers = LockHeaders(version);
    Add(key, version, Send({"PUT", "/bucket/" + key, version.body, headers}));
  }

  void Copy() {
    std::string from = PickKey();
    const std::vector<Version>& versions = model_[from];
    if (versions.empty() || versions.front().marker) return;
    std::string to = PickKey();
    Version version;
    version.body = versions.front().body;
    Headers headers = LockHeaders(version);
    headers.emplace_back("x-amz-copy-source", "/bucket/" + from);
    headers.emplace_back("x-amz-metadata-directive", "REPLACE");
    Add(to, version, Send({"PUT", "/bucket/" + to, "", headers}));
  }

  void Multipart() {
    std::string key = PickKey();
    Version version;
    version.body = "part " + std::to_string(step_);
    Headers headers = LockHeaders(version);
    std::string target = "/bucket/" + key;
    std::string id = Send({"POST", target + "?uploads", "", headers}).Xml().ChildText("UploadId");
    std::string etag = Put(target + "?partNumber=1&uploadId=" + id, version.body).Header("etag");
    Add(key, version,
        Send({"POST", target + "?uploadId=" + id,
              "<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>" + etag +
                  "</ETag></Part></CompleteMultipartUpload>"}));
  }

  void DeleteNewest() {
    std::string key = PickKey();
    TestResponse response = Send({"DELETE", "/bucket/" + key, "", Bypass()});
    ASSERT_EQ(response.status, 204);
    EXPECT_EQ(response.Header("x-amz-delete-marker"), "true");
    AddMarker(key, response.Header("x-amz-version-id"));
  }

  void AddMarker(const std::string& key, std::string id) {
    Version marker;
    marker.marker = true;
    marker.id = std::move(id);
    ASSERT_NE(marker.id, "");
    std::vector<Version>& versions = model_[key];
    versions.insert(versions.begin(), std::move(marker));
  }

  // Headers of a request that asks to lift governance, or not; `bypass_` says whether it will be.
  Headers Bypass() {
    bool asks = Chance(50);
    bypass_ = asks && actor_ == nullptr;
    if (!asks) return {};
    return {{"x-amz-bypass-governance-retention", "true"}};
  }

  void Forget(const std::string& key, const std::string& id) {
    std::erase_if(model_[key], [&](const Version& version) { return version.id == id; });
  }

  void DeleteVersion() {
    std::string key = PickKey();
    std::string id = PickVersion(key);
    TestResponse response = Send({"DELETE", "/bucket/" + key + "?versionId=" + id, "", Bypass()});
    Version* version = Find(key, id);
    if (version != nullptr && version->Protected(Now(), bypass_)) {
      ++refused_;
      EXPECT_EQ(response.status, 403);
      EXPECT_EQ(response.ErrorCode(), "AccessDenied");
      return;
    }
    EXPECT_EQ(response.status, 204) << response.body;
    Forget(key, id);
  }

  void DeleteMany() {
    std::vector<std::pair<std::string, std::string>> targets;
    std::string body = "<Delete>";
    for (int i = 0; i < 4; ++i) {
      std::string key = PickKey();
      targets.emplace_back(key, PickVersion(key));
      body += "<Object><Key>" + key + "</Key><VersionId>" + targets.back().second +
              "</VersionId></Object>";
    }
    TestResponse response = Send({"POST", "/bucket?delete", body + "</Delete>", Bypass()});
    ASSERT_EQ(response.status, 200);
    text::XmlElement result = response.Xml();
    ASSERT_EQ(result.children.size(), targets.size());
    for (size_t i = 0; i < targets.size(); ++i) {
      const auto& [key, id] = targets[i];
      Version* version = Find(key, id);
      bool stays = version != nullptr && version->Protected(Now(), bypass_);
      EXPECT_EQ(result.children[i].name, stays ? "Error" : "Deleted");
      EXPECT_EQ(result.children[i].ChildText("VersionId"), id);
      refused_ += stays ? 1 : 0;
      if (!stays) Forget(key, id);
    }
  }

  void ChangeRetention() {
    std::string key = PickKey();
    std::string id = PickVersion(key);
    Retention retention;
    std::string body = "<Retention/>";
    if (Chance(80)) {
      retention = PickRetention();
      body = "<Retention><Mode>" + NameOf(retention.mode) + "</Mode><RetainUntilDate>" +
             base::FormatIso8601Millis(retention.until) + "</RetainUntilDate></Retention>";
    }
    TestResponse response =
        Send({"PUT", "/bucket/" + key + "?retention&versionId=" + id, body, Bypass()});
    Version* version = Find(key, id);
    if (version == nullptr) {
      EXPECT_EQ(response.ErrorCode(), "NoSuchVersion");
    } else if (version->marker) {
      EXPECT_EQ(response.ErrorCode(), "MethodNotAllowed");
    } else if (!MayReplace(version->retention, retention, Now(), bypass_)) {
      ++refused_;
      EXPECT_EQ(response.ErrorCode(), "AccessDenied");
    } else {
      EXPECT_EQ(response.status, 200) << response.body;
      version->retention = retention;
    }
  }

  void ChangeHold() {
    std::string key = PickKey();
    std::string id = PickVersion(key);
    bool hold = Chance(30);
    TestResponse response = Send(
        {"PUT", "/bucket/" + key + "?legal-hold&versionId=" + id,
         std::string("<LegalHold><Status>") + (hold ? "ON" : "OFF") + "</Status></LegalHold>"});
    Version* version = Find(key, id);
    if (version == nullptr || version->marker) {
      EXPECT_NE(response.status, 200);
      return;
    }
    EXPECT_EQ(response.status, 200) << response.body;
    version->hold = hold;
  }

  // Ways to get rid of versions by way of the bucket; and its default retention, which is for new
  // versions only.
  void ChangeBucket() {
    switch (Pick(4)) {
      case 0:
        EXPECT_EQ(Put("/bucket?versioning",
                      "<VersioningConfiguration><Status>Suspended</Status>"
                      "</VersioningConfiguration>")
                      .status,
                  409);
        return;
      case 1:
        if (IsEmpty()) return;
        EXPECT_EQ(Send({"DELETE", "/bucket"}).status, 409);
        return;
      case 2:
        default_.reset();
        EXPECT_EQ(Put("/bucket?object-lock",
                      "<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled>"
                      "</ObjectLockConfiguration>")
                      .status,
                  200);
        return;
      default:
        if (!Chance(20)) return;
        default_ = store::DefaultRetention{
            Chance(50) ? RetentionMode::kGovernance : RetentionMode::kCompliance, 1, 0};
        EXPECT_EQ(Put("/bucket?object-lock",
                      "<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled>"
                      "<Rule><DefaultRetention><Mode>" +
                          NameOf(default_->mode) +
                          "</Mode><Days>1</Days></DefaultRetention></Rule>"
                          "</ObjectLockConfiguration>")
                      .status,
                  200);
    }
  }

  bool IsEmpty() const {
    return std::all_of(model_.begin(), model_.end(),
                       [](const auto& entry) { return entry.second.empty(); });
  }

  std::vector<Version> Listed(const std::string& key) {
    std::vector<Version> versions;
    TestResponse response = service_.Get("/bucket?versions&prefix=" + key);
    text::XmlElement page = response.Xml();
    EXPECT_EQ(page.ChildText("IsTruncated"), "false");
    for (const text::XmlElement& child : page.children) {
      if (child.name != "Version" && child.name != "DeleteMarker") continue;
      EXPECT_EQ(child.ChildText("IsLatest"), versions.empty() ? "true" : "false");
      Version& version = versions.emplace_back();
      version.id = child.ChildText("VersionId");
      version.marker = child.name == "DeleteMarker";
    }
    return versions;
  }

  void Compare() {
    for (const auto& [key, expected] : model_) {
      // Above a page it would not all be seen.
      ASSERT_LT(expected.size(), 1000U);
      std::vector<Version> found = Listed(key);
      ASSERT_EQ(found.size(), expected.size()) << key;
      for (size_t i = 0; i < found.size(); ++i) {
        EXPECT_EQ(found[i].id, expected[i].id) << key;
        EXPECT_EQ(found[i].marker, expected[i].marker) << key;
      }
      for (const Version& version : expected) {
        if (version.Protected(Now(), /*bypass=*/false)) CompareBytes(key, version);
      }
    }
  }

  void CompareBytes(const std::string& key, const Version& version) {
    TestResponse response = service_.Get("/bucket/" + key + "?versionId=" + version.id);
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(response.body, version.body);
    EXPECT_EQ(response.Header("x-amz-object-lock-legal-hold"), version.hold ? "ON" : "");
    if (version.retention.mode != RetentionMode::kNone) {
      EXPECT_EQ(response.Header("x-amz-object-lock-mode"), NameOf(version.retention.mode));
      EXPECT_EQ(response.Header("x-amz-object-lock-retain-until-date"),
                base::FormatIso8601Millis(version.retention.until));
    }
  }

  // Once time has passed and the holds are lifted, all can go.
  void TakeAllApart() {
    service_.clock().Advance(std::chrono::hours(48));
    for (auto& [key, versions] : model_) {
      for (const Version& version : versions) {
        std::string target = "/bucket/" + key + "?versionId=" + version.id;
        if (version.hold) {
          EXPECT_EQ(
              service_.Send({"DELETE", target, "", {{"x-amz-bypass-governance-retention", "true"}}})
                  .status,
              403);
          service_.Put("/bucket/" + key + "?legal-hold&versionId=" + version.id,
                       "<LegalHold><Status>OFF</Status></LegalHold>");
        }
        EXPECT_EQ(service_.Send({"DELETE", target}).status, 204) << target;
      }
    }
    EXPECT_EQ(service_.Send({"DELETE", "/bucket"}).status, 204);
  }

  std::mt19937 random_;
  TestService service_;
  const iam::Principal* editor_ = nullptr;
  const iam::Principal* actor_ = nullptr;              // of this step; root where null
  std::map<std::string, std::vector<Version>> model_;  // newest first
  std::optional<store::DefaultRetention> default_;
  bool bypass_ = false;  // whether the last request lifts governance
  int step_ = 0;
  int refused_ = 0;
};

class LockModelTest : public ::testing::TestWithParam<unsigned> {};

TEST_P(LockModelTest, NothingLockedEverGoes) { LockModel(GetParam()).Run(); }

INSTANTIATE_TEST_SUITE_P(Seeds, LockModelTest, ::testing::Values(1U, 2U, 3U));

}  // namespace
}  // namespace penstock::s3
