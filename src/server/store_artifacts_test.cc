// SPDX-License-Identifier: Apache-2.0
#include "server/store_artifacts.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <future>

#include <gtest/gtest.h>

#include "keys/test_keys.h"
#include "s3/bucket_encryption.h"

namespace penstock::server {
namespace {

namespace fs = std::filesystem;

std::string Content(const fs::path& path) {
  std::ifstream in(path);
  return std::string((std::istreambuf_iterator<char>(in)), {});
}

TEST(ArtifactUri, NamesBucketAndKey) {
  ArtifactPlace place = ParseArtifactUri("minio://mlpipeline/v2/artifacts/").value();
  EXPECT_EQ(place.bucket, "mlpipeline");
  EXPECT_EQ(place.key, "v2/artifacts");
  EXPECT_EQ(ParseArtifactUri("s3://b/k?region=x")->key, "k");
  EXPECT_EQ(ParseArtifactUri("minio://b")->key, "");
  for (const char* uri : {"", "minio://", "gs://b/k", "/tmp/x", "file:///x"}) {
    EXPECT_FALSE(ParseArtifactUri(uri)) << uri;
  }
}

class StoreArtifactsTest : public testing::Test {
 protected:
  void SetUp() override {
    char pattern[] = "/tmp/penstock-artifacts-XXXXXX";
    directory_ = mkdtemp(pattern);
    files_ = sys::MakePosixFileSystem();
    store::StoreOptions options;
    options.directory = (directory_ / "store").string();
    options.master_keys = &masters_;
    auto opened = store::ObjectStore::Open(options, *files_, clock_, random_, logger_);
    ASSERT_TRUE(opened) << opened.error().message();
    store_ = std::move(*opened);
    artifacts_ = std::make_unique<StoreArtifacts>(*store_, *files_);
    ASSERT_TRUE(artifacts_->CheckRoot("minio://mlpipeline/v2"));
  }
  void TearDown() override {
    store_.reset();
    fs::remove_all(directory_);
  }
  std::string Local(const std::string& name) const { return (directory_ / name).string(); }

