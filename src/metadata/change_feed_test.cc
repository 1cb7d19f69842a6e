// SPDX-License-Identifier: Apache-2.0
#include "metadata/change_feed.h"

#include <thread>

#include <gtest/gtest.h>

namespace penstock::metadata {
namespace {

using std::chrono::milliseconds;
using Table = RowChange::Table;

std::vector<int64_t> Rows(const ChangeFeed::Batch& batch) {
  std::vector<int64_t> rows;
  for (const RowChange& change : batch.changes) rows.push_back(change.row);
  return rows;
}

TEST(ChangeFeed, GivesEachRowOnceInTheOrderOfItsLastChange) {
  ChangeFeed feed;
  uint64_t start = feed.Position();
  feed.Publish({{Table::kRun, 1}, {Table::kTask, 2}, {Table::kRun, 1}});
  feed.Publish({{Table::kTask, 1}});
  auto batch = feed.Wait(start, milliseconds(0));
  EXPECT_EQ(Rows(batch), (std::vector<int64_t>{2, 1, 1}));
  EXPECT_FALSE(batch.missed);
  EXPECT_TRUE(feed.Wait(batch.position, milliseconds(0)).changes.empty());
}

TEST(ChangeFeed, SaysWhenSomeAreGone) {
  ChangeFeed feed;
  uint64_t start = feed.Position();
  std::vector<RowChange> many;
  for (size_t i = 0; i < ChangeFeed::kMaxKept + 5; ++i) {
    many.push_back({Table::kTask, static_cast<int64_t>(i)});
  }
  feed.Publish(many);
  auto batch = feed.Wait(start, milliseconds(0));
  EXPECT_TRUE(batch.missed);
  EXPECT_EQ(batch.changes.size(), ChangeFeed::kMaxKept);
  EXPECT_EQ(batch.changes.front().row, 5);
}

TEST(ChangeFeed, WakesThoseWhoWait) {
  ChangeFeed feed;
  uint64_t start = feed.Position();
  std::thread publisher([&] { feed.Publish({{Table::kRun, 7}}); });
  EXPECT_EQ(Rows(feed.Wait(start, std::chrono::seconds(60))), std::vector<int64_t>{7});
  publisher.join();
  std::thread closer([&] { feed.Close(); });
  EXPECT_TRUE(feed.Wait(feed.Position(), std::chrono::seconds(60)).closed);
  closer.join();
}

}  // namespace
}  // namespace penstock::metadata
