// SPDX-License-Identifier: Apache-2.0
// Tasks of warm workers whose packages mean harm or do not work.
#include <fstream>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include "executor/local/warm_test_base.h"
#include "sys/unique_fd.h"

namespace penstock::executor {
namespace {

namespace fs = std::filesystem;
using engine::TaskLaunch;
using engine::TaskOutcome;
using testing::HasSubstr;
using testing::Not;

constexpr const char* kSucceedingProgram = "print('it ran')";

class WarmTasksTest : public WarmTest {
 protected:
  // Tasks start cold until a worker is there, and then because it does not work.
  void RunUntilAWarmStartFails() {
    for (int i = 0; i < 100 && !WarmStartFailed(); ++i) {
      const TaskOutcome outcome = this->Run(Component("sdk", kSucceedingProgram));
      ASSERT_EQ(outcome.kind, TaskOutcome::Kind::kSucceeded) << outcome.message;
      ASSERT_EQ(StartOf(outcome), "cold");
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
    EXPECT_THAT(Log(), testing::AllOf(HasSubstr("a warm start failed, an interpreter is started"),
                                      HasSubstr("it ran")));
  }
};

// What a package finds where it is imported, and what it leaves there for those to come.
constexpr const char* kSpy = R"(
import os, ctypes
found = {}
def look(name, get):
    try: found[name] = get()
    except Exception as e: found[name] = type(e).__name__
look("secret", lambda: open("SECRET").read())
look("shadow", lambda: open("/etc/shadow").read(1))
look("data", lambda: sorted(os.listdir("DATA")))
look("work", lambda: os.listdir("DATA/work"))
look("home", lambda: os.listdir("/root"))
def reached(pid):
    if ctypes.CDLL(None).ptrace(16, pid, 0, 0) == 0: return True
    for name in ("mem", "environ", "maps", "fd"):
        path = "/proc/%d/%s" % (pid, name)
        try: os.listdir(path) if name == "fd" else open(path, "rb").read(1)
        except PermissionError: continue
        except OSError: pass
        return True
    return False
others = [int(p) for p in os.listdir("/proc") if p.isdigit() and int(p) not in (1, os.getpid())]
look("parent", lambda: len(open("/proc/1/environ", "rb").read()) if os.getpid() != 1 else "self")
look("task", lambda: sorted(n for n in os.environ if n.startswith("KFP_") or "KEY" in n))
look("mount", lambda: ctypes.CDLL(None).mount(b"none", b"/tmp", b"tmpfs", 0, None))
look("unshare", lambda: ctypes.CDLL(None).unshare(0x10000000))
if os.path.exists(os.path.join(os.path.dirname(__file__), "..", "zzzz-penstock.pth")):
    found["where"] = "worker"
    # One that starts sandboxes may be there.
    look("others", lambda: len(others) <= 1)
    look("reached", lambda: [p for p in others if reached(p)])
    for path in (__file__, "/tmp/left", "/home/task/left"):
        look("write " + path, lambda: open(path, "a").write("\nspoilt = 1\n"))
    if os.fork() == 0:
        import time
        os.setsid()
        while True:
            time.sleep(0.05)
            for p in os.listdir("/proc"):
                if p.isdigit() and int(p) > 1 and int(p) != os.getpid():
                    try: open("/proc/%s/mem" % p, "r+b").write(b"x")
                    except OSError: pass
)";

std::string Replaced(std::string text, const std::string& what, const std::string& by) {
  for (size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += by.size()) {
    text.replace(at, what.size(), by);
  }
  return text;
}

// Notes which process makes parsers.
constexpr const char* kWatch = R"(
import argparse, os
make = argparse.ArgumentParser.__init__
def note(self, *args, **named):
    argparse.made_by = os.getpid()
    make(self, *args, **named)
argparse.ArgumentParser.__init__ = note
)";
constexpr const char* kReport =
    "import argparse, os, sys\n"
    "print('mine', argparse.made_by == os.getpid(), argparse._sys is sys, sys.argv[1::2],\n"
    "      getattr(sys, 'started_by', 0) == os.getpid())\n";

TEST_F(WarmTasksTest, WhatComesBeforeTheArgumentsIsDoneByTheWorker) {
  MakeSdk("sdk", kWatch, kPlainMain);
  ASSERT_TRUE(AwaitWarm("sdk"));
  EXPECT_THAT(Printed(Component("sdk", kReport), "warm"),
              HasSubstr("mine False True ['--component_module_path', '--executor_input', "
                        "'--function_to_execute'] False"));
}

TEST_F(WarmTasksTest, CodeOfPackagesThatRunsAtEachStartRunsInTheTask) {
  struct Case {
    const char *name, *printed;
  };
  const Case cases[] = {
      {"aaa.pth", "mine True True .*True"},
      // The interpreter may have one of its own, which goes before that of packages.
      {"sitecustomize.py", "mine (True True .*True|False True .*False)"},
  };
  for (const Case& c : cases) {
    const std::string package = "sdk-" + std::string(1, c.name[0]);
    const fs::path folder = MakeSdk(package, kWatch, kPlainMain);
    for (const auto& entry : fs::directory_iterator(folder / "lib")) {
      std::ofstream(entry.path() / "site-packages" / c.name)
          << "import os, sys; sys.started_by = os.getpid()\n";
    }
    ASSERT_TRUE(AwaitWarm(package)) << c.name;
    EXPECT_THAT(Printed(Component(package, kReport), "warm"), testing::ContainsRegex(c.printed))
        << c.name;
  }
}

TEST_F(WarmTasksTest, AnExecutorThatLooksAtMoreBeforeItsArgumentsDoesSoInTheTask) {
  for (const std::string more : {"import os\nfound = os.getpid()\n", "def other(): pass\n",
                                 "import logging\nlogging.info(1)\n"}) {
    const std::string package = "sdk-" + std::to_string(more.size());
    MakeSdk(package, kWatch, more + kPlainMain);
    ASSERT_TRUE(AwaitWarm(package)) << more;
    EXPECT_THAT(Printed(Component(package, kReport), "warm"), HasSubstr("mine True True")) << more;
  }
}

TEST_F(WarmTasksTest, APackageThatIsImportedAheadFindsNothingOfAnybody) {
  std::ofstream(folder_ / "secret") << "secret";
  std::string spy = Replaced(kSpy, "SECRET", folder_ / "secret");
  spy = Replaced(spy, "DATA", folder_ / "data/tasks");
  const fs::path hostile = MakeSdk("hostile", spy);
  const std::string before = ReadAll(hostile / "installed");
  MakeSdk("honest", "");
  ASSERT_TRUE(AwaitWarm("hostile"));
  const std::string found = Printed(
      Component("hostile", "import kfp\nfor n, v in sorted(kfp.found.items()): print(n, v)"),
      "warm");
  EXPECT_THAT(found, HasSubstr("where worker"));
  EXPECT_THAT(found, HasSubstr(" secret FileNotFoundError"));
  EXPECT_THAT(found, testing::ContainsRegex(" shadow (PermissionError|FileNotFoundError)"));
  // Of the executor's folder at most the way to the environment.
  EXPECT_THAT(found, testing::ContainsRegex(" data (\\['environments'\\]|FileNotFoundError)"));
  EXPECT_THAT(found, HasSubstr(" work FileNotFoundError"));
  EXPECT_THAT(found, testing::ContainsRegex(" home (\\[\\]|FileNotFoundError|PermissionError)"));
  EXPECT_THAT(found, HasSubstr(" others True"));
  EXPECT_THAT(found, HasSubstr(" reached []"));
  EXPECT_THAT(found, HasSubstr(" task []"));
  EXPECT_THAT(found, HasSubstr(" mount -1"));
  EXPECT_THAT(found, HasSubstr(" unshare -1"));
  // What it wrote is the worker's own: neither the environment on disk nor other tasks have it.
  const std::string look =
      "import os, kfp\nprint('spoilt', hasattr(kfp, 'spoilt'), "
      "open(kfp.__file__).read().endswith('spoilt = 1\\n'))\n"
      "print('left', os.path.exists('/tmp/left'), os.path.exists('/home/task/left'))\n"
      "print('processes', [p for p in os.listdir('/proc') if p.isdigit() and int(p) > 4])\n";
  EXPECT_THAT(Printed(Component("hostile", look, "same"), "warm"),
              testing::AllOf(HasSubstr("spoilt False False"), HasSubstr("left False False"),
                             HasSubstr("processes []")));
  for (const auto& entry : fs::recursive_directory_iterator(hostile)) {
    if (entry.is_regular_file() && entry.path().extension() != ".pyc") {
      EXPECT_FALSE(ReadAll(entry.path()).ends_with("spoilt = 1\n")) << entry.path();
    }
  }
  EXPECT_EQ(ReadAll(hostile / "installed"), before);
  // Those of another environment are not reached by it, warm or cold.
  ASSERT_TRUE(AwaitWarm("honest"));
  const std::string other =
      Printed(Component("honest", look + "print('found', hasattr(kfp, 'found'))", "other"), "warm");
  EXPECT_THAT(other, HasSubstr("spoilt False False"));
  EXPECT_THAT(other, HasSubstr("left False False"));
  EXPECT_THAT(other, HasSubstr("processes []"));
  EXPECT_THAT(other, HasSubstr("found False"));
}

TEST_F(WarmTasksTest, ATaskMayHaveANetworkOfItsOwn) {
  sys::UniqueFd listener(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  ASSERT_EQ(::bind(listener.get(), reinterpret_cast<sockaddr*>(&address), size), 0);
  ASSERT_EQ(::listen(listener.get(), 4), 0);
  ASSERT_EQ(::getsockname(listener.get(), reinterpret_cast<sockaddr*>(&address), &size), 0);
  const std::string program =
      "import socket\nprint('interfaces', [n for _, n in socket.if_nameindex()])\n"
      "try: socket.create_connection(('127.0.0.1', " +
      std::to_string(ntohs(address.sin_port)) +
      "), 5); print('connected')\nexcept OSError as e: print('not connected')\n";
  MakeSdk("sdk", "");
  ASSERT_TRUE(AwaitWarm("sdk"));
  EXPECT_THAT(Printed(Component("sdk", program, "shared"), "warm"), HasSubstr(" connected"));
  // Workers of the one kind do not serve the other.
  std::string start;
  for (int round = 0; round < 600 && start != "warm"; ++round) {
    TaskLaunch launch = Component("sdk", program, "own");
    launch.own_network = true;
    const TaskOutcome outcome = this->Run(launch);
    ASSERT_EQ(outcome.kind, TaskOutcome::Kind::kSucceeded) << outcome.message;
    EXPECT_EQ(outcome.details.StringOr("network", ""), "none");
    start = StartOf(outcome);
    const std::string log = Log("own");
    EXPECT_THAT(log, HasSubstr("interfaces ['lo']"));
    EXPECT_THAT(log, HasSubstr("not connected"));
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  EXPECT_EQ(start, "warm") << remembering_.Text();
}

TEST_F(WarmTasksTest, WhereNoWorkerStartsTasksAreColdAndThatIsSaidOnce) {
  MakeSdk("sdk", R"(
import os
if os.path.exists(os.path.join(os.path.dirname(__file__), "..", "zzzz-penstock.pth")):
    raise SystemExit("not like this")
)");
  for (int i = 0; i < 6; ++i) {
    EXPECT_THAT(Printed(Component("sdk", kSucceedingProgram), "cold"), HasSubstr("it ran"));
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
  }
  EXPECT_EQ(remembering_.Count("a warm worker does not work; its tasks start cold"), 1)
      << remembering_.Text();
}

// Forked in the worker's group, it has gone into its own before anything of it runs.
TEST_F(WarmTasksTest, ATaskIsInAGroupOfItsOwn) {
  MakeSdk("sdk", "");
  ASSERT_TRUE(AwaitWarm("sdk"));
  const std::string look =
      "for line in open('/proc/self/cgroup'):\n"
      "  if '/penstock-' in line: print('own' if '/task-' in line else 'not own', line)\n";
  const std::string printed = Printed(Component("sdk", look), "warm");
  EXPECT_THAT(printed, HasSubstr("own"));
  EXPECT_THAT(printed, testing::Not(HasSubstr("not own")));
}

TEST_F(WarmTasksTest, AWorkerThatDiesIsReplaced) {
  MakeSdk("sdk", "");
  ASSERT_TRUE(AwaitWarm("sdk"));
  const std::vector<pid_t> workers = Workers();
  ASSERT_FALSE(workers.empty());
  for (pid_t worker : workers) ::kill(worker, SIGKILL);
  for (int i = 0; i < 100 && !Workers().empty(); ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  std::this_thread::sleep_for(std::chrono::milliseconds(200));  // those around it end after it
  const TaskOutcome outcome = this->Run(Component("sdk", kSucceedingProgram));
  EXPECT_EQ(outcome.kind, TaskOutcome::Kind::kSucceeded) << outcome.message;
  EXPECT_EQ(StartOf(outcome), "cold");
  EXPECT_THAT(Log(), HasSubstr("it ran"));
}

// What a package does in a worker when that forks for the first task, before it or in the child;
// the first fork is a trial, the second that of what stands for the shell, the third that of the
// task.
std::string AtAFork(const std::string& before, const std::string& in_child) {
  return R"(
import ctypes, os, time
if os.path.exists(os.path.join(os.path.dirname(__file__), "..", "zzzz-penstock.pth")):
    forks = []
    @ctypes.CFUNCTYPE(None)
    def prepare():
        forks.append(1)
        )" +
         before +
         R"(
    @ctypes.CFUNCTYPE(None)
    def child():
        )" +
         in_child +
         R"(
    ctypes.CDLL(None).__register_atfork(prepare, None, child, None)
)";
}

TEST_F(WarmTasksTest, AWorkerThatNothingCanBeForkedFromIsNone) {
  MakeSdk("sdk", R"(
import os
if os.path.exists(os.path.join(os.path.dirname(__file__), "..", "zzzz-penstock.pth")):
    os.register_at_fork(after_in_child=lambda: os._exit(3))
)");
  for (int i = 0; i < 6 && remembering_.Count("does not work") == 0; ++i) {
    EXPECT_THAT(Printed(Component("sdk", kSucceedingProgram), "cold"), HasSubstr("it ran"));
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
  }
  EXPECT_EQ(remembering_.Count("nothing can be forked from it"), 1) << remembering_.Text();
}

TEST_F(WarmTasksTest, ATaskWhoseWorkerDiesBeforeItBeginsStartsCold) {
  MakeSdk("sdk", AtAFork("if len(forks) == 2: os._exit(1)", "pass"));
  ASSERT_NO_FATAL_FAILURE(RunUntilAWarmStartFails());
}

TEST_F(WarmTasksTest, ATaskWhoseWorkerDiesAsItTakesItStartsCold) {
  MakeSdk("sdk", AtAFork("pass",
                         "for p in (os.getppid(), os.getpid()) if len(forks) == 3 else (): "
                         "os.kill(p, 9)"));
  ASSERT_NO_FATAL_FAILURE(RunUntilAWarmStartFails());
}

TEST_F(WarmTasksTest, AWorkerThatNeverAnswersHoldsNothingUpForLong) {
  MakeSdk("sdk", AtAFork("if len(forks) == 2: time.sleep(1000)", "pass"));
  const auto begun = std::chrono::steady_clock::now();
  ASSERT_NO_FATAL_FAILURE(RunUntilAWarmStartFails());
  EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds(90));
  // It is not asked again at once.
  EXPECT_THAT(Printed(Component("sdk", kSucceedingProgram, "next"), "cold"),
              Not(HasSubstr("warm start failed")));
}

}  // namespace
}  // namespace penstock::executor
