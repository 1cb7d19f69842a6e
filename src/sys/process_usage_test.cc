// SPDX-License-Identifier: Apache-2.0
#include "sys/process_usage.h"

#include <thread>
#include <vector>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

namespace penstock::sys {
namespace {

TEST(ProcessUsage, FollowsWhatTheProcessDoes) {
  ProcessUsage before = ReadProcessUsage();
  EXPECT_GE(before.threads, 1u);
  EXPECT_GT(before.most_descriptors, before.open_descriptors);

  std::vector<char> memory(64 << 20, 'x');
  int fd = open("/dev/null", O_RDONLY);
  volatile double work = 1;
  while (ReadProcessUsage().cpu_seconds < before.cpu_seconds + 0.05) work = work * 1.0001;
  ProcessUsage during;
  std::thread([&during] { during = ReadProcessUsage(); }).join();
  close(fd);

  EXPECT_EQ(during.open_descriptors, before.open_descriptors + 1);
  EXPECT_EQ(during.threads, before.threads + 1);
  EXPECT_GE(during.resident_bytes, before.resident_bytes + memory.size() / 2);
  EXPECT_GE(during.virtual_bytes, during.resident_bytes);
}

}  // namespace
}  // namespace penstock::sys
