// SPDX-License-Identifier: Apache-2.0
#include "executor/local/python_command.h"

#include <gtest/gtest.h>

namespace penstock::executor {
namespace {

std::vector<std::string> Generated(const std::string& pip) {
  return {"sh",
          "-c",
          "\nif ! [ -x \"$(command -v pip)\" ]; then\n"
          "    python3 -m ensurepip || python3 -m ensurepip --user || apt-get install python3-pip\n"
          "fi\n\nPIP_DISABLE_PIP_VERSION_CHECK=1 python3 -m pip install --quiet "
          "--no-warn-script-location " +
              pip + " && \"$0\" \"$@\"\n",
          "python3",
          "-m",
          "kfp.dsl.executor_main",
          "--function_to_execute",
          "f"};
}

TEST(PythonCommand, TakesTheInstallsOff) {
  const PythonCommand command = ReadPythonCommand(
      Generated("--index-url https://a/simple --extra-index-url https://b/simple "
                "--trusted-host https://b:8080/simple 'kfp==2.17.0' '--no-deps'"));
  ASSERT_TRUE(command.recognised);
  ASSERT_EQ(command.steps.size(), 1u);
  EXPECT_EQ(command.steps[0].requirements, std::vector<std::string>{"kfp==2.17.0"});
  EXPECT_TRUE(command.steps[0].no_deps);
  EXPECT_EQ(command.steps[0].index_url, "https://a/simple");
  EXPECT_EQ(command.steps[0].extra_index_urls, std::vector<std::string>{"https://b/simple"});
  EXPECT_EQ(command.steps[0].trusted_hosts, std::vector<std::string>{"b:8080"});
  EXPECT_EQ(command.words.front(), "python3");
}

TEST(PythonCommand, LeavesWhatIsPipsAloneToPip) {
  const std::vector<std::string> words = Generated("'-r' 'requirements.txt'");
  const PythonCommand command = ReadPythonCommand(words);
  EXPECT_FALSE(command.recognised);
  EXPECT_EQ(command.words, words);
}

TEST(PythonCommand, LeavesOtherCommandsAsTheyAre) {
  const std::vector<std::string> words = {"sh", "-c", "pip install x && python3 y.py"};
  const PythonCommand command = ReadPythonCommand(words);
  EXPECT_FALSE(command.recognised);
  EXPECT_EQ(command.words, words);
  EXPECT_TRUE(command.steps.empty());
}

TEST(PythonCommand, TrustedHostsAreHosts) {
  EXPECT_EQ(TrustedHost("https://x.example:8080/simple"), "x.example:8080");
  EXPECT_EQ(TrustedHost("https://u:p@x.example/simple"), "x.example");
  EXPECT_EQ(TrustedHost("x.example"), "x.example");
}

}  // namespace
}  // namespace penstock::executor
