// SPDX-License-Identifier: Apache-2.0
#include "executor/local/host_files.h"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "executor/local/task_log.h"

namespace penstock::executor {
namespace {

namespace fs = std::filesystem;

class HostFilesTest : public testing::Test {
 protected:
  void SetUp() override {
    char name[] = "/tmp/penstock-host-XXXXXX";
    folder_ = ::mkdtemp(name);
  }
  void TearDown() override { fs::remove_all(folder_); }

  std::string Write(const std::string& name, const std::string& text) {
    std::ofstream(folder_ / name) << text;
    return folder_ / name;
  }

  fs::path folder_;
};

TEST_F(HostFilesTest, HostsComeBeforeTheSystems) {
  auto text = HostsText({{"minio.example", "192.0.2.7"}, {"six.example", "::1"}},
                        "127.0.0.1 localhost\n", "task");
  ASSERT_TRUE(text);
  EXPECT_EQ(*text,
            "# written by penstock for its tasks\n192.0.2.7 minio.example\n::1 six.example\n"
            "127.0.0.1 host.docker.internal\n127.0.0.1 task\n127.0.0.1 localhost\n");
}

TEST_F(HostFilesTest, TheDockerHostCanBeElsewhere) {
  auto text = HostsText({{"host.docker.internal", "192.0.2.9"}}, "", "task");
  ASSERT_TRUE(text);
  EXPECT_EQ(text->find("127.0.0.1 host.docker"), std::string::npos);
}

TEST_F(HostFilesTest, RefusesBadHosts) {
  for (const auto& [name, address] :
       std::vector<std::pair<std::string, std::string>>{{"", "192.0.2.7"},
                                                        {"a b", "192.0.2.7"},
                                                        {"a\nb", "192.0.2.7"},
                                                        {"a", "elsewhere"},
                                                        {"a", ""},
                                                        {"a", "192.0.2.7\n1.1.1.1 b"}}) {
    EXPECT_FALSE(HostsText({{name, address}}, "", "task")) << name << "=" << address;
  }
}

TEST_F(HostFilesTest, CombinesCertificates) {
  const std::string pem = "-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n";
  const std::string system = Write("system.pem", "system");
  const std::string mine = Write("mine.pem", pem);
  EXPECT_EQ(*CombinedCertificates(system, {mine}), "system\n" + pem);
  EXPECT_EQ(*CombinedCertificates("", {}), "");
  EXPECT_FALSE(CombinedCertificates(system, {Write("bad.pem", "no certificate")}));
  EXPECT_FALSE(CombinedCertificates(system, {"/no/such/file"}));
  EXPECT_EQ(SystemCertificates(system), system);
}

TEST_F(HostFilesTest, LogsLinesWithTheirTimes) {
  base::FakeClock clock(base::FromMicros(1'000'000));
  TaskLog log(folder_ / "log", clock);
  log.Add("one");
  clock.Advance(std::chrono::milliseconds(5));
  log.Note("two\nthree");
  EXPECT_EQ(ReadTextFile(folder_ / "log"),
            "1970-01-01T00:00:01.000Z one\n1970-01-01T00:00:01.005Z [penstock] two\n"
            "1970-01-01T00:00:01.005Z [penstock] three\n");
  EXPECT_EQ(log.Tail(), "one");
}

TEST_F(HostFilesTest, LogsAreBounded) {
  base::FakeClock clock;
  TaskLog log(folder_ / "log", clock, 200);
  for (int i = 0; i < 100; ++i) log.Add("line " + std::to_string(i));
  const std::string text = ReadTextFile(folder_ / "log");
  EXPECT_LT(text.size(), 350u);
  EXPECT_NE(text.find("the log is full (200 bytes)"), std::string::npos);
  EXPECT_EQ(text.find("line 50"), std::string::npos);
  // Messages still show how it ended.
  EXPECT_NE(log.Tail().find("line 99"), std::string::npos);
  EXPECT_EQ(log.Tail().find("line 79"), std::string::npos);
}

TEST_F(HostFilesTest, LogNamesCannotClimb) {
  EXPECT_EQ(*LogPath("/logs", "run-1", "task-2", 3), "/logs/run-1/task-2-3.log");
  for (const char* bad : {"", "..", "../x", "a/b", ".hidden", "a\\b"}) {
    EXPECT_FALSE(LogPath("/logs", bad, "task", 0)) << bad;
    EXPECT_FALSE(LogPath("/logs", "run", bad, 0)) << bad;
  }
  EXPECT_FALSE(LogPath("/logs", "run", "task", -1));
}

}  // namespace
}  // namespace penstock::executor
