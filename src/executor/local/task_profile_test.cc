// SPDX-License-Identifier: Apache-2.0
#include "executor/local/task_profile.h"

#include <gtest/gtest.h>

namespace penstock::executor {
namespace {

using std::chrono::milliseconds;

ProfileSample At(int ms, double cpu, uint64_t memory) {
  ProfileSample sample;
  sample.time = milliseconds(ms);
  sample.cpu_seconds = cpu;
  sample.memory_bytes = memory;
  return sample;
}

TEST(TaskProfile, HasABoundedNumberOfSamples) {
  TaskProfile profile;
  int taken = 0;
  // Two hours of a task, as the watch sees it.
  for (int ms = 0; ms < 7'200'000; ms += 50) {
    if (!profile.IsDue(milliseconds(ms))) continue;
    profile.Add(At(ms, ms / 1000.0, 1000));
    ++taken;
    ASSERT_LE(profile.samples().size(), TaskProfile::kMostSamples);
  }
  EXPECT_GE(profile.samples().size(), TaskProfile::kMostSamples / 2);
  EXPECT_LT(taken, 3000);
  for (size_t i = 1; i < profile.samples().size(); ++i) {
    EXPECT_GT(profile.samples()[i].time, profile.samples()[i - 1].time);
  }
  EXPECT_GT(profile.samples().back().time, milliseconds(7'000'000));
}

TEST(TaskProfile, SumsNeverGoBack) {
  TaskProfile profile;
  profile.Add(At(200, 2.0, 500));
  profile.Add(At(400, 1.0, 100));
  EXPECT_EQ(profile.samples().back().cpu_seconds, 2.0);
  EXPECT_EQ(profile.samples().back().memory_bytes, 100u);
  const text::Json json = profile.ToJson(At(0, 1.5, 50));
  EXPECT_EQ(json.Find("cpu_seconds")->as_number(), 2.0);
  EXPECT_EQ(json.IntegerOr("peak_memory_bytes", 0), 500);
}

TEST(TaskProfile, IsWrittenForCharts) {
  TaskProfile profile;
  ProfileSample sample = At(200, 0.1234567, 4096);
  sample.processes = 2;
  sample.written_bytes = 512;
  profile.Add(sample);
  EXPECT_EQ(text::FormatJson(profile.ToJson(At(0, 0.5, 8192))),
            R"({"cpu_seconds":0.5,"interval_ms":200,"peak_memory_bytes":8192,"read_bytes":0,)"
            R"("samples":[{"cpu_seconds":0.123,"memory_bytes":4096,"ms":200,"processes":2,)"
            R"("read_bytes":0,"written_bytes":512}],"written_bytes":512})");
}

}  // namespace
}  // namespace penstock::executor
