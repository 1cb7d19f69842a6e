// SPDX-License-Identifier: Apache-2.0
#include "sys/fork_server.h"

#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sys/remove_tree.h"
#include "sys/room.h"
#include "sys/run_process.h"

namespace penstock::sys {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;

constexpr uint32_t kUser = 1879048100;

// Forks a child that enters and runs the job as a shell script.
constexpr const char* kServer = R"(
import array, ctypes, os, signal, socket, struct, sys, time
libc = ctypes.CDLL(None, use_errno=True)
MODE = sys.argv[1]
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
s = socket.socket(fileno=3)
def check(result, what):
    if result: raise OSError(ctypes.get_errno(), what + " " + os.strerror(ctypes.get_errno()))
def enter(files, count):
    for file in files[10:10 + count]: os.write(file, b"0")
    for file in files[1:5]: check(libc.setns(file, 0), "setns")
    os.setsid(); os.dup2(files[5], 1); os.dup2(files[5], 2)
    class Header(ctypes.Structure): _fields_ = [("v", ctypes.c_uint32), ("p", ctypes.c_int)]
    check(libc.capset(ctypes.byref(Header(0x20080522, 0)), ctypes.byref((ctypes.c_uint32 * 6)())), "capset")
    pid = os.fork()
    if pid == 0:
        if os.read(files[9], 1) != b"g": os._exit(1)
        job = os.pread(files[6], 1 << 20, 0).decode()
        if MODE == "slow": time.sleep(100)
        os.write(files[7], b"r")
        os.closerange(3, 200); signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.execve("/bin/sh", ["sh", "-c", job], {"PATH": "/usr/bin:/bin"})
    status = os.waitpid(pid, 0)[1]
    os.write(files[7], struct.pack("=iiqqqq", status, 1, 7000000, 0, 0, 0))
    os._exit(0)
own = os.open("/proc/self/ns/pid", os.O_RDONLY)
if MODE == "talk": print("a word", flush=True)
if MODE != "dead": s.send(b"ready")
while True:
    text, control, _, _ = s.recvmsg(100, 4096)
    if not text: break
    if MODE == "deaf": time.sleep(100)
    if MODE == "dying": os._exit(1)
    files = array.array("i"); files.frombytes(control[0][2])
    check(libc.setns(files[0], 0x20000000), "pid")
    pid = os.fork()
    if pid == 0:
        try: signal.signal(signal.SIGCHLD, signal.SIG_DFL); enter(files, int(text.split()[1]))
        except BaseException as e: os.write(1, repr(e).encode()); os._exit(1)
    check(libc.setns(own, 0x20000000), "back")
    for file in files: os.close(file)
)";

class ForkServerTest : public testing::Test {
 protected:
  void SetUp() override {
    auto user = UserNamespace::Make(kUser);
    if (!user) GTEST_SKIP() << user.error().message();
    user_ = std::make_shared<const UserNamespace>(std::move(*user));
    char name[] = "/tmp/penstock-fork-XXXXXX";
    folder_ = ::mkdtemp(name);
    for (const char* part : {"work", "env", "change", "change/upper", "change/scratch"}) {
      fs::create_directory(folder_ / part);
      ::chmod((folder_ / part).c_str(), 0700);
    }
    std::ofstream(folder_ / "env/file") << "lower";
    std::ofstream(folder_ / "server.py") << kServer;
    if (auto tree = user_->MappedTree(folder_, true); !tree) {
      GTEST_SKIP() << tree.error().message();
    }
  }
  void TearDown() override {
    server_.reset();
    if (!folder_.empty()) {
      EXPECT_TRUE(RemoveTree(folder_));
    }
  }

  SandboxSpec Sandbox() const {
    using Kind = MountStep::Kind;
    SandboxSpec sandbox;
    sandbox.user = user_.get();
    sandbox.hostname = "inside";
    for (const char* name : {"/usr", "/etc", "/bin", "/sbin", "/lib", "/lib64"}) {
      if (fs::is_symlink(name)) {
        sandbox.steps.push_back({Kind::kSymlink, name, fs::read_symlink(name), "", ""});
      } else if (fs::is_directory(name)) {
        sandbox.steps.push_back({Kind::kBindReadOnly, name, name, "", ""});
      }
    }
    sandbox.steps.push_back({Kind::kProc, "/proc", "", "", ""});
    sandbox.steps.push_back({Kind::kDevices, "/dev", "", "", ""});
    return sandbox;
  }

