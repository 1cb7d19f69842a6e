// SPDX-License-Identifier: Apache-2.0
#include "sys/process.h"

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <thread>

#include <gtest/gtest.h>
#include <signal.h>

#include "sys/remove_tree.h"
#include "sys/run_process.h"

namespace penstock::sys {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;

ProcessSpec Shell(const std::string& script) {
  ProcessSpec spec;
  spec.command = {"sh", "-c", script};
  spec.env = {{"PATH", "/usr/bin:/bin"}};
  return spec;
}

CommandOutput Capture(const ProcessSpec& spec) {
  auto output = RunCommand(spec, milliseconds(20'000));
  if (output) return *output;
  return {{-1, 0}, output.error().message()};
}

// A root with the host's programs, read-only, and a writable /tmp.
class SandboxTest : public testing::Test {
 protected:
  void SetUp() override {
    char name[] = "/tmp/penstock-sandbox-XXXXXX";
    folder_ = ::mkdtemp(name);
    fs::create_directory(folder_ / "root");
    fs::create_directory(folder_ / "tmp");
    sandbox_.user_namespace = false;
    if (!Permitted()) sandbox_.user_namespace = true;
    if (!Permitted()) GTEST_SKIP() << "namespaces are not permitted here";
  }
  void TearDown() override { EXPECT_TRUE(RemoveTree(folder_)); }

  ProcessSpec Inside(const std::string& script) {
    ProcessSpec spec = Shell(script);
    spec.sandbox = sandbox_;
    spec.sandbox->mount_point = folder_ / "root";
    spec.sandbox->hostname = "inside";
    spec.sandbox->steps = BaseSteps();
    return spec;
  }

  std::vector<MountStep> BaseSteps() {
    std::vector<MountStep> steps;
    for (const char* name : {"/usr", "/etc", "/bin", "/sbin", "/lib", "/lib64"}) {
      if (fs::is_symlink(name)) {
        steps.push_back({MountStep::Kind::kSymlink, name, fs::read_symlink(name), "", ""});
      } else if (fs::exists(name)) {
        steps.push_back({MountStep::Kind::kBindReadOnly, name, name, "", ""});
      }
    }
    steps.push_back({MountStep::Kind::kProc, "/proc", "", "", ""});
    steps.push_back({MountStep::Kind::kDevices, "/dev", "", "", ""});
    steps.push_back({MountStep::Kind::kBindWritable, "/tmp", folder_ / "tmp", "", ""});
    return steps;
  }

  bool Permitted() { return Capture(Inside("true")).status.success(); }

  fs::path folder_;
  SandboxSpec sandbox_;
};

TEST(Process, CollectsOutputAndExitCode) {
  CommandOutput output = Capture(Shell("echo out; echo err >&2; exit 3"));
  EXPECT_EQ(output.text, "out\nerr\n");
  EXPECT_EQ(output.status.code, 3);
  EXPECT_EQ(output.status.signal, 0);
}

TEST(Process, NamesTheSignal) {
  CommandOutput output = Capture(Shell("kill -SEGV $$"));
  EXPECT_EQ(output.status.signal, SIGSEGV);
  EXPECT_EQ(Describe(output.status), "signal 11 (SIGSEGV)");
  EXPECT_EQ(Describe(ExitStatus{4, 0}), "exit code 4");
}

TEST(Process, InheritsNothing) {
  ::setenv("PENSTOCK_TEST_SECRET", "x", 1);
  CommandOutput output = Capture(Shell("env | sort; ls /proc/self/fd | wc -l; cat; ulimit -c"));
  EXPECT_EQ(output.text.find("SECRET"), std::string::npos);
  // 0, 1, 2 and the folder that ls reads.
  EXPECT_NE(output.text.find("\n4\n"), std::string::npos) << output.text;
}

TEST(Process, SaysWhyItCannotRun) {
  ProcessSpec spec = Shell("");
  spec.command = {"no-such-program"};
  auto missing = Process::Start(spec);
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code(), base::Code::kInvalidArgument);
  EXPECT_NE(missing.error().message().find("no such program on its PATH"), std::string::npos);

  spec.command = {"/etc/passwd"};
  EXPECT_EQ(Process::Start(spec).error().code(), base::Code::kInvalidArgument);
  spec.command = {"true", std::string(1 << 20, 'x')};
  EXPECT_NE(Process::Start(spec).error().message().find("longer than"), std::string::npos);
  spec = Shell("true");
  spec.working_directory = "/no/such/folder";
  EXPECT_NE(Process::Start(spec).error().message().find("/no/such/folder"), std::string::npos);
  spec.command = {};
  EXPECT_FALSE(Process::Start(spec));
}

TEST(Process, StopsAtTheTimeout) {
  RunOptions options;
  options.timeout = milliseconds(50);
  auto end = RunProcess(Shell("sleep 100"), options);
  ASSERT_TRUE(end);
  EXPECT_EQ(end->cause, RunEnd::Cause::kTimedOut);
}

TEST(Process, StopsWhenCancelledAndKillsItsChildren) {
  CancelSignal cancel;
  pid_t child = 0;
  RunOptions options;
  options.cancel = &cancel;
  options.line = [&](std::string_view line) {
    child = std::stoi(std::string(line));
    cancel.Cancel();
  };
  // A child in a process group of its own, as an interactive shell makes them.
  ProcessSpec spec = Shell("");
  spec.command = {"bash", "-c", "set -m; sleep 100 & echo $!; wait"};
  auto end = RunProcess(spec, options);
  ASSERT_TRUE(end);
  EXPECT_EQ(end->cause, RunEnd::Cause::kCancelled);
  ASSERT_GT(child, 0);
  // Killed, and reaped soon by whoever adopted it.
  for (int i = 0; i < 1000 && ::kill(child, 0) == 0; ++i) {
    std::ifstream stat("/proc/" + std::to_string(child) + "/stat");
    std::string text((std::istreambuf_iterator<char>(stat)), {});
    if (text.find(") Z ") != std::string::npos) return;
    std::this_thread::sleep_for(milliseconds(1));
  }
  EXPECT_NE(::kill(child, 0), 0);
}

TEST_F(SandboxTest, WhatLiesBelowALinkIsMadeInside) {
  const std::string name = folder_.filename();
  fs::create_directory(folder_ / "data");
  std::ofstream(folder_ / "data/file") << "here";
  ProcessSpec spec = Inside("cat /var/tmp/" + name + "/deep/file /other/" + name + "/file");
  auto& steps = spec.sandbox->steps;
  using Kind = MountStep::Kind;
  steps.push_back({Kind::kSymlink, "/var/tmp", "/tmp", "", ""});
  steps.push_back({Kind::kSymlink, "/other", "var/tmp/linked", "", ""});
  for (const std::string& target : {"/var/tmp/" + name + "/deep", "/other/" + name}) {
    steps.push_back({Kind::kBindReadOnly, target, folder_ / "data", "", ""});
  }
  CommandOutput output = Capture(spec);
  EXPECT_TRUE(output.status.success()) << output.text;
  EXPECT_EQ(output.text, "herehere\n");
  EXPECT_FALSE(fs::exists(folder_ / "deep"));  // of the host
  EXPECT_FALSE(fs::exists("/tmp/linked/" + name));
}

TEST_F(SandboxTest, HasItsOwnProcessesAndName) {
  CommandOutput output = Capture(Inside("echo $$; hostname; ls -d /proc/[0-9]* | wc -l"));
  EXPECT_EQ(output.text.substr(0, 9), "2\ninside\n") << output.text;
}

TEST_F(SandboxTest, CannotWriteTheSystem) {
  CommandOutput output = Capture(
      Inside("for f in /x /usr/x /etc/x /dev/x /proc/sys/kernel/hostname; do "
             "(echo x > $f) 2>/dev/null && echo wrote $f; done; echo x > /tmp/x && cat /tmp/x"));
  EXPECT_EQ(output.text, "x\n");
  EXPECT_TRUE(fs::exists(folder_ / "tmp" / "x"));
}

TEST_F(SandboxTest, SeesNothingElse) {
  std::ofstream(folder_ / "secret") << "s";
  CommandOutput output =
      Capture(Inside("ls " + folder_.string() + " /root /home 2>&1 | grep -c 'No '"));
  EXPECT_EQ(output.text, "3\n");
}

TEST_F(SandboxTest, HasNoCapabilitiesAndNoWayToThem) {
  CommandOutput output =
      Capture(Inside("grep -E 'CapPrm|CapEff|CapBnd|NoNewPrivs' /proc/self/status"));
  EXPECT_EQ(output.text,
            "CapPrm:\t0000000000000000\nCapEff:\t0000000000000000\nCapBnd:\t0000000000000000\n"
            "NoNewPrivs:\t1\n");
  EXPECT_NE(Capture(Inside("umount /tmp")).status.code, 0);
}

TEST_F(SandboxTest, CannotReadTheMemoryOfItsInit) {
  CommandOutput output = Capture(Inside("cat /proc/1/maps /proc/1/environ"));
  EXPECT_NE(output.status.code, 0);
  EXPECT_EQ(output.text.find("r-xp"), std::string::npos);
}

TEST_F(SandboxTest, HasDevices) {
  CommandOutput output = Capture(Inside(
      "echo x > /dev/null && head -c 3 /dev/zero | wc -c && head -c 4 /dev/urandom | wc -c && "
      "echo y > /dev/shm/y && cat /dev/shm/y /dev/fd/0 && echo z > /dev/stdout"));
  EXPECT_EQ(output.text, "3\n4\ny\nz\n");
}

TEST_F(SandboxTest, EndsWithTheCommandWhateverIsLeft) {
  CommandOutput output = Capture(Inside("setsid sleep 1000 & (trap '' TERM; sleep 1000) & exit 5"));
  EXPECT_EQ(output.status.code, 5);
}

TEST_F(SandboxTest, ReportsSignals) {
  EXPECT_EQ(Capture(Inside("kill -KILL $$")).status.signal, SIGKILL);
}

TEST_F(SandboxTest, StopsWhenCancelled) {
  CancelSignal cancel;
  RunOptions options;
  options.cancel = &cancel;
  options.line = [&](std::string_view) { cancel.Cancel(); };
  auto end = RunProcess(Inside("setsid sleep 1000 & echo up; wait"), options);
  ASSERT_TRUE(end);
  EXPECT_EQ(end->cause, RunEnd::Cause::kCancelled);
  EXPECT_EQ(end->status.signal, SIGKILL);
}

TEST_F(SandboxTest, MayHaveANetworkOfItsOwn) {
  ProcessSpec spec = Inside(
      "tail -n +3 /proc/net/dev | cut -d: -f1 | tr -d ' '; "
      "python3 -c 'import socket; s = socket.create_server((\"127.0.0.1\", 0)); "
      "socket.create_connection(s.getsockname()); print(\"loopback\")'");
  spec.sandbox->own_network = true;
  EXPECT_EQ(Capture(spec).text, "lo\nloopback\n");
}

TEST_F(SandboxTest, TellsWhatItUsed) {
  auto end = RunProcess(Inside("i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done; "
                               "head -c 3000000 /dev/zero > /tmp/file; sync /tmp/file"),
                        {});
  ASSERT_TRUE(end);
  ASSERT_TRUE(end->used);
  EXPECT_GT(end->used->cpu_seconds, 0.0);
  EXPECT_GT(end->used->largest_resident_bytes, uint64_t{100'000});
}

TEST_F(SandboxTest, FilesAreNotLargerThanAllowed) {
  ProcessSpec spec = Inside("head -c 3000000 /dev/zero > /tmp/file");
  spec.max_file_bytes = 1'000'000;
  EXPECT_FALSE(Capture(spec).status.success());
  EXPECT_EQ(fs::file_size(folder_ / "tmp" / "file"), 1'000'000u);
}

TEST(Process, IsWatchedAndMayBeStopped) {
  int looks = 0;
  RunOptions options;
  options.watch_pause = [] { return milliseconds(5); };
  options.watch = [&](const Process& process) -> std::optional<std::string> {
    EXPECT_GT(process.pid(), 0);
    if (++looks < 3) return {};
    return "seen enough";
  };
  auto end = RunProcess(Shell("sleep 1000"), options);
  ASSERT_TRUE(end);
  EXPECT_EQ(end->cause, RunEnd::Cause::kStopped);
  EXPECT_EQ(end->why, "seen enough");
  EXPECT_EQ(looks, 3);
}

TEST_F(SandboxTest, SaysWhatCouldNotBeMounted) {
  ProcessSpec spec = Inside("true");
  spec.sandbox->steps.push_back(
      {MountStep::Kind::kBindReadOnly, "/usr/no-such-place", "/usr", "", ""});
  auto process = Process::Start(spec);
  ASSERT_FALSE(process);
  EXPECT_NE(process.error().message().find("/usr/no-such-place"), std::string::npos);
  spec.sandbox->steps.back().source = "/no/such/source";
  EXPECT_NE(Process::Start(spec).error().message().find("/no/such/source"), std::string::npos);
}

TEST_F(SandboxTest, OverlaysKeepChangesApart) {
  fs::create_directories(folder_ / "lower");
  fs::create_directories(folder_ / "upper");
  fs::create_directories(folder_ / "scratch");
  std::ofstream(folder_ / "lower" / "a") << "old\n";
  ProcessSpec spec = Inside("cat /lay/a; echo new > /lay/a; cat /lay/a");
  spec.sandbox->steps.push_back({MountStep::Kind::kOverlay, "/lay", folder_ / "lower",
                                 folder_ / "upper", folder_ / "scratch"});
  CommandOutput output = Capture(spec);
  if (!output.status.success()) GTEST_SKIP() << "no overlays here: " << output.text;
  EXPECT_EQ(output.text, "old\nnew\n");
  std::ifstream lower(folder_ / "lower" / "a");
  std::string text((std::istreambuf_iterator<char>(lower)), {});
  EXPECT_EQ(text, "old\n");
}

// A process dies with the thread that started it, as all do when the server is killed.
TEST_F(SandboxTest, DiesWithTheThreadThatStartedIt) {
  std::unique_ptr<Process> process;
  std::thread([&] {
    auto started = Process::Start(Inside("sleep 1000"));
    if (started) process = std::make_unique<Process>(std::move(*started));
  }).join();
  ASSERT_TRUE(process);
  EXPECT_EQ(process->Wait().signal, SIGKILL);
}

}  // namespace
}  // namespace penstock::sys
