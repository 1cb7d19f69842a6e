// SPDX-License-Identifier: Apache-2.0
#include "executor/local/interpreter_finder.h"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "sys/remove_tree.h"

namespace penstock::executor {
namespace {

namespace fs = std::filesystem;

// Versions that no machine has, so that its own interpreters are not in the way.
class InterpreterFinderTest : public testing::Test {
 protected:
  void SetUp() override {
    char name[] = "/tmp/penstock-interpreters-XXXXXX";
    folder_ = ::mkdtemp(name);
  }
  void TearDown() override { EXPECT_TRUE(sys::RemoveTree(folder_)); }

  // A program that says of itself what an interpreter of that version says.
  std::string Install(const fs::path& file, const std::string& version) {
    return Script(file, "printf '%s\\n' " + version + " " + file.string() + " " +
                            file.parent_path().parent_path().string());
  }
  std::string Script(const fs::path& file, const std::string& text) {
    fs::create_directories(file.parent_path());
    std::ofstream(file) << "#!/bin/sh\n" << text << "\n";
    ::chmod(file.c_str(), 0755);
    return file;
  }
  std::string Found(const std::string& minor, const Variables& more = {}) {
    Variables variables = {{"PATH", (folder_ / "bin").string() + ":/usr/bin:/bin"},
                           {"HOME", (folder_ / "home").string()}};
    variables.insert(variables.end(), more.begin(), more.end());
    const auto interpreter = InterpreterFinder(variables).Find(minor);
    return interpreter ? interpreter->executable : "";
  }
  std::string In(const char* place) const { return folder_ / place; }

  fs::path folder_;
};

TEST_F(InterpreterFinderTest, LooksWhereTheyAreInstalled) {
  struct Case {
    const char* what;
    const char* file;
    Variables variables;
  };
  const Case cases[] = {
      {"system", "bin/python3.27", {}},
      {"a system's that is called python3 only", "bin/python3", {}},
      {"pyenv", "home/.pyenv/versions/3.27.1/bin/python3.27", {}},
      {"pyenv elsewhere", "pyenv/versions/3.27.1/bin/python3.27", {{"PYENV_ROOT", In("pyenv")}}},
      {"uv", "home/.local/share/uv/python/cpython-3.27.1-linux-x86_64-gnu/bin/python3.27", {}},
      {"uv's data elsewhere",
       "data/uv/python/cpython-3.27.1-linux-x86_64-gnu/bin/python3.27",
       {{"XDG_DATA_HOME", In("data")}}},
      {"uv elsewhere",
       "pythons/cpython-3.27.1-linux-x86_64-gnu/bin/python3.27",
       {{"UV_PYTHON_INSTALL_DIR", In("pythons")}}},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(Found("3.27", c.variables), "") << c.what;
    const std::string file = Install(folder_ / c.file, "3.27.1");
    EXPECT_EQ(Found("3.27", c.variables), file) << c.what;
    EXPECT_EQ(Found("3.26", c.variables), "") << c.what;
    fs::remove_all(folder_);
    fs::create_directory(folder_);
  }
}

TEST_F(InterpreterFinderTest, ThePathGoesBeforePyenvAndThatBeforeUv) {
  const std::string uv =
      Install(folder_ / "home/.local/share/uv/python/cpython-3.27.3/bin/python3.27", "3.27.3");
  EXPECT_EQ(Found("3.27"), uv);
  const std::string pyenv =
      Install(folder_ / "home/.pyenv/versions/3.27.2/bin/python3.27", "3.27.2");
  EXPECT_EQ(Found("3.27"), pyenv);
  const std::string system = Install(folder_ / "bin/python3.27", "3.27.1");
  EXPECT_EQ(Found("3.27"), system);
}

TEST_F(InterpreterFinderTest, TheNewestReleaseInAFolderGoesFirst) {
  // From the worst to the best.
  for (const char* version : {"pypy3.27-9.9.9", "3.27.9", "3.27.10rc1", "3.27.10t", "3.27.10"}) {
    const std::string file =
        Install(folder_ / "home/.pyenv/versions" / version / "bin/python3.27", "3.27.1");
    EXPECT_EQ(Found("3.27"), file);
  }
  for (const char* version :
       {"cpython-3.28.9-linux-x86_64-gnu", "cpython-3.28.10-linux-x86_64-gnu"}) {
    const std::string file =
        Install(folder_ / "home/.local/share/uv/python" / version / "bin/python3.28", "3.28.1");
    EXPECT_EQ(Found("3.28"), file);
  }
}

TEST_F(InterpreterFinderTest, PassesOverWhatIsNone) {
  Script(folder_ / "bin/python3.27", "echo 'pyenv: python3.27: command not found' >&2; exit 127");
  EXPECT_EQ(Found("3.27"), "");
  Install(folder_ / "bin/python3", "3.26.0");
  const std::string real =
      Install(folder_ / "home/.pyenv/versions/3.27.0/bin/python3.27", "3.27.0");
  EXPECT_EQ(Found("3.27"), real);
  EXPECT_EQ(Found("3.26"), In("bin/python3"));
  // One that says something else than its name.
  Install(folder_ / "bin/python3.28", "3.25.0");
  EXPECT_EQ(Found("3.28"), "");
}

TEST_F(InterpreterFinderTest, AllHasOneOfEachVersion) {
  Install(folder_ / "bin/python3.27", "3.27.1");
  Install(folder_ / "home/.pyenv/versions/3.27.2/bin/python3.27", "3.27.2");
  Install(folder_ / "home/.pyenv/versions/3.26.0/bin/python3.26", "3.26.0");
  InterpreterFinder finder({{"PATH", In("bin") + ":/usr/bin:/bin"}, {"HOME", In("home")}});
  std::vector<std::string> names;
  for (const Interpreter& interpreter : finder.All()) {
    if (interpreter.version.minor >= 26) names.push_back(interpreter.FullVersion());
  }
  EXPECT_EQ(names, (std::vector<std::string>{"3.26.0", "3.27.1"}));
}

}  // namespace
}  // namespace penstock::executor