  void StartServer(const std::string& mode) {
    ProcessSpec spec;
    spec.command = {"python3", "/server.py", mode};
    spec.env = {{"PATH", "/usr/bin:/bin"}};
    spec.sandbox = Sandbox();
    spec.sandbox->steps.push_back(
        {MountStep::Kind::kBindReadOnly, "/server.py", folder_ / "server.py", "", "", true});
    if (auto filter = SystemCallFilter::ForForkServers()) spec.filter = *filter;
    auto server = ForkServer::Start(spec, user_);
    ASSERT_TRUE(server) << server.error().message();
    server_ = std::move(*server);
  }

  void StartReadyServer(const std::string& mode = "good") {
    StartServer(mode);
    auto ready = server_->AwaitReady(milliseconds(20'000));
    ASSERT_TRUE(ready) << ready.error().message();
    EXPECT_EQ(*ready, "ready");
  }

  ProcessSpec Inside(const std::string& script) const {
    // Used ones cannot be used again.
    for (const char* part : {"change/upper", "change/scratch"}) {
      EXPECT_TRUE(RemoveTree(folder_ / part));
      fs::create_directory(folder_ / part);
    }
    ProcessSpec spec;
    spec.command = {"sh"};
    spec.sandbox = Sandbox();
    spec.sandbox->steps.push_back(
        {MountStep::Kind::kBindWritable, "/tmp", folder_ / "work", "", "", true});
    spec.sandbox->steps.push_back({MountStep::Kind::kOverlay, "/env", folder_ / "env",
                                   folder_ / "change/upper", folder_ / "change/scratch"});
    spec.fork_server = server_.get();
    spec.job = script;
    return spec;
  }

  std::string Run(const ProcessSpec& spec) {
    auto output = RunCommand(spec, milliseconds(20'000));
    if (!output) return "error: " + output.error().message();
    return output->text + Describe(output->status);
  }

  fs::path folder_;
  std::shared_ptr<const UserNamespace> user_;
  std::unique_ptr<ForkServer> server_;
};

TEST_F(ForkServerTest, CommandsRunInSandboxesOfTheirOwn) {
  StartReadyServer();
  EXPECT_EQ(Run(Inside("echo hello; hostname; id -u; exit 3")), "hello\ninside\n0\nexit code 3");
  EXPECT_EQ(Run(Inside("kill -TERM $$")), "signal 15 (SIGTERM)");
  // Its processes are numbered from 1, and it sees no others.
  EXPECT_EQ(Run(Inside("echo /proc/[0-9]*; ls /")).substr(0, 16), "/proc/1 /proc/2 ");
}

TEST_F(ForkServerTest, FilesAreRootsOnDiskAndTheUsersInside) {
  StartReadyServer();
  EXPECT_EQ(Run(Inside("echo x > /tmp/made; stat -c %u /tmp/made /tmp; cat /env/file; echo more >> "
                       "/env/file; cat /env/file; rm /env/file && echo gone")),
            "0\n0\nlowerlowermore\ngone\nexit code 0");
  struct stat info;
  ASSERT_EQ(::stat((folder_ / "work/made").c_str(), &info), 0);
  EXPECT_EQ(info.st_uid, 0U);
  EXPECT_TRUE(fs::exists(folder_ / "env/file"));
}

TEST_F(ForkServerTest, CommandsHaveNoRightsAndSeeNoOtherProcess) {
  StartReadyServer();
  EXPECT_EQ(Run(Inside("grep CapEff /proc/self/status; grep NoNewPrivs /proc/self/status")),
            "CapEff:\t0000000000000000\nNoNewPrivs:\t1\nexit code 0");
  for (const char* script :
       {"cat /etc/shadow", "mount -t tmpfs x /tmp", "umount /proc", "unshare -U true",
        "echo 1 > /proc/sys/kernel/ns_last_pid", "cat /proc/1/environ", "ls /proc/1/fd/"}) {
    const std::string said = Run(Inside(std::string("(") + script + ") 2>&1 || echo refused"));
    EXPECT_NE(said.find("refused"), std::string::npos) << script << ": " << said;
  }
}

TEST_F(ForkServerTest, CommandsAreKilledWithAllTheyStarted) {
  StartReadyServer();
  const auto before = std::chrono::steady_clock::now();
  RunOptions options;
  options.timeout = milliseconds(300);
  auto end = RunProcess(Inside("setsid sleep 100 & sleep 100"), options);
  ASSERT_TRUE(end) << end.error().message();
  EXPECT_EQ(end->cause, RunEnd::Cause::kTimedOut);
  EXPECT_LT(std::chrono::steady_clock::now() - before, std::chrono::seconds(20));
  // It serves on.
  EXPECT_EQ(Run(Inside("echo on")), "on\nexit code 0");
}

TEST_F(ForkServerTest, WhatWasUsedIsReported) {
  StartReadyServer();
  auto end = RunProcess(Inside("true"), {});
  ASSERT_TRUE(end);
  ASSERT_TRUE(end->used);
  EXPECT_GE(end->used->cpu_seconds, 7.0);
}

TEST_F(ForkServerTest, ManyAtOnce) {
  StartReadyServer();
  std::vector<std::thread> threads;
  std::atomic<int> good = 0;
  ProcessSpec spec = Inside("echo here");
  spec.sandbox->steps.pop_back();  // they cannot share an overlay's changes
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      for (int round = 0; round < 5; ++round) good += Run(spec) == "here\nexit code 0";
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(good, 40);
}

TEST_F(ForkServerTest, ServersThatDoNotWorkAreErrors) {
  StartServer("talk");
  auto talk = server_->AwaitReady(milliseconds(20'000));
  ASSERT_FALSE(talk);
  EXPECT_NE(talk.error().message().find("a word"), std::string::npos);
  StartServer("dead");
  EXPECT_FALSE(server_->AwaitReady(milliseconds(300)));
  StartReadyServer("dying");
  EXPECT_EQ(Run(Inside("true")).substr(0, 52),
            "error: sandbox: the fork server does not answer: Con");
  EXPECT_EQ(Run(Inside("true")).substr(0, 6), "error:");
  // Whoever answered for it goes a little later than what answered.
  for (int i = 0; i < 2'000 && server_->alive(); ++i) std::this_thread::sleep_for(milliseconds(10));
  EXPECT_FALSE(server_->alive());
}

// The process of this one's that has the name.
pid_t ChildNamed(const std::string& wanted) {
  for (const auto& thread : fs::directory_iterator("/proc/self/task")) {
    std::ifstream children(thread.path() / "children");
    for (pid_t child = 0; children >> child;) {
      std::string name;
      std::getline(std::ifstream("/proc/" + std::to_string(child) + "/comm") >> std::ws, name);
      if (name == wanted) return child;
    }
  }
  return 0;
}

TEST_F(ForkServerTest, TheSpawnerIsSmallAndNobodyLooksIntoIt) {
  StartReadyServer();
  const pid_t spawner = ChildNamed("penstock-spawn");
  ASSERT_GT(spawner, 0);
  std::ifstream maps("/proc/" + std::to_string(spawner) + "/maps");
  const std::string text((std::istreambuf_iterator<char>(maps)), {});
  EXPECT_EQ(text.find(".so"), std::string::npos) << text;
  // What it has cloned cannot be looked into either.
  EXPECT_EQ(Run(Inside("cat /proc/1/maps 2>&1 | grep -c denied")), "1\nexit code 0");
}

TEST_F(ForkServerTest, ASpawnerThatIsGoneOrStandsStillIsAnError) {
  StartReadyServer();
  ::kill(ChildNamed("penstock-spawn"), SIGKILL);
  EXPECT_EQ(Run(Inside("true")).substr(0, 34), "error: the spawner of sandboxes do");
  for (int i = 0; i < 2'000 && server_->alive(); ++i) std::this_thread::sleep_for(milliseconds(10));
  EXPECT_FALSE(server_->alive());
  StartReadyServer();
  ::kill(ChildNamed("penstock-spawn"), SIGSTOP);
  EXPECT_EQ(Run(Inside("true")), "error: the spawner of sandboxes does not answer");
  EXPECT_EQ(Run(Inside("true")), "error: the spawner of sandboxes does not answer");
}

// More files than one message takes.
TEST_F(ForkServerTest, ManyFolders) {
  StartReadyServer();
  ProcessSpec spec = Inside("ls /in | wc -l; cat /in/299/name");
  std::ofstream(folder_ / "work/name") << "found";
  for (int i = 0; i < 300; ++i) {
    spec.sandbox->steps.push_back({MountStep::Kind::kBindReadOnly, "/in/" + std::to_string(i),
                                   folder_ / "work", "", "", true});
  }
  EXPECT_EQ(Run(spec), "300\nfound\nexit code 0");
}

TEST_F(ForkServerTest, OneThatIsKilledBeforeTheCommandBeginsHasNotStartedIt) {
  StartReadyServer("slow");
  std::thread killer([&] {
    std::this_thread::sleep_for(milliseconds(300));
    server_->Kill();
  });
  const std::string said = Run(Inside("echo begun"));
  killer.join();
  EXPECT_EQ(said.substr(0, 49), "error: sandbox: the fork server does not answer: ");
}

TEST_F(ForkServerTest, WhatIsPreparedWaitsForTheRestOfItsJob) {
  StartReadyServer();
  ProcessSpec spec = Inside("echo first; ");
  spec.sandbox->room = std::make_shared<Room>();
  auto prepared = Process::Prepare(spec);
  ASSERT_TRUE(prepared) << prepared.error().message();
  pollfd output = {prepared->output_fd(), POLLIN, 0};
  EXPECT_EQ(::poll(&output, 1, 300), 0);  // it says nothing yet
  EXPECT_FALSE(spec.sandbox->room->furnished());
  ASSERT_TRUE(prepared->Begin("echo second"));
  EXPECT_TRUE(spec.sandbox->room->furnished());
  std::string text;
  RunOptions options;
  options.line = [&](std::string_view line) { text += std::string(line) + " "; };
  EXPECT_TRUE(RunBegun(std::move(*prepared), options).status.success());
  EXPECT_EQ(text, "first second ");
  spec.fork_server = nullptr;
  EXPECT_FALSE(Process::Prepare(spec));
}

TEST_F(ForkServerTest, WhatIsPreparedAndNotWantedGoes) {
  StartReadyServer();
  const ProcessSpec spec = Inside("echo begun > /tmp/begun");
  {
    auto prepared = Process::Prepare(spec);
    ASSERT_TRUE(prepared) << prepared.error().message();
    std::this_thread::sleep_for(milliseconds(100));
  }
  auto prepared = Process::Prepare(Inside("echo begun > /tmp/begun"));
  ASSERT_TRUE(prepared) << prepared.error().message();
  server_->Kill();
  pollfd output = {prepared->output_fd(), POLLIN, 0};
  ASSERT_EQ(::poll(&output, 1, 10'000), 1);  // nobody has the other end any more
  auto begun = prepared->Begin("");
  ASSERT_FALSE(begun);
  EXPECT_EQ(begun.error().code(), base::Code::kUnavailable) << begun.error().message();
  EXPECT_FALSE(fs::exists(folder_ / "work/begun"));
}

// What two commands after each other see of the same room.
constexpr const char* kLook = R"(
  echo $(ls /) $(echo /proc/[0-9]*) $(ls /dev /dev/shm /dev/pts) $(ls /tmp /env) $(cat /env/file)
  for f in /proc/sys/kernel/hostname /proc/sysrq-trigger /new /dev/new /cover/new; do
    (echo x > $f) 2>/dev/null && echo $f can be written
  done
  cut -d' ' -f5,6 /proc/self/mountinfo | sort; wc -c < /proc/kcore; hostname
)";

TEST_F(ForkServerTest, ARoomIsUsedAgain) {
  StartReadyServer();
  ProcessSpec spec = Inside(kLook);
  spec.sandbox->steps.push_back({MountStep::Kind::kCover, "/cover", "", "", ""});
  const std::string alone = Run(spec);
  spec = Inside(kLook);
  spec.sandbox->steps.push_back({MountStep::Kind::kCover, "/cover", "", "", ""});
  spec.sandbox->room = std::make_shared<Room>();
  EXPECT_EQ(Run(spec), alone);
  EXPECT_EQ(alone.find("can be written"), std::string::npos) << alone;
  ASSERT_TRUE(spec.sandbox->room->furnished());
  // The same folders, and nothing of what was before in those that are not kept.
  const ino_t mounts = [&] {
    struct stat info = {};
    ::fstat(spec.sandbox->room->mounts(), &info);
    return info.st_ino;
  }();
  spec.job = "echo left > /dev/shm/left; sleep 100 & readlink /proc/self/ns/mnt";
  EXPECT_EQ(Run(spec), "mnt:[" + std::to_string(mounts) + "]\nexit code 0");
  spec.job = kLook;
  for (int round = 0; round < 3; ++round) EXPECT_EQ(Run(spec), alone) << round;
}

TEST_F(ForkServerTest, ARoomTakesInWhatIsItsNextOnesOwn) {
  StartReadyServer();
  ProcessSpec spec = Inside("true");
  spec.sandbox->room = std::make_shared<Room>();
  EXPECT_EQ(Run(spec), "exit code 0");
  std::ofstream(folder_ / "env/input") << "given";
  spec.sandbox->steps.push_back(
      {MountStep::Kind::kBindReadOnly, "/tmp/a/input", folder_ / "env/input", "", "", true, true});
  spec.job = "cat /tmp/a/input; (echo x > /tmp/a/input) 2>/dev/null || echo; echo refused";
  EXPECT_EQ(Run(spec), "given\nrefused\nexit code 0");
  // It goes with the place where it was.
  EXPECT_TRUE(RemoveTree(folder_ / "work/a"));
  spec.sandbox->steps.pop_back();
  spec.job = "ls /tmp; grep -c /tmp/a /proc/self/mountinfo";
  EXPECT_EQ(Run(spec), "0\nexit code 1");
}

// Somebody outside has a folder of the room open.
TEST_F(ForkServerTest, ARoomThatSomebodyHoldsOnToIsNotUsedAgain) {
  StartReadyServer();
  ProcessSpec spec = Inside("sleep 100");
  spec.sandbox->room = std::make_shared<Room>();
  UniqueFd held;
  RunOptions options;
  options.timeout = milliseconds(500);
  options.watch_pause = [] { return milliseconds(50); };
  options.watch = [&](const Process& process) -> std::optional<std::string> {
    const std::string tmp = "/proc/" + std::to_string(process.pid()) + "/root/tmp";
    if (!held.valid()) held = UniqueFd(::open(tmp.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    return {};
  };
  ASSERT_TRUE(RunProcess(spec, options));
  ASSERT_TRUE(held.valid());
  ASSERT_TRUE(spec.sandbox->room->furnished());
  spec.job = "echo here";
  auto refused = RunCommand(spec, milliseconds(20'000));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), base::Code::kAborted);
  EXPECT_NE(refused.error().message().find("setting up /tmp: Device or resource busy"),
            std::string::npos)
      << refused.error().message();
  held.Close();
  EXPECT_EQ(Run(spec), "here\nexit code 0");
}

TEST_F(ForkServerTest, AKilledServerIsGoneWithItsCommands) {
  StartReadyServer();
  std::thread killer([&] {
    std::this_thread::sleep_for(milliseconds(300));
    server_->Kill();
  });
  const std::string said = Run(Inside("sleep 100"));
  killer.join();
  EXPECT_EQ(said, "signal 9 (SIGKILL)");
  EXPECT_FALSE(server_->alive());
}

}  // namespace
}  // namespace penstock::sys
