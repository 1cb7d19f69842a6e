// SPDX-License-Identifier: Apache-2.0
#include "cli/command_line.h"

#include <sstream>
#include <vector>

#include <gtest/gtest.h>

#include "cli/run_command.h"
#include "cli/server_command.h"

namespace penstock::cli {
namespace {

struct Outcome {
  int code;
  std::string out;
  std::string err;
};

Outcome RunWith(std::vector<const char*> words) {
  words.insert(words.begin(), "penstock");
  std::ostringstream out;
  std::ostringstream err;
  int code = Run(static_cast<int>(words.size()), words.data(), out, err);
  return {code, out.str(), err.str()};
}

TEST(CommandLine, HelpTeaches) {
  Outcome outcome = RunWith({"--help"});
  EXPECT_EQ(outcome.code, 0);
  EXPECT_NE(outcome.out.find("penstock server --data-dir"), std::string::npos);
  Outcome server = RunWith({"server", "--help"});
  EXPECT_EQ(server.code, 0);
  for (const char* option :
       {"--task-host", "--task-ca", "--task-env", "--package-overrides", "PENSTOCK_ROOT_USER"}) {
    EXPECT_NE(server.out.find(option), std::string::npos) << option;
  }
}

TEST(CommandLine, TellsItsVersion) {
  EXPECT_NE(RunWith({"--version"}).out.find("penstock 0."), std::string::npos);
}

TEST(CommandLine, RefusesWhatItDoesNotKnow) {
  EXPECT_EQ(RunWith({}).code, 2);
  EXPECT_EQ(RunWith({"serve"}).code, 2);
  EXPECT_EQ(RunWith({"server"}).code, 2);
  Outcome outcome = RunWith({"server", "--data-dir", "/tmp/x", "--task-host", "no-equals-sign"});
  EXPECT_EQ(outcome.code, 2);
  EXPECT_NE(outcome.err.find("no-equals-sign"), std::string::npos);
}

TEST(CommandLine, ResourcesHaveTheirCommands) {
  for (const char* group : {"pipeline", "experiment", "recurring-run", "trigger", "webhook"}) {
    EXPECT_EQ(RunWith({group}).code, 2) << group;
    Outcome help = RunWith({group, "--help"});
    for (const char* word : {"list", "get", "delete"}) {
      EXPECT_NE(help.out.find(word), std::string::npos) << group << " " << word;
    }
    EXPECT_EQ(RunWith({group, "get"}).code, 2) << group;
    Outcome outcome = RunWith({group, "list", "--server", "http://127.0.0.1:1"});
    EXPECT_EQ(outcome.code, 1);
    EXPECT_NE(outcome.err.find("penstock server"), std::string::npos) << outcome.err;
  }
  EXPECT_EQ(RunWith({"run", "list", "--server", "http://127.0.0.1:1"}).code, 1);
  EXPECT_EQ(RunWith({"trigger", "create", "t"}).code, 2);  // in which bucket?
  EXPECT_EQ(RunWith({"webhook", "create", "w"}).code, 2);
}

TEST(CommandLine, RunsAndCacheWantAServerAndAPipeline) {
  EXPECT_EQ(RunWith({"run"}).code, 1);
  EXPECT_EQ(RunWith({"run", "/nowhere/pipeline.yaml"}).code, 2);
  EXPECT_EQ(RunWith({"run", "rerun", "id"}).code, 2);  // from which task?
  EXPECT_EQ(RunWith({"cache"}).code, 2);
  Outcome outcome = RunWith({"run", "resume", "id", "--server", "http://127.0.0.1:1"});
  EXPECT_EQ(outcome.code, 1);
  EXPECT_NE(outcome.err.find("--server"), std::string::npos) << outcome.err;
}

TEST(CommandLine, ParametersAreJsonOrText) {
  auto parameters = ReadParameters({"n=3", "s=abc", "l=[1,2]", "e=", "q=a=b"}).value();
  EXPECT_EQ(text::FormatJson(text::Json(parameters)),
            R"({"e":"","l":[1,2],"n":3,"q":"a=b","s":"abc"})");
  EXPECT_FALSE(ReadParameters({"nothing"}));
}

TEST(CommandLine, ChecksAStoreThatIsThere) {
  EXPECT_EQ(RunWith({"store"}).code, 2);
  EXPECT_EQ(RunWith({"store", "verify"}).code, 2);
  EXPECT_EQ(RunWith({"store", "verify", "--data-dir", "a", "--drive", "b"}).code, 2);
  Outcome outcome = RunWith({"store", "verify", "--data-dir", "/nowhere"});
  EXPECT_EQ(outcome.code, 1);
  EXPECT_NE(outcome.err.find("/nowhere/store/FORMAT"), std::string::npos) << outcome.err;
}

TEST(CommandLine, WantsBothHalvesOfACertificate) {
  Outcome outcome = RunWith({"server", "--data-dir", "/tmp/x", "--s3-tls-cert", "/dev/null"});
  EXPECT_EQ(outcome.code, 2);
  EXPECT_NE(outcome.err.find("--s3-tls-key"), std::string::npos) << outcome.err;
  outcome = RunWith({"server", "--data-dir", "/tmp/x", "--api-tls-key", "/dev/null"});
  EXPECT_EQ(outcome.code, 2);
  EXPECT_NE(outcome.err.find("--api-tls-cert"), std::string::npos) << outcome.err;
}

TEST(CommandLine, RefusesToOpenThePipelinesApiToOthers) {
  Outcome outcome =
      RunWith({"server", "--data-dir", "/tmp/penstock-cli-test", "--address", "0.0.0.0:0"});
  EXPECT_EQ(outcome.code, 1);
  EXPECT_NE(outcome.err.find("listen on 127.0.0.1"), std::string::npos) << outcome.err;
}

TEST(Assignment, SplitsAtTheFirstEqualsSign) {
  auto pair = SplitAssignment("A=b=c", "--task-env").value();
  EXPECT_EQ(pair.first, "A");
  EXPECT_EQ(pair.second, "b=c");
  EXPECT_FALSE(SplitAssignment("=x", "--task-env"));
  EXPECT_FALSE(SplitAssignment("x", "--task-env"));
}

}  // namespace
}  // namespace penstock::cli
