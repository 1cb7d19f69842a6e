// SPDX-License-Identifier: Apache-2.0
#include "server/data_directory_lock.h"

#include <filesystem>
#include <fstream>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <unistd.h>

namespace penstock::server {
namespace {

TEST(DataDirectoryLock, OneAtATime) {
  char name[] = "/tmp/penstock-lock-XXXXXX";
  const std::string folder = ::mkdtemp(name);
  {
    auto first = DataDirectoryLock::Take(folder);
    ASSERT_TRUE(first) << first.error().message();
    const DataDirectoryLock moved = std::move(*first);
    auto second = DataDirectoryLock::Take(folder);
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().message(), "another penstock server is using " + folder +
                                            "; stop it, or choose another --data-dir");
  }
  EXPECT_TRUE(DataDirectoryLock::Take(folder));
  std::filesystem::remove_all(folder);
  auto gone = DataDirectoryLock::Take(folder);
  ASSERT_FALSE(gone);
  EXPECT_EQ(gone.error().message(), "cannot open " + folder + "/lock: No such file or directory");
}

// A process that holds the lock for a while and ends; its number.
pid_t HoldFor(const std::string& folder, int milliseconds) {
  int ready[2];
  EXPECT_EQ(pipe(ready), 0);
  const pid_t child = fork();
  if (child == 0) {
    const int fd = open((folder + "/lock").c_str(), O_RDWR);
    const char done = flock(fd, LOCK_EX | LOCK_NB) == 0 ? 'y' : 'n';
    (void)!write(ready[1], &done, 1);
    usleep(static_cast<useconds_t>(milliseconds) * 1000);
    _exit(0);
  }
  char done = 'n';
  EXPECT_EQ(read(ready[0], &done, 1), 1);
  EXPECT_EQ(done, 'y');
  close(ready[0]);
  close(ready[1]);
  return child;
}

TEST(DataDirectoryLock, WaitsForTheChildrenOfAServerThatIsGone) {
  char name[] = "/tmp/penstock-lock-XXXXXX";
  const std::string folder = ::mkdtemp(name);
  auto write_owner = [&](const std::string& owner) {
    std::ofstream(folder + "/lock", std::ios::trunc) << owner << "\n";
  };
  const std::string nobody = "999999999";  // more than any process has
  write_owner(nobody);
  pid_t child = HoldFor(folder, 300);
  EXPECT_FALSE(DataDirectoryLock::Take(folder, std::chrono::milliseconds(30)));
  EXPECT_TRUE(DataDirectoryLock::Take(folder));
  waitpid(child, nullptr, 0);

  // Of a server that is there, nobody waits for the end; nor where it is not known which it is.
  for (const std::string& owner : {std::to_string(getpid()), std::string("?")}) {
    write_owner(owner);
    child = HoldFor(folder, 2000);
    EXPECT_FALSE(DataDirectoryLock::Take(folder, std::chrono::hours(1)));
    kill(child, SIGKILL);
    waitpid(child, nullptr, 0);
  }

  // One that has ended and waits for its parent is gone.
  const pid_t dead = fork();
  if (dead == 0) _exit(0);
  siginfo_t info;
  waitid(P_PID, static_cast<id_t>(dead), &info, WEXITED | WNOWAIT);
  write_owner(std::to_string(dead));
  child = HoldFor(folder, 200);
  EXPECT_TRUE(DataDirectoryLock::Take(folder));
  for (pid_t process : {dead, child}) waitpid(process, nullptr, 0);
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace penstock::server
