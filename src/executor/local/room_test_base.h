// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdlib>
#include <string>
#include <vector>

#include <unistd.h>

#include "executor/local/warm_test_base.h"

namespace penstock::executor {

// Environments below /tmp would lie in what tasks can write to.
class RoomTest : public WarmTest {
 protected:
  RoomTest() {
    if (::geteuid() == 0) base_ = "/var/lib";
  }

  // Compiled, as environments are: a room goes when something is written to the environment.
  void MakeCompiledSdk(const std::string& import_code, const std::string& main_code = kMainCode) {
    const std::filesystem::path sdk = MakeSdk("sdk", import_code, main_code);
    const std::string compile =
        (sdk / "bin/python3").string() + " -m compileall -q " + (sdk / "lib").string();
    ASSERT_EQ(std::system(compile.c_str()), 0);
    ASSERT_TRUE(AwaitWarm("sdk"));
  }

  // What waits for tasks that have not come yet.
  std::vector<pid_t> Waiting() const {
    std::vector<pid_t> found = Workers();
    std::erase_if(found, [](pid_t pid) {
      return ReadAll("/proc/" + std::to_string(pid) + "/cgroup").find("/task-ready-") ==
             std::string::npos;
    });
    return found;
  }
};

}  // namespace penstock::executor
