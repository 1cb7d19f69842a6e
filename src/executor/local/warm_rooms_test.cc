// SPDX-License-Identifier: Apache-2.0
// Tasks in the sandboxes of others before them, and in those that were made before there was a
// task.
#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <set>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "executor/local/room_test_base.h"
#include "sys/unique_fd.h"

namespace penstock::executor {
namespace {

using engine::TaskLaunch;
using testing::HasSubstr;
using testing::Not;

constexpr const char* kSucceedingProgram = "print('it ran')";

sys::UniqueFd ReceiveFile(int socket) {
  char byte;
  iovec part = {&byte, 1};
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))];
  msghdr message = {};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = control;
  message.msg_controllen = sizeof(control);
  if (::recvmsg(socket, &message, MSG_CMSG_CLOEXEC) != 1) return {};
  const cmsghdr* found = CMSG_FIRSTHDR(&message);
  int file = -1;
  if (found != nullptr) std::memcpy(&file, CMSG_DATA(found), sizeof(file));
  return sys::UniqueFd(file);
}

// Tasks after each other have the same mounts, and nothing of each other's.
TEST_F(RoomTest, ARoomIsUsedAgainUnlessSomebodyHoldsOnToIt) {
  ASSERT_NO_FATAL_FAILURE(MakeCompiledSdk(""));
  const std::string look =
      "import os\nprint(os.readlink('/proc/self/ns/mnt'), os.stat('/tmp').st_ino, "
      "sorted(os.listdir('/tmp')), "
      "os.listdir('/dev/shm'), "
      "sorted(os.listdir('/home/task')), [p for p in os.listdir('/proc') if p.isdigit()])\n";
  const std::string leave =
      "for name in ('/tmp/left', '/dev/shm/left', '/home/task/left'): open(name, 'w').write('x')\n"
      "if os.fork() == 0:\n  import time\n  time.sleep(100)\n";
  auto line = [&](const std::string& program) {
    const std::string printed = Printed(Component("sdk", program), "warm");
    // Folders are given back after the end has been told.
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    const size_t at = std::min(printed.find("mnt:["), printed.size());
    return printed.substr(at, printed.find('\n', at) - at);
  };
  // The namespace and the folder that it shows, of which the number may be another's soon.
  auto mounts = [](const std::string& text) { return text.substr(0, text.find(" [")); };
  // What is drawn anew for each task, in which the program lies.
  auto rest = [](const std::string& text) {
    std::string left = text.substr(std::min(text.find(" ["), text.size()));
    const size_t drawn = left.find("tmp.");
    return drawn == std::string::npos ? left : left.erase(drawn, 14);
  };
  // The one before may not have given its folder back yet.
  std::string before, now = line(look + leave);
  ASSERT_EQ(now.substr(0, 5), "mnt:[");
  for (int round = 0; round < 20 && mounts(before) != mounts(now); ++round) {
    before = std::exchange(now, line(look + leave));
    EXPECT_EQ(rest(now), rest(before));
  }
  EXPECT_EQ(mounts(before), mounts(now));
  EXPECT_EQ(now.find("left"), std::string::npos) << now;

  // A task hands its folder to somebody outside.
  const std::string address = std::string(1, '\0') + folder_.filename().string();
  const sys::UniqueFd listener(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  sockaddr_un name = {};
  name.sun_family = AF_UNIX;
  std::copy(address.begin(), address.end(), name.sun_path);
  ASSERT_EQ(::bind(listener.get(), reinterpret_cast<sockaddr*>(&name),
                   static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + address.size())),
            0);
  const std::string hand_over =
      "import socket\ns = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)\n"
      "s.connect('\\0" +
      folder_.filename().string() +
      "')\nsocket.send_fds(s, [b'x'], [os.open('/tmp', os.O_RDONLY)])\n";
  const std::string given = line(look + hand_over);
  // Whoever has it could change what is lent on, and let go of it before that is entered again.
  const sys::UniqueFd held = ReceiveFile(listener.get());  // no other gets its number meanwhile
  struct stat info = {};
  ASSERT_EQ(::fstat(held.get(), &info), 0);
  EXPECT_EQ(info.st_nlink, 0U) << "it is still there";
  for (int round = 0; round < 4; ++round) {
    now = line(look);
    EXPECT_NE(mounts(now), mounts(given));
    EXPECT_EQ(rest(now), rest(before));
  }
}

// An executor that writes to much of what its worker has, if it is run for practice.
constexpr const char* kPractised = R"(
import argparse, logging, sys, kfp
def _setup_logging():
    logging.basicConfig(stream=sys.stdout)
def executor_main():
    _setup_logging()
    parser = argparse.ArgumentParser(description='Runs it.')
    parser.add_argument('--component_module_path', type=str, help='Where it is')
    args, _ = parser.parse_known_args()
    kfp.runs = getattr(kfp, 'runs', 0) + 1
    if sys.argv[-1] == 'practise':
        print('practised', flush=True)
        for thing in kfp.things: pass
        return
    exec(compile(open(args.component_module_path).read(), args.component_module_path, 'exec'), {})
if __name__ == '__main__':
    executor_main()
)";

