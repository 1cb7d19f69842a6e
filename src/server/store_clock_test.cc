// SPDX-License-Identifier: Apache-2.0
#include <cstdlib>
#include <filesystem>

#include <gtest/gtest.h>

#include "base/random.h"
#include "store/object_store.h"
#include "sys/file_system.h"
#include "sys/guarded_clock.h"

namespace penstock::server {
namespace {

using std::chrono::hours;

// What the server does with the clock: a retention ends by the time that really passes.
TEST(StoreClock, SetAheadFreesNothing) {
  char folder[] = "/tmp/penstock-store-clock-XXXXXX";
  ASSERT_NE(::mkdtemp(folder), nullptr);
  base::FakeClock wall(base::FromMicros(1'795'421'350'000'000));
  std::chrono::nanoseconds up{0};
  base::NullLogger logger;
  base::SystemRandom random;
  sys::GuardedClock clock(wall, logger, [&] { return up; });
  auto files = sys::MakePosixFileSystem();
  store::StoreOptions options;
  options.directory = std::string(folder) + "/store";
  auto store = store::ObjectStore::Open(options, *files, clock, random, logger).value();
  store::CreateBucketOptions locked;
  locked.object_lock = true;
  ASSERT_TRUE(store->CreateBucket("kept", locked));
  store::PutOptions put;
  put.attributes.retention = {store::RetentionMode::kCompliance, wall.Now() + hours(24)};
  base::StringSource source("bytes");
  std::string version = store->PutObject("kept", "k", source, put).value().version_id;
  auto remove = [&] {
    store::DeleteTarget target;
    target.key = "k";
    target.version_id = version;
    target.bypass_governance = true;
    return store->DeleteObjects("kept", {target}).value()[0].status;
  };
  wall.Advance(hours(24 * 365));
  base::Status refused = remove();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().reason(), store::reason::kObjectLocked);
  up += hours(23);
  EXPECT_FALSE(remove());
  up += hours(2);
  EXPECT_TRUE(remove());
  store.reset();
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace penstock::server
