// SPDX-License-Identifier: Apache-2.0
#include "executor/local/environment_cache.h"

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include "base/source_file.h"
#include "executor/local/environment_collector.h"
#include "executor/local/host_files.h"
#include "executor/local/package_locks.h"
#include "sys/remove_tree.h"
#include "sys/run_process.h"

namespace penstock::executor {
namespace {

namespace fs = std::filesystem;
using base::Code;
using testing::ElementsAre;
using testing::HasSubstr;

// Environments without a package index.
class EnvironmentCacheTest : public testing::Test {
 protected:
  void SetUp() override {
    char name[] = "/tmp/penstock-environments-XXXXXX";
    folder_ = ::mkdtemp(name);
    fs::create_directories(folder_ / "environments");
    fs::create_directories(folder_ / "uv-cache");
    Variables variables = sys::CurrentEnvironment();
    std::erase_if(variables, [](const auto& entry) { return entry.first == "PENSTOCK_UV"; });
    variables.emplace_back("PENSTOCK_UV", base::SourceFile("tests/data/executor/fake-uv"));
    builder_.emplace(variables, PipSettings(), folder_ / "uv-cache", "");
    locks_.emplace(folder_ / "locks");
    cache_.emplace(folder_ / "environments", *builder_, *locks_, clock_);
  }
  void TearDown() override {
    cache_.reset();
    EXPECT_TRUE(sys::RemoveTree(folder_));
  }

  static EnvironmentSpec Spec(const std::vector<std::string>& requirements) {
    EnvironmentSpec spec;
    spec.interpreter.executable = "/usr/bin/python3";
    spec.interpreter.version = {3, 12, 1};
    spec.steps.emplace_back().requirements = requirements;
    return spec;
  }
  base::Result<Environment> Get(const EnvironmentSpec& spec) {
    return cache_->Get(spec, [](std::string_view) {}, cancel_);
  }
  // How many environments were begun.
  size_t Begun() const {
    std::ifstream file(folder_ / "uv-cache" / "made");
    size_t count = 0;
    for (std::string line; std::getline(file, line);) ++count;
    return count;
  }
  std::vector<std::string> Ids() const {
    std::vector<std::string> ids;
    for (const auto& info : cache_->List()) ids.push_back(info.id);
    return ids;
  }
  std::vector<std::string> Directories() const {
    return {folder_ / "environments", folder_ / "uv-cache"};
  }