  fs::path directory_;
  base::SystemClock clock_;
  base::SystemRandom random_;
  base::NullLogger logger_;
  keys::MemoryMasterKeys masters_;
  std::unique_ptr<sys::FileSystem> files_;
  std::unique_ptr<store::ObjectStore> store_;
  std::unique_ptr<StoreArtifacts> artifacts_;
};

TEST_F(StoreArtifactsTest, EncryptsWhereTheBucketSaysSo) {
  ASSERT_TRUE(store_->UpdateBucket("mlpipeline", [](store::BucketInfo& bucket) -> base::Status {
    bucket.settings[std::string(store::setting::kEncryption)] = s3::FormatBucketEncryption({});
    return {};
  }));
  const std::string content(StoreArtifacts::kLateInDirectory + 1, 'x');
  fs::create_directories(Local("folder"));
  for (const char* name : {"in", "last", "folder/file"}) std::ofstream(Local(name)) << content;
  ASSERT_TRUE(artifacts_->Publish(Local("in"), "minio://mlpipeline/v2/a"));
  auto last = artifacts_->PublishLast(Local("last"), "minio://mlpipeline/v2/b");
  ASSERT_TRUE(last) << last.error().message();
  EXPECT_NE(last->content, engine::StoredArtifact::kPending);
  ASSERT_TRUE(artifacts_->PublishLast(Local("folder"), "minio://mlpipeline/v2/c"));
  ASSERT_TRUE(artifacts_->Write("minio://mlpipeline/v2/d", "few"));
  for (const char* key : {"v2/a", "v2/b", "v2/c/file", "v2/d"}) {
    auto info = store_->GetObjectInfo("mlpipeline", key);
    ASSERT_TRUE(info) << key;
    EXPECT_EQ(info->encryption.kind, store::EncryptionKind::kServerKey) << key;
  }
  ASSERT_TRUE(artifacts_->FetchReadOnly("minio://mlpipeline/v2/b", Local("out")));
  EXPECT_EQ(Content(Local("out")), content);
}

TEST_F(StoreArtifactsTest, CarriesAFileThereAndBack) {
  std::string content(300'000, 'x');
  std::ofstream(Local("in")) << content;
  auto stored = artifacts_->Publish(Local("in"), "minio://mlpipeline/v2/a");
  ASSERT_TRUE(stored) << stored.error().message();
  EXPECT_EQ(stored->size, content.size());
  EXPECT_FALSE(stored->directory);
  ASSERT_TRUE(artifacts_->Fetch("minio://mlpipeline/v2/a", Local("out")));
  EXPECT_EQ(Content(Local("out")), content);
  base::StringSink sink;
  ASSERT_TRUE(artifacts_->Read("minio://mlpipeline/v2/a", sink));
  EXPECT_EQ(sink.text(), content);
}

TEST_F(StoreArtifactsTest, CarriesADirectoryThereAndBack) {
  fs::create_directories(Local("model/weights"));
  std::ofstream(Local("model/config.json")) << "{}";
  std::ofstream(Local("model/weights/0.bin")) << "0123";
  auto stored = artifacts_->Publish(Local("model"), "minio://mlpipeline/v2/m");
  ASSERT_TRUE(stored);
  EXPECT_TRUE(stored->directory);
  EXPECT_EQ(stored->size, 6u);
  ASSERT_TRUE(artifacts_->Fetch("minio://mlpipeline/v2/m", Local("copy")));
  EXPECT_EQ(Content(Local("copy/weights/0.bin")), "0123");
  EXPECT_EQ(Content(Local("copy/config.json")), "{}");
}

TEST_F(StoreArtifactsTest, HandsOverWithoutCopying) {
  const std::string content(300'000, 'x');
  std::ofstream(Local("in")) << content;
  auto copied = artifacts_->Publish(Local("in"), "minio://mlpipeline/v2/copied");
  ASSERT_TRUE(copied);
  EXPECT_TRUE(fs::exists(Local("in")));
  auto moved = artifacts_->PublishLast(Local("in"), "minio://mlpipeline/v2/moved");
  ASSERT_TRUE(moved) << moved.error().message();
  EXPECT_FALSE(fs::exists(Local("in")));
  // Nobody can tell the one from the other.
  EXPECT_EQ(moved->size, copied->size);
  EXPECT_EQ(moved->content, copied->content);
  EXPECT_EQ(store_->GetObjectInfo("mlpipeline", "v2/moved")->etag,
            store_->GetObjectInfo("mlpipeline", "v2/copied")->etag);
  for (const char* name : {"moved", "copied"}) {
    const std::string uri = std::string("minio://mlpipeline/v2/") + name;
    ASSERT_TRUE(artifacts_->FetchReadOnly(uri, Local(name)));
    EXPECT_EQ(Content(Local(name)), content);
    EXPECT_EQ(fs::hard_link_count(Local(name)), 2u) << name;
    EXPECT_EQ(artifacts_->Describe(uri)->content, copied->content);
  }
  ASSERT_TRUE(artifacts_->Fetch("minio://mlpipeline/v2/moved", Local("own")));
  EXPECT_EQ(fs::hard_link_count(Local("own")), 1u);
}

TEST_F(StoreArtifactsTest, LargeFilesAreKnownByTheirEtag) {
  std::ofstream(Local("in")) << std::string(17 << 20, 'y');
  auto moved = artifacts_->PublishLast(Local("in"), "minio://mlpipeline/v2/large");
  ASSERT_TRUE(moved);
  EXPECT_EQ(moved->content.substr(0, 5), "etag:");
  EXPECT_EQ(moved->content, artifacts_->Describe("minio://mlpipeline/v2/large")->content);
}

TEST_F(StoreArtifactsTest, LargeFilesAreThereBeforeTheirDigests) {
  StoreArtifacts artifacts(*store_, *files_, 1 << 20);
  const std::string uri = "minio://mlpipeline/v2/late";
  const std::string content(40 << 20, 'z');
  std::ofstream(Local("in")) << content;
  auto stored = artifacts.PublishLast(Local("in"), uri);
  ASSERT_TRUE(stored) << stored.error().message();
  EXPECT_EQ(stored->content, engine::StoredArtifact::kPending);
  EXPECT_EQ(stored->size, content.size());
  EXPECT_FALSE(fs::exists(Local("in")));
  EXPECT_TRUE(artifacts.Exists(uri).value_or(false));
  ASSERT_TRUE(artifacts.FetchReadOnly(uri, Local("out")));
  EXPECT_EQ(fs::hard_link_count(Local("out")), 2u);
  std::promise<base::Result<engine::StoredArtifact>> whole;
  artifacts.WhenWhole(uri, [&](auto described) { whole.set_value(std::move(described)); });
  auto described = whole.get_future().get();
  ASSERT_TRUE(described) << described.error().message();
  EXPECT_EQ(described->content.substr(0, 5), "etag:");
  EXPECT_EQ(described->size, content.size());
  // The same as what is stored the other way.
  std::ofstream(Local("again")) << content;
  auto at_once = artifacts_->PublishLast(Local("again"), "minio://mlpipeline/v2/at-once");
  EXPECT_EQ(at_once->content, described->content);
  EXPECT_EQ(Content(Local("out")), content);
  artifacts.WhenWhole("minio://mlpipeline/v2/none", [](auto none) { EXPECT_FALSE(none); });
}

TEST_F(StoreArtifactsTest, HandsOverDirectories) {
  fs::create_directories(Local("model/weights"));
  std::ofstream(Local("model/config.json")) << "{}";
  std::ofstream(Local("model/weights/0.bin")) << std::string(100'000, 'w');
  fs::copy(Local("model"), Local("second"), fs::copy_options::recursive);
  auto copied = artifacts_->Publish(Local("model"), "minio://mlpipeline/v2/copied");
  auto moved = artifacts_->PublishLast(Local("model"), "minio://mlpipeline/v2/moved");
  ASSERT_TRUE(copied && moved);
  EXPECT_EQ(moved->content, copied->content);
  EXPECT_EQ(moved->size, copied->size);
  ASSERT_TRUE(artifacts_->FetchReadOnly("minio://mlpipeline/v2/moved", Local("out")));
  EXPECT_EQ(Content(Local("out/config.json")), "{}");
  EXPECT_EQ(fs::hard_link_count(Local("out/weights/0.bin")), 2u);
  // A link stands for a file that would be gone when its turn comes.
  fs::create_symlink("weights/0.bin", Local("second/z-link"));
  fs::create_symlink("weights/0.bin", Local("second/a-link"));
  auto linked = artifacts_->PublishLast(Local("second"), "minio://mlpipeline/v2/linked");
  ASSERT_TRUE(linked) << linked.error().message();
  EXPECT_EQ(linked->size, copied->size + 200'000);
}

TEST_F(StoreArtifactsTest, LargeDirectoriesAreThereBeforeTheirDigests) {
  StoreArtifacts artifacts(*store_, *files_, 16 << 20);
  const auto make = [&](const std::string& name) {
    fs::create_directories(Local(name + "/weights"));
    std::ofstream(Local(name + "/config.json")) << "{}";
    std::ofstream(Local(name + "/weights/vocabulary")) << std::string(100'000, 'v');
    for (const char* part : {"0", "1", "2"}) {
      std::ofstream(Local(name + "/weights/") + part) << std::string(9 << 20, part[0]);
    }
  };
  const uint64_t size = (27u << 20) + 100'002;
  std::string content;
  for (const std::string name : {"first", "second"}) {
    const std::string uri = "minio://mlpipeline/v2/" + name;
    make(name);
    auto stored = artifacts.PublishLast(Local(name), uri);
    ASSERT_TRUE(stored) << stored.error().message();
    EXPECT_EQ(stored->content, engine::StoredArtifact::kPending);
    EXPECT_TRUE(stored->directory);
    EXPECT_EQ(stored->size, size);
    EXPECT_TRUE(artifacts.Exists(uri).value_or(false));
    // Whoever follows has all of it at once.
    const std::string out = name + "-out";
    ASSERT_TRUE(artifacts.FetchReadOnly(uri, Local(out)));
    EXPECT_EQ(Content(Local(out + "/config.json")), "{}");
    for (const char* part : {"0", "1", "2"}) {
      EXPECT_EQ(fs::hard_link_count(Local(out + "/weights/") + part), 2u);
      EXPECT_EQ(Content(Local(out + "/weights/") + part), std::string(9 << 20, part[0]));
    }
    std::promise<base::Result<engine::StoredArtifact>> whole;
    artifacts.WhenWhole(uri, [&](auto described) { whole.set_value(std::move(described)); });
    auto described = whole.get_future().get();
    ASSERT_TRUE(described) << described.error().message();
    EXPECT_EQ(described->size, size);
    EXPECT_TRUE(described->directory);
    EXPECT_EQ(described->content.substr(0, 7), "sha256:");
    // The same for the same bytes under the same names.
    if (content.empty()) content = described->content;
    EXPECT_EQ(described->content, content);
    EXPECT_EQ(artifacts.Describe(uri)->size, size);
  }
  // Small ones wait for their digests, as ever.
  StoreArtifacts patient(*store_, *files_, 64 << 20);
  make("third");
  EXPECT_NE(patient.PublishLast(Local("third"), "minio://mlpipeline/v2/third")->content,
            engine::StoredArtifact::kPending);
  bool told = false;
  artifacts.WhenWhole("minio://mlpipeline/v2/none", [&](auto none) { told = !none; });
  EXPECT_TRUE(told);
}

TEST_F(StoreArtifactsTest, NeverWritesOutsideOfTheFetchedDirectory) {
  base::StringSource evil("x");
  ASSERT_TRUE(store_->PutObject("mlpipeline", "v2/e/../../../evil", evil, {}));
  base::StringSource good("y");
  ASSERT_TRUE(store_->PutObject("mlpipeline", "v2/e/good", good, {}));
  ASSERT_TRUE(artifacts_->Fetch("minio://mlpipeline/v2/e", Local("deep/down")) ||
              fs::exists(Local("deep/down/good")));
  EXPECT_FALSE(fs::exists(directory_ / "evil"));
  EXPECT_FALSE(fs::exists(directory_.parent_path() / "evil"));
}

TEST_F(StoreArtifactsTest, SaysWhatIsMissing) {
  auto fetched = artifacts_->Fetch("minio://mlpipeline/v2/none", Local("out"));
  ASSERT_FALSE(fetched);
  EXPECT_EQ(fetched.error().code(), base::Code::kNotFound);
}

}  // namespace
}  // namespace penstock::server
