// SPDX-License-Identifier: Apache-2.0
// Components that mean harm, run as any other by the real executor.
#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include "engine/profiles.h"
#include "executor/local/executor_test_base.h"
#include "executor/local/host_files.h"
#include "executor/local/interpreter_finder.h"
#include "executor/local/local_executor.h"
#include "sys/folder_usage.h"
#include "sys/remove_tree.h"
#include "sys/run_process.h"

namespace penstock::executor {
namespace {

namespace fs = std::filesystem;
using engine::TaskLaunch;
using engine::TaskOutcome;
using testing::HasSubstr;
using testing::Not;

class HostileTasksTest : public ExecutorTest {
 protected:
  TaskLaunch Command(std::vector<std::string> words, const std::string& id = "task") {
    TaskLaunch launch = ExecutorTest::Command(std::move(words), id);
    launch.timeout = std::chrono::seconds(60);
    return launch;
  }
  TaskLaunch Shell(const std::string& script, const std::string& id = "task") {
    return Command({"sh", "-c", script}, id);
  }
  TaskLaunch Python(const std::string& program, const std::string& id = "task") {
    return Command({"python3", "-c", program}, id);
  }

  std::string KilledBy(const TaskOutcome& outcome) {
    return outcome.details.StringOr("killed_by", "");
  }
  // Whether the machine enforces such a limit; asked before the executor has taken the group.
  bool Enforces(const std::string& controller) { return enforced_.contains(controller); }
  void SetUp() override {
    ExecutorTest::SetUp();
    const auto groups = sys::ControlGroups::Open("penstock-able", folder_ / "record");
    for (const char* controller : {"memory", "cpu", "pids"}) {
      if (groups->able(controller)) enforced_.insert(controller);
    }
  }
  // Processes anywhere on the machine whose command line has the mark.
  static int CountMarked(const std::string& mark) {
    int count = 0;
    for (const auto& entry : fs::directory_iterator("/proc")) {
      std::ifstream file(entry.path() / "cmdline");
      const std::string text{std::istreambuf_iterator<char>(file), {}};
      if (text.find(mark) != std::string::npos) ++count;
    }
    return count;
  }
  std::set<std::string> enforced_;
  std::string Mark() const { return "mark-" + folder_.filename().string(); }
};

TEST_F(HostileTasksTest, AForkBombIsContained) {
  options_.limits.processes = 40;
  if (!Sandboxed()) GTEST_SKIP();
  TaskLaunch launch = Python(
      "import os, time\n"
      "made = 0\n"
      "try:\n"
      "  while True:\n"
      "    if os.fork() == 0: time.sleep(1000)\n"
      "    made += 1\n"
      "except OSError as e: print('stopped after', made, e.strerror)\n");
  const TaskOutcome outcome = Run(launch);
  if (Enforces("pids")) {
    EXPECT_EQ(outcome.kind, TaskOutcome::Kind::kSucceeded) << outcome.message;
    // One of the 40 is the sandbox's own, one the task itself.
    EXPECT_THAT(Log(), HasSubstr("stopped after 38 "));
  } else {
    EXPECT_EQ(KilledBy(outcome), "process limit") << outcome.message;
  }
  EXPECT_EQ(Run(Shell("true", "next")).kind, TaskOutcome::Kind::kSucceeded);
}

TEST_F(HostileTasksTest, AMemoryHogIsKilledAndTheRecordSaysSo) {
  if (!Enforces("memory")) GTEST_SKIP() << "no memory limits here";
  TaskLaunch launch = Python("x = bytearray(300 << 20); print(len(x))");
  launch.resources.memory_limit = "64Mi";
  const TaskOutcome outcome = Run(launch);
  EXPECT_EQ(outcome.kind, TaskOutcome::Kind::kFailed);
  EXPECT_FALSE(outcome.infrastructure);
  EXPECT_THAT(outcome.message, HasSubstr("killed: memory limit of 64 MiB reached"));
  EXPECT_THAT(Log(), HasSubstr("killed: memory limit of 64 MiB reached"));
  EXPECT_EQ(KilledBy(outcome), "memory limit");
  const text::Json* limits = outcome.details.Find("profile")->Find("limits");
  ASSERT_NE(limits, nullptr);
  EXPECT_EQ(limits->IntegerOr("memory_bytes", 0), 64 << 20);
  // A task that needs less is not touched.
  launch.command.back() = "print('fine')";
  EXPECT_EQ(Run(launch).kind, TaskOutcome::Kind::kSucceeded);
}

TEST_F(HostileTasksTest, ManyProcessesShareOneMemoryLimit) {
  if (!Enforces("memory")) GTEST_SKIP() << "no memory limits here";
  TaskLaunch launch = Python(
      "import os, time, sys\n"
      "children = []\n"
      "for i in range(8):\n"
      "  p = os.fork()\n"
      "  if p == 0:\n"
      "    x = bytearray(20 << 20); time.sleep(2); os._exit(0)\n"
      "  children.append(p)\n"
      "sys.exit(max(os.waitstatus_to_exitcode(os.waitpid(p, 0)[1]) != 0 for p in children))\n");
  launch.resources.memory_limit = "96Mi";
  const TaskOutcome outcome = Run(launch);
  EXPECT_EQ(outcome.kind, TaskOutcome::Kind::kFailed);
  EXPECT_THAT(outcome.message, HasSubstr("killed: memory limit of 96 MiB reached"));
}

TEST_F(HostileTasksTest, TheServersDatabaseAndOtherTasksFilesAreOutOfSight) {
  if (!Sandboxed()) GTEST_SKIP();
  std::ofstream(folder_ / "data" / "metadata.db") << "treasure";
  std::ofstream(folder_ / "data" / "root-keys.json") << "treasure";
  Waiter other;
  executor().Start(
      Shell("echo treasure > /tmp/own; echo treasure > $HOME/own; sleep 1000", "other"),
      other.Started(), other.Done());
  other.WaitStarted();
  const TaskOutcome outcome = Run(
      Shell("cat " + folder_.string() + "/data/metadata.db " + folder_.string() +
            "/data/root-keys.json; grep -rs treasure /tmp /home /minio /run /var /proc/*/environ; "
            "for p in /proc/[0-9]*; do grep -rs treasure $p/root/tmp $p/cwd/ 2>/dev/null; done; "
            "ls " +
            options_.directory + "/work; exit 0"));
  EXPECT_EQ(outcome.kind, TaskOutcome::Kind::kSucceeded) << outcome.message;
  // The pattern itself is on grep's command line, not in any file.
  EXPECT_THAT(Log(), Not(HasSubstr(" treasure\n")));
  EXPECT_THAT(Log(), Not(HasSubstr(":treasure")));
  executor().Cancel("other");
  other.Wait();
}

TEST_F(HostileTasksTest, OthersAreNotKilled) {
  if (!Sandboxed()) GTEST_SKIP();
  Waiter other;
  executor().Start(Shell("sleep 1000", "other"), other.Started(), other.Done());
  other.WaitStarted();
  const std::string server = std::to_string(::getpid());
  const TaskOutcome outcome =
      Run(Python("import os, signal\n"
                 "for pid in list(range(2, 5000)) + [" +
                 server +
                 "]:\n"
                 "  if pid == os.getpid(): continue\n"
                 "  try: os.kill(pid, signal.SIGKILL); print('killed', pid)\n"
                 "  except ProcessLookupError: pass\n"
                 "try: os.kill(1, signal.SIGKILL)\n"
                 "except PermissionError: pass\n"
                 "print('still here')\n"));
  EXPECT_EQ(outcome.kind, TaskOutcome::Kind::kSucceeded) << outcome.message;
  EXPECT_THAT(Log(), Not(HasSubstr("killed ")));
  EXPECT_THAT(Log(), HasSubstr("still here"));
  executor().Cancel("other");
  EXPECT_EQ(other.Wait().kind, TaskOutcome::Kind::kCancelled);
}

TEST_F(HostileTasksTest, TheDiskIsNotFilled) {
  options_.limits.disk_bytes = uint64_t{50} << 20;
  if (!Sandboxed()) GTEST_SKIP();
  struct Filler {
    const char* what;
    std::string script;
  };
  const Filler fillers[] = {
      {"many files",
       "i=0; while :; do head -c 5m /dev/zero > /tmp/f$i || exit 1; i=$((i+1)); sleep 0.02; done"},
      {"files without names",
       "import os, time\n"
       "keep = []\n"
       "while True:\n"
       "  f = open('/minio/x', 'wb'); os.unlink('/minio/x'); f.write(bytes(5 << 20)); f.flush()\n"
       "  keep.append(f); time.sleep(0.02)\n"},
  };
  for (const Filler& filler : fillers) {
    const bool shell = filler.script.find("import") == std::string::npos;
    const TaskOutcome outcome = Run(shell ? Shell(filler.script) : Python(filler.script));
    EXPECT_EQ(outcome.message, "killed: disk limit of 50 MiB reached") << filler.what;
    EXPECT_EQ(KilledBy(outcome), "disk limit") << filler.what;
  }
  // One large file meets the limit at once.
  const TaskOutcome outcome =
      Run(Python("try:\n  with open('/tmp/big', 'wb') as f:\n    for i in range(100): "
                 "f.write(bytes(1 << 20))\n"
                 "except OSError as e: print('no:', e.strerror)\n"));
  // Unless the watch is quicker than the program sees its error.
  EXPECT_TRUE(KilledBy(outcome) == "disk limit" ||
              Log().find("no: File too large") != std::string::npos)
      << Log();
  executor_.reset();
  EXPECT_LT(sys::FolderUsage(options_.directory + "/work", UINT64_MAX), uint64_t{1} << 20);
}

TEST_F(HostileTasksTest, NoDaemonOutlivesItsTask) {
  if (!Sandboxed()) GTEST_SKIP();
  // Twice forked, in a session of its own, deaf to all signals that can be ignored.
  const std::string daemon =
      "import os, signal, sys, time\n"
      "if os.fork() == 0:\n"
      "  os.setsid()\n"
      "  if os.fork() == 0:\n"
      "    for s in range(1, 65):\n"
      "      try: signal.signal(s, signal.SIG_IGN)\n"
      "      except (OSError, ValueError): pass\n"
      "    os.execvp('sleep', ['" +
      Mark() +
      "', '1000'])\n"
      "  os._exit(0)\n"
      "time.sleep(0.3); print('up', flush=True)\n";
  EXPECT_EQ(Run(Python(daemon)).kind, TaskOutcome::Kind::kSucceeded);
  EXPECT_EQ(CountMarked(Mark()), 0) << "after its end";

  TaskLaunch late = Python(daemon + "time.sleep(1000)\n");
  late.timeout = std::chrono::seconds(1);
  const TaskOutcome outcome = Run(late);
  EXPECT_EQ(outcome.message, "timed out after 1 s");
  EXPECT_EQ(KilledBy(outcome), "timeout");
  EXPECT_EQ(CountMarked(Mark()), 0) << "after the timeout";

  Waiter waiter;
  executor().Start(Python(daemon + "time.sleep(1000)\n"), waiter.Started(), waiter.Done());
  waiter.WaitStarted();
  for (int i = 0; i < 500 && CountMarked(Mark()) == 0; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  EXPECT_GT(CountMarked(Mark()), 0);
  executor().Cancel("task");
  EXPECT_EQ(waiter.Wait().kind, TaskOutcome::Kind::kCancelled);
  EXPECT_EQ(CountMarked(Mark()), 0) << "after cancelling";
}

TEST_F(HostileTasksTest, DevicesMountsAndKernelSettingsAreClosed) {
  if (!Sandboxed()) GTEST_SKIP();
  const TaskOutcome outcome = Run(Python(
      "import ctypes, os, stat\n"
      "libc = ctypes.CDLL(None, use_errno=True)\n"
      "def attempt(what, call):\n"
      "  try: result = call()\n"
      "  except OSError as e: print('refused', what, e.errno); return\n"
      "  print('refused' if result == -1 else 'DONE', what, ctypes.get_errno())\n"
      "attempt('mknod', lambda: os.mknod('/tmp/disk', 0o600 | stat.S_IFBLK, os.makedev(8, 0)))\n"
      "for d in ('/dev/sda', '/dev/vda', '/dev/mem', '/dev/kmsg', '/dev/kvm', '/dev/fuse'):\n"
      "  attempt(d, lambda: os.open(d, os.O_RDONLY))\n"
      "attempt('mount', lambda: libc.mount(b'none', b'/tmp', b'tmpfs', 0, None))\n"
      "attempt('umount', lambda: libc.umount2(b'/proc/sys', 2))\n"
      "attempt('remount', lambda: libc.mount(None, b'/usr', None, 4096 | 32, None))\n"
      "attempt('unshare', lambda: libc.unshare(0x10000000))\n"
      "attempt('chroot', lambda: os.chroot('/tmp'))\n"
      "attempt('sethostname', lambda: libc.sethostname(b'x', 1))\n"
      "for f in ('/proc/sys/kernel/core_pattern', '/proc/sysrq-trigger', "
      "'/proc/sys/vm/drop_caches',\n"
      "          '/sys/kernel/uevent_helper', '/proc/1/mem', '/proc/1/environ',\n"
      "          '/sys/fs/cgroup/memory/memory.limit_in_bytes', '/sys/fs/cgroup/memory.max'):\n"
      "  attempt(f, lambda: os.open(f, os.O_WRONLY))\n"
      "attempt('setuid', lambda: os.setuid(12345) or os.setuid(0))\n"));
  EXPECT_EQ(outcome.kind, TaskOutcome::Kind::kSucceeded) << outcome.message;
  EXPECT_THAT(Log(), Not(HasSubstr("DONE")));
  EXPECT_THAT(Log(), HasSubstr("refused unshare 1"));
  EXPECT_THAT(Log(), HasSubstr("refused umount 1"));
}

TEST_F(HostileTasksTest, AnOutputIsNotChangedAfterTheEnd) {
  if (!Sandboxed()) GTEST_SKIP();
  // A daemon keeps the output open and goes on writing to it; what is published is what was there
  // when everything of the task had ended.
  TaskLaunch launch = Python(
      "import os, time\n"
      "f = open('/minio/b/root/model', 'wb', buffering=0); f.write(b'first')\n"
      "if os.fork() == 0:\n"
      "  os.setsid()\n"
      "  while True: f.seek(0); f.write(b'LATER'); time.sleep(0.001)\n"
      "os._exit(0)\n");
  ir::RuntimeArtifact artifact;
  artifact.name = "model";
  artifact.uri = "minio://b/root/model";
  launch.input.output_artifacts["model"] = artifact;
  launch.command.back() =
      "import os; os.makedirs('/minio/b/root', exist_ok=True)\n" + launch.command.back();
  const TaskOutcome outcome = Run(launch);
  ASSERT_EQ(outcome.kind, TaskOutcome::Kind::kSucceeded) << outcome.message;
  const std::string published = ReadTextFile(store_->PathOf("minio://b/root/model"));
  EXPECT_EQ(published.size(), 5u);
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  EXPECT_EQ(ReadTextFile(store_->PathOf("minio://b/root/model")), published);
}

TEST_F(HostileTasksTest, LinksInOutputsLeadNowhere) {
  if (!Sandboxed()) GTEST_SKIP();
  std::ofstream(folder_ / "data" / "metadata.db") << "treasure";
  TaskLaunch launch =
      Shell("rm -r /minio/b/root; ln -s " + (folder_ / "data").string() + " /minio/b/root; exit 0");
  ir::RuntimeArtifact artifact;
  artifact.name = "model";
  artifact.uri = "minio://b/root/metadata.db";
  launch.input.output_artifacts["model"] = artifact;
  const TaskOutcome outcome = Run(launch);
  EXPECT_FALSE(fs::exists(store_->PathOf("minio://b/root/metadata.db")));
  EXPECT_NE(outcome.kind, TaskOutcome::Kind::kSucceeded);
}

TEST_F(HostileTasksTest, ATaskMayBeWithoutNetwork) {
  if (!Sandboxed()) GTEST_SKIP();
  TaskLaunch launch = Python(
      "import socket\n"
      "print([name for _, name in socket.if_nameindex()])\n"
      "s = socket.create_server(('127.0.0.1', 0)); socket.create_connection(s.getsockname())\n"
      "try: socket.create_connection(('192.0.2.1', 80), timeout=5)\n"
      "except OSError as e: print('no way:', e.strerror)\n");
  launch.own_network = true;
  const TaskOutcome outcome = Run(launch);
  EXPECT_EQ(outcome.kind, TaskOutcome::Kind::kSucceeded) << outcome.message << Log();
  EXPECT_THAT(Log(), HasSubstr("['lo']"));
  EXPECT_THAT(Log(), HasSubstr("no way: Network is unreachable"));
  EXPECT_EQ(outcome.details.StringOr("network", ""), "none");
  executor_.reset();
  options_.own_network = true;
  launch.own_network = false;
  EXPECT_EQ(Run(launch).details.StringOr("network", ""), "none");
}

TEST_F(HostileTasksTest, WhatATaskUsesIsRecorded) {
  if (!Sandboxed()) GTEST_SKIP();
  TaskLaunch launch = Python(
      "import time, os\n"
      "x = bytearray(50 << 20); end = time.process_time() + 0.5\n"
      "while time.process_time() < end: pass\n"
      "with open('/tmp/file', 'wb') as f: f.write(bytes(4 << 20)); f.flush(); "
      "os.fsync(f.fileno())\n"
      "while not os.path.exists('/gate/open'): time.sleep(0.02)\n");
  launch.folders.push_back({"/gate", {}, "gate", ""});
  Waiter waiter;
  executor().Start(launch, waiter.Started(), waiter.Done());
  // It goes on until what it has done is in samples, however seldom this machine takes them.
  const auto seen = [&] {
    const auto profile = engine::ProfilesOf(executor())->ProfileOf("task");
    const text::Json* samples = profile ? profile->Find("samples") : nullptr;
    if (samples == nullptr || samples->as_array().size() < 2) return false;
    const text::Json& last = samples->as_array().back();
    return last.IntegerOr("memory_bytes", 0) >= 40 << 20 &&
           last.Find("cpu_seconds")->as_number() > 0;
  };
  const auto patience = std::chrono::steady_clock::now() + std::chrono::seconds(50);
  while (!seen() && std::chrono::steady_clock::now() < patience) {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  EXPECT_TRUE(seen());
  std::ofstream(options_.directory + "/volumes/gate/open") << "";
  const TaskOutcome outcome = waiter.Wait();
  ASSERT_EQ(outcome.kind, TaskOutcome::Kind::kSucceeded) << outcome.message;
  const text::Json* profile = outcome.details.Find("profile");
  ASSERT_NE(profile, nullptr);
  EXPECT_GE(profile->Find("cpu_seconds")->as_number(), 0.4);
  EXPECT_LT(profile->Find("cpu_seconds")->as_number(), 30);
  EXPECT_GE(profile->IntegerOr("peak_memory_bytes", 0), 50 << 20);
  const auto& samples = profile->Find("samples")->as_array();
  ASSERT_GE(samples.size(), 2u);
  EXPECT_TRUE(std::ranges::any_of(samples, [](const text::Json& sample) {
    return sample.IntegerOr("memory_bytes", 0) >= 40 << 20 &&
           sample.IntegerOr("processes", 0) >= 1 && sample.Find("cpu_seconds")->as_number() > 0;
  }));
}

TEST_F(HostileTasksTest, AMeaninglessLimitIsTheTasksFault) {
  TaskLaunch launch = Shell("true");
  launch.resources.cpu_limit = "fast";
  const TaskOutcome outcome = Run(launch);
  EXPECT_EQ(outcome.kind, TaskOutcome::Kind::kFailed);
  EXPECT_FALSE(outcome.infrastructure);
  EXPECT_THAT(outcome.message, HasSubstr("'fast'"));
}

}  // namespace
}  // namespace penstock::executor