  fs::path folder_;
  base::FakeClock clock_{base::FromMicros(1'700'000'000'000'000)};
  base::NullLogger logger_;
  sys::CancelSignal cancel_;
  std::optional<EnvironmentBuilder> builder_;
  std::optional<LockFiles> locks_;
  std::optional<EnvironmentCache> cache_;
};

// Of an index, of another one that the component names, and of a requirement itself.
TEST_F(EnvironmentCacheTest, CredentialsAreShownNowhere) {
  Variables variables = sys::CurrentEnvironment();
  std::erase_if(variables, [](const auto& entry) { return entry.first.starts_with("UV_"); });
  variables.emplace_back("PENSTOCK_UV", base::SourceFile("tests/data/executor/fake-uv"));
  variables.emplace_back("PIP_INDEX_URL", "https://me:hidden-1@index.invalid/simple");
  PipSettings settings;
  settings.AddVariables(variables);
  builder_.emplace(variables, settings, folder_ / "uv-cache", "");
  cache_.emplace(folder_ / "environments", *builder_, *locks_, clock_);
  EnvironmentSpec spec = Spec({"chatty @ https://me:hidden-2@files.invalid/c.whl"});
  spec.steps.front().index_url = "https://me:hidden-3@other.invalid/simple";
  std::string said;
  const auto line = [&said](std::string_view text) { said += std::string(text) + "\n"; };
  auto made = cache_->Get(spec, line, cancel_);
  ASSERT_TRUE(made) << made.error().message();
  EXPECT_THAT(said, HasSubstr("https://***@index.invalid/simple"));
  EXPECT_THAT(said, HasSubstr("https://***@other.invalid/simple"));
  for (const std::string& package : made->packages) said += package + "\n";
  said += *locks_->Read(made->lock_id);
  said += ReadTextFile(folder_ / "environments" / made->key / "about.json");
  spec.steps.front().requirements.push_back("broken");
  auto failed = cache_->Get(spec, line, cancel_);
  ASSERT_FALSE(failed);
  said += failed.error().message();
  EXPECT_THAT(said, HasSubstr("files.invalid/c.whl"));
  EXPECT_THAT(said, testing::Not(HasSubstr("hidden")));
}

TEST_F(EnvironmentCacheTest, IsMadeOnceForAll) {
  std::vector<std::thread> threads;
  std::atomic<int> got = 0;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] { got += Get(Spec({"six==1"})).has_value(); });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(got, 8);
  EXPECT_EQ(Begun(), 1u);
  EXPECT_NE(Get(Spec({"six==1"}))->key, Get(Spec({"six==2"}))->key);
}

TEST_F(EnvironmentCacheTest, SaysWhatIsInIt) {
  auto environment = Get(Spec({"six==1", "https://user:secret@host/x.whl"}));
  ASSERT_TRUE(environment) << environment.error().message();
  const auto list = cache_->List();
  ASSERT_EQ(list.size(), 1u);
  EXPECT_EQ(list[0].id, environment->key);
  EXPECT_EQ(list[0].python, "3.12.1");
  EXPECT_THAT(list[0].requirements, ElementsAre("six==1", "https://***@host/x.whl"));
  EXPECT_EQ(list[0].packages, environment->packages);
  EXPECT_THAT(list[0].packages, testing::Contains("six==1"));
  EXPECT_GT(list[0].size_bytes, 0u);
  EXPECT_EQ(list[0].created_at, clock_.Now());
  EXPECT_TRUE(list[0].in_use);
  const std::string lock = locks_->Read(environment->lock_id).value();
  EXPECT_THAT(lock, HasSubstr("six==1 \\\n    --hash=sha256:00\n"));
  EXPECT_THAT(lock, Not(HasSubstr("secret")));
  EXPECT_EQ(locks_->Read("../" + environment->lock_id).error().code(), Code::kNotFound);
  EXPECT_EQ(locks_->Read(std::string(64, 'f')).error().code(), Code::kNotFound);
}

TEST_F(EnvironmentCacheTest, ALockedOneIsAnother) {
  EnvironmentSpec spec = Spec({"six"});
  auto free = Get(spec);
  PackageLocks locks;
  ASSERT_TRUE(locks.Add(locks_->Read(free->lock_id).value(), "lock"));
  spec.lock = locks.Find(spec);
  auto locked = Get(spec);
  ASSERT_TRUE(locked);
  EXPECT_NE(locked->key, free->key);
  const std::string constraints = locked->venv + ".constraints";
  EXPECT_EQ(ReadTextFile(constraints), spec.lock);
  EXPECT_THAT(ReadTextFile(locked->venv + "/installed"), HasSubstr("--constraint " + constraints));
  EXPECT_EQ(locked->lock_id, free->lock_id) << "of the same packages";
}

TEST_F(EnvironmentCacheTest, OneThatAnEarlierTaskHadIsTakenAgain) {
  EnvironmentSpec spec = Spec({"six"});
  auto first = Get(spec);
  ASSERT_TRUE(first);
  PackageLocks locks;
  ASSERT_TRUE(locks.Add(locks_->Read(first->lock_id).value(), "lock"));
  spec.lock = locks.Find(spec);
  spec.lock_id = first->lock_id;
  EXPECT_EQ(Get(spec)->key, first->key);
  EXPECT_EQ(Begun(), 1u);
  // Another Python is another environment.
  EnvironmentSpec newer = spec;
  newer.interpreter.executable += "-too";
  auto other = Get(newer);
  EXPECT_TRUE(!other || other->key != first->key);
  // It is made again where it has gone, under the same lock.
  const std::string key = first->key;
  const std::string lock = first->lock_id;
  *first = Environment();
  ASSERT_TRUE(cache_->Remove(key));
  auto again = Get(spec);
  ASSERT_TRUE(again) << again.error().message();
  EXPECT_NE(again->key, key);
  EXPECT_EQ(again->lock_id, lock);
  EXPECT_THAT(again->packages, testing::Contains("six"));
}

TEST_F(EnvironmentCacheTest, OneThatIsNotWhatTheLockSaysIsNone) {
  EnvironmentSpec spec = Spec({"six"});
  spec.lock = "pip\nseven==7 \\\n    --hash=sha256:00\n";
  spec.lock_id = std::string(64, 'a');
  auto made = Get(spec);
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code(), Code::kFailedPrecondition);
  EXPECT_THAT(made.error().message(), HasSubstr("six is installed and not in the lock"));
  EXPECT_THAT(made.error().message(), HasSubstr("seven==7 is in the lock and not installed"));
  EXPECT_THAT(made.error().message(), Not(HasSubstr("pip is")));
  EXPECT_TRUE(cache_->List().empty());
}

TEST_F(EnvironmentCacheTest, WhatFailedIsNotTriedAgainSoon) {
  const EnvironmentSpec broken = Spec({"broken==1"});
  auto failed = Get(broken);
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().code(), Code::kFailedPrecondition);
  EXPECT_THAT(failed.error().message(), HasSubstr("not tried again within 60 s"));
  for (int i = 0; i < 50; ++i) EXPECT_FALSE(Get(broken));
  EXPECT_EQ(Begun(), 1u);
  clock_.Advance(std::chrono::seconds(60));
  EXPECT_THAT(Get(broken).error().message(), HasSubstr("within 120 s"));
  EXPECT_EQ(Begun(), 2u);
  // Whoever knows better says so.
  ASSERT_TRUE(cache_->Remove(EnvironmentKey(broken, builder_->settings())));
  EXPECT_FALSE(Get(broken));
  EXPECT_EQ(Begun(), 3u);
  EXPECT_TRUE(cache_->List().empty());
  auto unreachable = Get(Spec({"unreachable"}));
  EXPECT_EQ(unreachable.error().code(), Code::kUnavailable);
  EXPECT_THAT(unreachable.error().message(), HasSubstr("PIP_INDEX_URL"));
}

