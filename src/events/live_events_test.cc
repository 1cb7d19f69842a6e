// SPDX-License-Identifier: Apache-2.0
#include "events/live_events.h"

#include <thread>

#include <gmock/gmock.h>

namespace penstock::events {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;

Event Created(const std::string& bucket, const std::string& key) {
  Event event;
  event.name = "s3:ObjectCreated:Put";
  event.bucket = bucket;
  event.key = key;
  return event;
}

TEST(LiveEvents, ReachThoseWhoWantThem) {
  LiveEvents live;
  EXPECT_FALSE(live.HasListeners());
  auto photos = live.Subscribe("photos", {{"s3:ObjectCreated:*"}, "a/", ".jpg"}).value();
  auto all = live.Subscribe("", {{"s3:ObjectCreated:*"}, "", ""}).value();
  auto removed = live.Subscribe("photos", {{"s3:ObjectRemoved:*"}, "", ""}).value();
  EXPECT_TRUE(live.HasListeners());
  live.Publish(Created("photos", "a/1.jpg"), "one");
  live.Publish(Created("photos", "b/2.jpg"), "two");
  live.Publish(Created("other", "a/3.jpg"), "three");
  EXPECT_THAT(photos->Wait(milliseconds(0)), ElementsAre("one"));
  EXPECT_THAT(all->Wait(milliseconds(0)), ElementsAre("one", "two", "three"));
  EXPECT_THAT(removed->Wait(milliseconds(0)), ElementsAre());
  photos.reset();
  all.reset();
  removed.reset();
  EXPECT_FALSE(live.HasListeners());
}

TEST(LiveEvents, DropTheOldestOfSlowListeners) {
  LiveEvents live;
  auto slow = live.Subscribe("", {{"s3:ObjectCreated:*"}, "", ""}).value();
  for (size_t i = 0; i < LiveSubscription::kMaxWaiting + 5; ++i) {
    live.Publish(Created("b", "k"), std::to_string(i));
  }
  EXPECT_EQ(slow->missed(), 5u);
  EXPECT_EQ(slow->Wait(milliseconds(0)).front(), "5");
}

TEST(LiveEvents, HaveRoomForSoMany) {
  LiveEvents live;
  std::vector<std::unique_ptr<LiveSubscription>> listeners;
  for (size_t i = 0; i < LiveEvents::kMaxListeners; ++i) {
    listeners.push_back(live.Subscribe("", {}).value());
  }
  EXPECT_FALSE(live.Subscribe("", {}));
  listeners.pop_back();
  EXPECT_TRUE(live.Subscribe("", {}));
}

TEST(LiveEvents, EndWithTheServer) {
  LiveEvents live;
  auto listener = live.Subscribe("", {{"s3:ObjectCreated:*"}, "", ""}).value();
  std::thread closer([&live] {
    std::this_thread::sleep_for(milliseconds(30));
    live.Close();
  });
  EXPECT_TRUE(listener->Wait(milliseconds(60'000)).empty());
  EXPECT_TRUE(listener->closed());
  closer.join();
  EXPECT_FALSE(live.Subscribe("", {}));
}

}  // namespace
}  // namespace penstock::events
