// SPDX-License-Identifier: Apache-2.0
#include "executor/local/pip_settings.h"

#include <gtest/gtest.h>

#include "executor/local/package_tool.h"

namespace penstock::executor {
namespace {

constexpr const char* kIni =
    "# comment\n"
    "[global]\n"
    "index-url = https://a/simple\n"
    "timeout: 30\n"
    "find_links =\n"
    "    /wheels\n"
    "    https://b/wheels\n"
    "\n"
    "[install]\n"
    "trusted-host = a b:8080\n"
    "no-index = no\n"
    "[freeze]\n"
    "index-url = https://wrong\n";

TEST(PipSettings, ReadsFiles) {
  PipSettings settings;
  settings.AddFile(kIni);
  EXPECT_EQ(settings.Get("index-url"), "https://a/simple");
  EXPECT_EQ(settings.Get("find-links"), "/wheels https://b/wheels");
  EXPECT_EQ(settings.Get("trusted-host"), "a b:8080");
  EXPECT_EQ(settings.Get("user"), "");
  EXPECT_EQ(settings.LocalFolders(), std::vector<std::string>{"/wheels"});
}

TEST(PipSettings, InstallSectionAndVariablesWin) {
  PipSettings settings;
  settings.AddFile("[install]\nindex-url=https://i\n[global]\nindex-url=https://g\n");
  EXPECT_EQ(settings.Get("index-url"), "https://i");
  settings.AddVariables({{"PIP_INDEX_URL", "https://v"}, {"PIP_CERT", ""}, {"PIPX", "no"}});
  EXPECT_EQ(settings.Get("index-url"), "https://v");
}

TEST(PipSettings, SpeaksToUv) {
  PipSettings settings;
  settings.AddFile(kIni);
  settings.AddVariables({{"PIP_CERT", "/ca.pem"}, {"PIP_EXTRA_INDEX_URL", "https://x\nhttps://y"}});
  const Variables uv = settings.ForUv({});
  EXPECT_EQ(ValueOf(uv, "UV_DEFAULT_INDEX"), "https://a/simple");
  EXPECT_EQ(ValueOf(uv, "UV_INDEX"), "https://x https://y");
  EXPECT_EQ(ValueOf(uv, "UV_FIND_LINKS"), "/wheels,https://b/wheels");
  EXPECT_EQ(ValueOf(uv, "UV_INSECURE_HOST"), "a b:8080");
  EXPECT_EQ(ValueOf(uv, "SSL_CERT_FILE"), "/ca.pem");
  EXPECT_EQ(ValueOf(uv, "UV_HTTP_TIMEOUT"), "30");
  EXPECT_EQ(ValueOf(uv, "UV_NO_INDEX"), "");
  // What the user told uv itself stays.
  EXPECT_EQ(ValueOf(settings.ForUv({{"UV_INDEX_URL", "https://u"}}), "UV_DEFAULT_INDEX"), "");
}

TEST(PipSettings, SpeaksToPip) {
  PipSettings settings;
  settings.AddFile(kIni);
  EXPECT_EQ(ValueOf(settings.ForPip(), "PIP_FIND_LINKS"), "/wheels https://b/wheels");
  EXPECT_EQ(ValueOf(settings.ForPip(), "PIP_CERT"), "");
}

TEST(PipSettings, SurvivesRubbish) {
  for (const char* ini : {"", "x", "=", "[", "[global", "  y = z", "[global]\n = x\n", "[]\n:\n"}) {
    PipSettings settings;
    settings.AddFile(ini);
    EXPECT_EQ(settings.Get("index-url"), "") << ini;
  }
}

EnvironmentSpec Spec() {
  EnvironmentSpec spec;
  spec.interpreter.executable = "/usr/bin/python3.11";
  spec.interpreter.version = {3, 11, 2};
  spec.steps = {{{"pandas==1"}, "https://i", {"https://e"}, {"h:1"}, false},
                {{"kfp==2"}, "", {}, {}, true}};
  return spec;
}

std::string Text(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
  return text;
}

TEST(PackageTool, RunsUvAsPipWouldRun) {
  PackageTool tool{{"uv"}, "uv 1"};
  auto commands = BuildCommands(tool, Spec(), PipSettings(), "/e/venv", "");
  ASSERT_EQ(commands.size(), 4u);
  EXPECT_EQ(Text(commands[0].words),
            "uv venv --no-project --no-python-downloads --color never --quiet --python "
            "/usr/bin/python3.11 /e/venv");
  EXPECT_EQ(Text(commands[1].words),
            "uv pip install --python /e/venv/bin/python3 --compile-bytecode --no-progress --color "
            "never -- pip setuptools<81 wheel");
  EXPECT_EQ(Text(commands[2].words),
            "uv pip install --python /e/venv/bin/python3 --compile-bytecode --no-progress --color "
            "never --default-index https://i --index https://e --allow-insecure-host h:1 "
            "--index-strategy unsafe-best-match -- pandas==1");
  EXPECT_EQ(Text(commands[3].words),
            "uv pip install --python /e/venv/bin/python3 --compile-bytecode --no-progress --color "
            "never --no-deps -- kfp==2");
}

TEST(PackageTool, FallsBackToPip) {
  auto commands = BuildCommands({{}, "pip"}, Spec(), PipSettings(), "/e/venv", "/e/c");
  ASSERT_EQ(commands.size(), 4u);
  EXPECT_EQ(Text(commands[0].words), "/usr/bin/python3.11 -m venv /e/venv");
  EXPECT_EQ(
      Text(commands[2].words),
      "/e/venv/bin/python3 -m pip install --no-input --progress-bar off --index-url "
      "https://i --extra-index-url https://e --trusted-host h:1 --constraint /e/c -- pandas==1");
}

TEST(PackageTool, AsksForDigestsWhereThePackagesCameFrom) {
  EXPECT_EQ(Text(HashesCommand({{"uv"}, "uv 1"}, Spec(), PipSettings(), "/e/venv", "/e/f")),
            "uv pip compile --quiet --color never --no-progress --no-header --no-annotate "
            "--generate-hashes --python /e/venv/bin/python3 --default-index https://i "
            "--index https://e --allow-insecure-host h:1 --no-deps --index-strategy "
            "unsafe-best-match /e/f");
  EXPECT_TRUE(HashesCommand({{}, "pip"}, Spec(), PipSettings(), "/e/venv", "/e/f").empty());
  EXPECT_TRUE(PruneCommand({{}, "pip"}, true).empty());
}

TEST(EnvironmentKey, ChangesWithWhateverMatters) {
  const std::string key = EnvironmentKey(Spec(), PipSettings());
  EXPECT_EQ(key.size(), 32u);
  EXPECT_EQ(key, EnvironmentKey(Spec(), PipSettings()));
  EnvironmentSpec other = Spec();
  other.interpreter.version.micro = 3;
  EXPECT_NE(key, EnvironmentKey(other, PipSettings()));
  other = Spec();
  other.steps[0].requirements[0] = "pandas==2";
  EXPECT_NE(key, EnvironmentKey(other, PipSettings()));
  other = Spec();
  other.lock = "pandas==1\n";
  EXPECT_NE(key, EnvironmentKey(other, PipSettings()));
  other = Spec();
  other.steps[1].no_deps = false;
  EXPECT_NE(key, EnvironmentKey(other, PipSettings()));
  PipSettings settings;
  settings.AddVariables({{"PIP_INDEX_URL", "https://v"}});
  EXPECT_NE(key, EnvironmentKey(Spec(), settings));
}

}  // namespace
}  // namespace penstock::executor
