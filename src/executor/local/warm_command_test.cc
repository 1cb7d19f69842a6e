// SPDX-License-Identifier: Apache-2.0
#include "executor/local/warm_command.h"

#include <algorithm>
#include <cstring>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "executor/local/warm_job.h"

namespace penstock::executor {
namespace {

const std::string kScript =
    "program_path=$(mktemp -d)\n\n"
    "printf \"%s\" \"$0\" > \"$program_path/ephemeral_component.py\"\n"
    "_KFP_RUNTIME=true python3 -m kfp.dsl.executor_main                         "
    "--component_module_path                         "
    "\"$program_path/ephemeral_component.py\"                         \"$@\"\n";

std::vector<std::string> Words(const std::string& program) {
  return {"sh", "-ec", kScript, program, "--executor_input", "{}", "--function_to_execute", "f"};
}

TEST(WarmCommand, IsReadFromWhatTheSdkGenerates) {
  const Variables env = {{"PATH", "/bin"}, {"KFP_POD_NAME", "a"}};
  auto command = ReadWarmCommand(Words("def f(): pass"), env, {"KFP_POD_NAME"}, "");
  ASSERT_TRUE(command);
  EXPECT_EQ(command->wants.module, "kfp.dsl.executor_main");
  EXPECT_TRUE(command->wants.runtime);
  EXPECT_TRUE(command->wants.ahead.empty());
  EXPECT_EQ(command->wants.env, (Variables{{"PATH", "/bin"}}));
  EXPECT_EQ(command->program, "def f(): pass");
}

// With "|" for zero bytes.
std::string Texts(const std::string& job) {
  std::string texts = job.substr(sizeof(WarmJob));
  std::replace(texts.begin(), texts.end(), '\0', '|');
  return texts;
}

TEST(WarmCommand, TheWorkerIsToldWhatTheShellWouldDo) {
  const Variables env = {
      {"PATH", "/bin"}, {"a.b", "not for a shell"}, {"1A", "nor this"}, {"KFP_POD_NAME", "a=b"}};
  auto command = ReadWarmCommand(Words("def f(): pass"), env, {}, "");
  ASSERT_TRUE(command);
  const std::string text = command->Job(env, "/home/task/work", false);
  WarmJob job;
  std::memcpy(&job, text.data(), sizeof(job));
  EXPECT_EQ(job.arguments, 4U);
  EXPECT_EQ(text.size(), sizeof(job) + job.base_size + job.program_size + job.words_size);
  EXPECT_EQ(Texts(text),
            "/tmp|def f(): pass--executor_input|{}|--function_to_execute|f|"
            "PATH=/bin|KFP_POD_NAME=a=b|PWD=/home/task/work|_KFP_RUNTIME=true|");
  // dash's own order, and its folder for temporary files.
  const Variables other = {{"PATH", "/bin"}, {"TMPDIR", "/x"}, {"HOME", "/home/task"}};
  EXPECT_THAT(Texts(command->Job(other, "/w", true)), testing::StartsWith("/x|def f(): pass"));
  EXPECT_THAT(Texts(command->Job(other, "/w", true)),
              testing::EndsWith("f|HOME=/home/task|TMPDIR=/x|PATH=/bin|_KFP_RUNTIME=true|PWD=/w|"));
  // A folder of the program that is there already.
  EXPECT_EQ(job.is_made, 0U);
  const std::string with_folder = command->Job(env, "/w", true, "tmp.0123456789");
  std::memcpy(&job, with_folder.data(), sizeof(job));
  EXPECT_EQ(job.is_made, 1U);
  EXPECT_THAT(Texts(with_folder), testing::StartsWith("/tmp/tmp.0123456789|def f(): pass"));
}

TEST(WarmCommand, ThePlaceIsToldInWholeWords) {
  for (const std::string folder : {"/home/task/work", "/home/task/works", "/w"}) {
    const std::string text = WarmPlaceText(folder, 5);
    WarmPlace place;
    std::memcpy(&place, text.data(), sizeof(place));
    EXPECT_EQ(place.file_bytes, 5U);
    EXPECT_EQ(text.size(), sizeof(place) + place.folder_size);
    EXPECT_EQ(text.size() % 8, 0U);
    EXPECT_EQ(std::string(text.c_str() + sizeof(place)), folder);
    EXPECT_EQ(text.back(), '\0');
  }
}

TEST(WarmCommand, OthersRunAsGiven) {
  EXPECT_FALSE(ReadWarmCommand({"python3", "-m", "kfp.dsl.executor_main"}, {}, {}, ""));
  EXPECT_FALSE(ReadWarmCommand({"sh", "-c", "true"}, {}, {}, ""));
  EXPECT_FALSE(ReadWarmCommand(Words("bad \xff text"), {}, {}, ""));
  EXPECT_FALSE(ReadWarmCommand(Words(std::string("no\0word", 7)), {}, {}, ""));
  EXPECT_FALSE(ReadWarmCommand(Words("pass"), {{"A", std::string("no\0word", 7)}}, {}, ""));
  for (const char* name : {"PYTHONPATH", "LD_PRELOAD", "MALLOC_ARENA_MAX", "IFS", "PWD"}) {
    EXPECT_FALSE(ReadWarmCommand(Words("pass"), {{name, "x"}}, {}, "")) << name;
  }
}

}  // namespace
}  // namespace penstock::executor