TEST(RetryDelay, GrowsAndEnds) {
  EXPECT_EQ(RetryDelay(Code::kFailedPrecondition, 1).count(), 60);
  EXPECT_EQ(RetryDelay(Code::kFailedPrecondition, 3).count(), 240);
  EXPECT_EQ(RetryDelay(Code::kFailedPrecondition, 1000).count(), 600);
  EXPECT_EQ(RetryDelay(Code::kUnavailable, 1).count(), 10);
  EXPECT_EQ(RetryDelay(Code::kUnavailable, 1000).count(), 120);
}

TEST_F(EnvironmentCacheTest, OneInUseStays) {
  const std::string id = Get(Spec({"six"}))->key;
  {
    auto first = Get(Spec({"six"}));
    const Environment second = *first;
    EXPECT_EQ(cache_->Remove(id).error().code(), Code::kFailedPrecondition);
    first = base::Fail(Code::kCancelled, "");
    EXPECT_EQ(cache_->Remove(id).error().code(), Code::kFailedPrecondition);
    EXPECT_TRUE(fs::exists(second.venv + "/bin/python3"));
  }
  EXPECT_TRUE(cache_->Remove(id));
  EXPECT_FALSE(fs::exists(folder_ / "environments" / id));
  EXPECT_EQ(cache_->Remove(id).error().code(), Code::kNotFound);
  EXPECT_EQ(cache_->Remove("../../x").error().code(), Code::kNotFound);
  EXPECT_TRUE(Get(Spec({"six"})));  // it is made again
  EXPECT_EQ(Begun(), 2u);
}

TEST_F(EnvironmentCacheTest, WhatWasUsedLastStaysLongest) {
  const std::string a = Get(Spec({"fat", "a"}))->key;
  clock_.Advance(std::chrono::hours(1));
  const std::string b = Get(Spec({"fat", "b"}))->key;
  clock_.Advance(std::chrono::hours(1));
  EXPECT_EQ(Get(Spec({"fat", "a"}))->key, a);
  EXPECT_THAT(Ids(), ElementsAre(a, b));
  std::ofstream(folder_ / "uv-cache" / "download") << std::string(2 << 20, 'x');
  EnvironmentLimits limits;
  limits.bytes = 3 << 20;
  {
    // Downloads alone are too much, and go.
    EnvironmentCollector collector(limits, Directories(), *cache_, *builder_, clock_, logger_);
    collector.Sweep();
    EXPECT_FALSE(fs::exists(folder_ / "uv-cache" / "download"));
    EXPECT_THAT(Ids(), ElementsAre(a, b));
    EXPECT_LE(*collector.Usage().total_bytes, *limits.bytes);
  }
  limits.bytes = 1500 << 10;
  {
    EnvironmentCollector collector(limits, Directories(), *cache_, *builder_, clock_, logger_);
    collector.Sweep();
    EXPECT_THAT(Ids(), ElementsAre(a));
  }
  limits.bytes = 1;
  auto held = Get(Spec({"fat", "a"}));
  EnvironmentCollector collector(limits, Directories(), *cache_, *builder_, clock_, logger_);
  collector.Sweep();
  EXPECT_THAT(Ids(), ElementsAre(a)) << "it is in use";
  held = base::Fail(Code::kCancelled, "");
  collector.Sweep();
  EXPECT_TRUE(Ids().empty());
}

TEST_F(EnvironmentCacheTest, WhatNobodyUsesForLongGoes) {
  const std::string old = Get(Spec({"old"}))->key;
  clock_.Advance(std::chrono::hours(48));
  const std::string fresh = Get(Spec({"fresh"}))->key;
  EnvironmentLimits limits;
  limits.idle = std::chrono::hours(24);
  EnvironmentCollector collector(limits, Directories(), *cache_, *builder_, clock_, logger_);
  collector.Sweep();
  EXPECT_THAT(Ids(), ElementsAre(fresh));
}

}  // namespace
}  // namespace penstock::executor
