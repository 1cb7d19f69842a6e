// SPDX-License-Identifier: Apache-2.0
#include "sys/system_call_filter.h"

#include <cerrno>
#include <string>

#include <gtest/gtest.h>
#include <linux/filter.h>
#include <sched.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sys/run_process.h"

namespace penstock::sys {
namespace {

std::shared_ptr<const SystemCallFilter> Filter() {
  auto filter = SystemCallFilter::ForTasks();
  return filter ? *filter : nullptr;
}

// The error of a call under the filter, 0 for none; -1 where it could not be tried.
template <typename Call>
int ErrorUnderFilter(const SystemCallFilter& filter, Call call) {
  const pid_t child = ::fork();
  if (child == 0) {
    ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    if (!filter.Install()) ::_exit(255);
    errno = 0;
    ::_exit(call() == -1 ? errno : 0);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  if (!WIFEXITED(status) || WEXITSTATUS(status) == 255) return -1;
  return WEXITSTATUS(status);
}

struct CallCase {
  const char* name;
  long (*call)();
  int error;
};

TEST(SystemCallFilter, RefusesWhatNoTaskNeeds) {
  const auto filter = Filter();
  if (!filter) GTEST_SKIP() << "no filters here";
  // These would fail in other ways without the filter.
  const CallCase cases[] = {
      {"mount", [] { return ::syscall(SYS_mount, nullptr, "/nowhere", nullptr, 0, nullptr); },
       EPERM},
      {"umount2", [] { return ::syscall(SYS_umount2, "/nowhere", 0); }, EPERM},
      {"setns", [] { return ::syscall(SYS_setns, -1, 0); }, EPERM},
      {"unshare", [] { return ::syscall(SYS_unshare, 0); }, EPERM},
      {"bpf", [] { return ::syscall(SYS_bpf, -1, nullptr, 0); }, EPERM},
      {"keyctl", [] { return ::syscall(SYS_keyctl, -1, 0, 0, 0, 0); }, EPERM},
      {"perf_event_open", [] { return ::syscall(SYS_perf_event_open, nullptr, 0, 0, 0, 0); },
       EPERM},
      {"userfaultfd", [] { return ::syscall(SYS_userfaultfd, -1); }, EPERM},
      {"io_uring_setup", [] { return ::syscall(SYS_io_uring_setup, 0, nullptr); }, EPERM},
      {"open_by_handle_at", [] { return ::syscall(SYS_open_by_handle_at, -1, nullptr, 0); }, EPERM},
      {"clone with a namespace",
       [] { return ::syscall(SYS_clone, CLONE_NEWUSER | CLONE_SIGHAND, 0, 0, 0, 0); }, EPERM},
      {"clone3", [] { return ::syscall(SYS_clone3, nullptr, 0); }, ENOSYS},
      {"personality", [] { return ::syscall(SYS_personality, ADDR_NO_RANDOMIZE); }, EPERM},
      {"a socket of the virtual machine",
       [] { return static_cast<long>(::socket(AF_VSOCK, SOCK_STREAM, 0)); }, EPERM},
      {"its own personality", [] { return ::syscall(SYS_personality, 0xffffffffUL); }, 0},
      {"getpid", [] { return ::syscall(SYS_getpid); }, 0},
      {"a socket", [] { return static_cast<long>(::socket(AF_INET, SOCK_STREAM, 0)); }, 0},
  };
  for (const CallCase& one : cases) {
    EXPECT_EQ(ErrorUnderFilter(*filter, one.call), one.error) << one.name;
  }
}

TEST(SystemCallFilter, HoldsForCommandsAndWhatTheyStart) {
  ProcessSpec spec;
  spec.command = {"sh", "-c", "sh -c 'grep Seccomp: /proc/self/status'"};
  spec.env = {{"PATH", "/usr/bin:/bin"}};
  spec.unprivileged = true;
  spec.filter = Filter();
  if (!spec.filter) GTEST_SKIP() << "no filters here";
  auto output = RunCommand(spec, std::chrono::seconds(20));
  ASSERT_TRUE(output) << output.error().message();
  EXPECT_EQ(output->text, "Seccomp:\t2\n");
}

TEST(SystemCallFilter, LetsProgramsWork) {
  ProcessSpec spec;
  spec.command = {"python3", "-c",
                  "import multiprocessing as m, subprocess, threading, socket, tempfile, mmap\n"
                  "def f(x): return x * x\n"
                  "if __name__ == '__main__':\n"
                  "  with m.get_context('fork').Pool(2) as p: print(p.map(f, [1, 2, 3]))\n"
                  "  print(subprocess.check_output(['echo', 'sub'], text=True).strip())\n"
                  "  t = threading.Thread(target=print, args=('thread',)); t.start(); t.join()\n"
                  "  a, b = socket.socketpair(); a.send(b'x'); print(b.recv(1))\n"
                  "  m.shared_memory.SharedMemory(create=True, size=64).unlink() if "
                  "hasattr(m, 'shared_memory') else None\n"};
  spec.env = {{"PATH", "/usr/local/bin:/usr/bin:/bin"}};
  spec.unprivileged = true;
  spec.filter = Filter();
  if (!spec.filter) GTEST_SKIP() << "no filters here";
  auto output = RunCommand(spec, std::chrono::seconds(60));
  ASSERT_TRUE(output) << output.error().message();
  EXPECT_EQ(output->text, "[1, 4, 9]\nsub\nthread\nb'x'\n");
}

TEST(SystemCallFilter, IsWholeInstructions) {
  const auto filter = Filter();
  if (!filter) GTEST_SKIP() << "no filters here";
  EXPECT_GT(filter->bytes().size(), 0u);
  EXPECT_EQ(filter->bytes().size() % sizeof(sock_filter), 0u);
}

}  // namespace
}  // namespace penstock::sys
