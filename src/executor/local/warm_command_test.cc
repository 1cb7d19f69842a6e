// SPDX-License-Identifier: Apache-2.0
#include "executor/local/warm_command.h"

#include <gtest/gtest.h>

#include "text/json.h"

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
  auto command = ReadWarmCommand(Words("def f(): pass"), env, {"KFP_POD_NAME"}, {});
  ASSERT_TRUE(command);
  EXPECT_EQ(command->wants.module, "kfp.dsl.executor_main");
  EXPECT_TRUE(command->wants.runtime);
  EXPECT_TRUE(command->wants.ahead.empty());
  EXPECT_EQ(command->wants.env, (Variables{{"PATH", "/bin"}}));
  EXPECT_EQ(command->program, "def f(): pass");
  auto job = text::ParseJson(command->Job(env, "/home/task/work", 5));
  ASSERT_TRUE(job);
  EXPECT_EQ(job->Find("args")->as_array().size(), 4U);
  EXPECT_EQ(job->Find("env")->StringOr("KFP_POD_NAME", ""), "a");
  EXPECT_EQ(job->IntegerOr("file_bytes", 0), 5);
}

TEST(WarmCommand, OthersRunAsGiven) {
  EXPECT_FALSE(ReadWarmCommand({"python3", "-m", "kfp.dsl.executor_main"}, {}, {}, {}));
  EXPECT_FALSE(ReadWarmCommand({"sh", "-c", "true"}, {}, {}, {}));
  EXPECT_FALSE(ReadWarmCommand(Words("bad \xff text"), {}, {}, {}));
  for (const char* name : {"PYTHONPATH", "LD_PRELOAD", "MALLOC_ARENA_MAX", "IFS", "PWD"}) {
    EXPECT_FALSE(ReadWarmCommand(Words("pass"), {{name, "x"}}, {}, {})) << name;
  }
}

TEST(WarmCommand, SafeModulesAreImportedAheadWhereTheSourceDoes) {
  struct Case {
    const char* program;
    std::vector<std::string> ahead;
  };
  const std::vector<std::string> packages = {"numpy==1.26.4", "pandas==2.2.3", "pandas-stubs==1"};
  for (const Case& test : {
           Case{"def f():\n  import pandas as pd", {"pandas"}},
           Case{"import numpy\nfrom pandas import x", {"numpy", "pandas"}},
           Case{"from pandas.core import y", {"pandas"}},
           Case{"import pandas_profiling", {}},
           Case{"x = 'import pandas'", {}},
           Case{"numpy", {}},
           Case{"import numpyx\n\timport numpy", {"numpy"}},
       }) {
    auto command = ReadWarmCommand(Words(test.program), {}, {}, packages);
    ASSERT_TRUE(command);
    EXPECT_EQ(command->wants.ahead, test.ahead) << test.program;
  }
  // Not installed, so not there.
  EXPECT_TRUE(ReadWarmCommand(Words("import numpy"), {}, {}, {})->wants.ahead.empty());
}

}  // namespace
}  // namespace penstock::executor