TEST_F(RoomTest, WhatIsLearntByPracticeIsCopiedWhileATaskWaits) {
  ASSERT_NO_FATAL_FAILURE(
      MakeCompiledSdk("things = [object() for _ in range(300000)]\n", kPractised));
  const std::string look =
      "import kfp, os\nown = 0\n"
      "with open('/proc/self/maps') as maps, open('/proc/self/pagemap', 'rb') as pages:\n"
      "  for line in maps:\n"
      "    low, high = [int(part, 16) // 4096 for part in line.split()[0].split('-')]\n"
      "    if ' rw-p ' in line:\n"
      "      pages.seek(low * 8)\n"
      "      own += sum(part & 1 for part in pages.read((high - low) * 8)[7::8])\n"
      "ready = '/task-ready-' in open('/proc/self/cgroup').read()\n"
      "print('ready', ready, 'much', own > 800)\n"
      "print('runs', kfp.runs, [name[:4] for name in sorted(os.listdir('/tmp'))])\n";
  std::string ready, other;
  // One that came before all was copied is no failure.
  for (int round = 0; round < 20 && ready.find("much True") == std::string::npos; ++round) {
    const std::string printed = Printed(Component("sdk", look), "warm");
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    (printed.find("ready True") != std::string::npos ? ready : other) = printed;
  }
  EXPECT_THAT(ready, HasSubstr("ready True much True"));
  if (!other.empty()) {
    EXPECT_THAT(other, HasSubstr("ready False much False"));
  }
  // Otherwise the practice is nothing to the task.
  EXPECT_THAT(ready, HasSubstr("runs 1 ['kfp', 'tmp.']"));
  EXPECT_THAT(ready, Not(HasSubstr("practise")));
}

// Practice that fails is none.
TEST_F(RoomTest, AWorkerThatCannotPractiseServesAllTheSame) {
  MakeSdk("sdk", "things = []\n",
          std::string(kPractised)
              .replace(std::string(kPractised).find("return"), 6, "raise SystemExit('no')"));
  ASSERT_TRUE(AwaitWarm("sdk"));
  EXPECT_THAT(Printed(Component("sdk", kSucceedingProgram), "warm"), HasSubstr("it ran"));
}

// Where a task waits that has not come yet, the next one like it finds what any other does.
TEST_F(RoomTest, ASandboxThatIsReadyIsAsAnyOther) {
  ASSERT_NO_FATAL_FAILURE(MakeCompiledSdk(""));
  const std::string look =
      "import os, random\n"
      "for line in open('/proc/self/cgroup'):\n"
      "  if '/task-ready-' in line: print('it was ready'); break\n"
      "print('pids', [p for p in os.listdir('/proc') if p.isdigit()], os.getpid(), os.getppid())\n"
      "print('pod', os.environ['KFP_POD_NAME'], os.getcwd(), len(os.listdir('/tmp')))\n"
      "print('drawn', random.random())\n"
      "print('files', sorted(os.listdir('/proc/self/fd'))[:-1])\n"
      "open('/tmp/left', 'w').write('x')\n";
  std::set<std::string> drawn;
  auto run = [&](TaskLaunch launch) {
    const std::string printed = Printed(launch, "warm");
    // The next is made ready after the end has been told.
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    EXPECT_THAT(printed, HasSubstr("pids ['1', '2', '4'] 4 2"));
    EXPECT_THAT(printed, HasSubstr("pod " + launch.task_id + " /home/task/work 2\n"));
    EXPECT_THAT(printed, HasSubstr("files ['0', '1', '2']"));
    const size_t at = printed.find("drawn ");
    drawn.insert(printed.substr(at, printed.find('\n', at) - at));
    return printed.find("it was ready") != std::string::npos;
  };
  int tasks = 0;
  auto next = [&] { return Component("sdk", look, "task-" + std::to_string(++tasks)); };
  bool ready = run(next());
  for (int round = 0; round < 20 && !ready; ++round) ready = run(next());
  EXPECT_TRUE(ready);
  EXPECT_TRUE(run(next()));
  // One whose memory is limited has all of it.
  TaskLaunch limited = next();
  limited.resources.memory_limit = "100Mi";
  EXPECT_FALSE(run(limited));
  EXPECT_TRUE(run(next()));
  EXPECT_EQ(drawn.size(), static_cast<size_t>(tasks));
  // Those that wait end with their worker.
  for (pid_t worker : Workers()) ::kill(worker, SIGKILL);
  for (int i = 0; i < 100 && !Workers().empty(); ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  EXPECT_TRUE(Workers().empty());
  std::this_thread::sleep_for(std::chrono::milliseconds(200));
  EXPECT_THAT(Printed(Component("sdk", kSucceedingProgram), "cold"), HasSubstr("it ran"));
}

// Whatever waits may be killed: by the machine, where memory is short.
TEST_F(RoomTest, ATaskWhoseSandboxDiedAsItWaitedGetsAnother) {
  ASSERT_NO_FATAL_FAILURE(MakeCompiledSdk(""));
  for (int round = 0; round < 20 && Waiting().empty(); ++round) {
    Printed(Component("sdk", kSucceedingProgram), "warm");
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
  }
  const std::vector<pid_t> waiting = Waiting();
  ASSERT_FALSE(waiting.empty());
  for (pid_t pid : waiting) ::kill(pid, SIGKILL);
  EXPECT_THAT(Printed(Component("sdk", kSucceedingProgram), "warm"), HasSubstr("it ran"));
  EXPECT_FALSE(WarmStartFailed());
}

}  // namespace
}  // namespace penstock::executor
