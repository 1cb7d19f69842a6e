// SPDX-License-Identifier: Apache-2.0
#include "ir/lightweight_command.h"

#include <filesystem>
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

#include "base/source_file.h"
#include "text/json.h"

namespace penstock::ir {
namespace {

namespace fs = std::filesystem;
using Strings = std::vector<std::string>;
using text::Json;

const char* const kTyping = "typing-extensions>=3.7.4,<5; python_version<\"3.9\"";

// The command and arguments that an SDK generated (tests/data/ir/sources/commands.py).
Strings Words(const std::string& sample) {
  std::ifstream file(fs::path(base::SourceFile("tests/data/lightweight")) / (sample + ".json"));
  std::ostringstream text;
  text << file.rdbuf();
  auto json = text::ParseJson(text.str());
  EXPECT_TRUE(json) << sample;
  Strings words;
  for (const char* part : {"command", "args"}) {
    for (const Json& word : json->Find(part)->as_array()) words.push_back(word.as_string());
  }
  return words;
}

LightweightCommand Recognised(const std::string& sample) {
  auto command = RecogniseLightweightCommand(Words(sample));
  EXPECT_TRUE(command) << sample;
  return command.value_or(LightweightCommand{});
}

TEST(LightweightCommand, RecognisesEverySample) {
  size_t count = 0;
  for (const auto& entry :
       fs::directory_iterator(fs::path(base::SourceFile("tests/data/lightweight")))) {
    std::string sample = entry.path().stem().string();
    LightweightCommand command = Recognised(sample);
    bool old = sample.starts_with("2.0.1");
    bool image = sample.find("target-image") != std::string::npos;
    EXPECT_EQ(command.executor_module,
              old ? "kfp.components.executor_main" : "kfp.dsl.executor_main")
        << sample;
    EXPECT_EQ(command.kfp_runtime, !old && !image) << sample;
    EXPECT_EQ(command.program.has_value(), !image) << sample;
    EXPECT_EQ(command.program.value_or("").find("def plain(") == std::string::npos, image);
    EXPECT_EQ(command.arguments,
              (Strings{"--executor_input", "{{$}}", "--function_to_execute", "plain"}))
        << sample;
    EXPECT_EQ(command.entry.front(), image ? "python3" : "sh") << sample;
    ++count;
  }
  EXPECT_GT(count, 20u);
}

TEST(LightweightCommand, ReadsInstallsOf201) {
  LightweightCommand command = Recognised("2.0.1-indexes");
  ASSERT_EQ(command.installs.size(), 1u);
  EXPECT_EQ(command.installs[0].requirements, (Strings{"requests", "kfp==2.0.1"}));
  EXPECT_FALSE(command.installs[0].no_deps);
  const Strings urls = {"https://packages.example/simple", "http://other.example:8080/simple"};
  EXPECT_EQ(command.index_urls, urls);
  EXPECT_EQ(command.trusted_hosts, urls);
  EXPECT_FALSE(command.use_venv);

  EXPECT_EQ(
      Recognised("2.0.1-quotes").installs[0].requirements,
      (Strings{"thing; python_version<\"3.9\"", "other; sys_platform=='linux'", "kfp==2.0.1"}));
  EXPECT_TRUE(Recognised("2.0.1-no-kfp").installs.empty());
  EXPECT_EQ(Recognised("2.0.1-target-image-packages").installs[0].requirements,
            (Strings{"requests"}));
}

TEST(LightweightCommand, ReadsInstallsOf217) {
  LightweightCommand command = Recognised("2.17.0-packages");
  ASSERT_EQ(command.installs.size(), 2u);
  EXPECT_EQ(command.installs[0].requirements, (Strings{"requests>=2,<3", "tabulate==0.9.0"}));
  EXPECT_FALSE(command.installs[0].no_deps);
  EXPECT_EQ(command.installs[1].requirements, (Strings{"kfp==2.17.0", kTyping}));
  EXPECT_TRUE(command.installs[1].no_deps);
  EXPECT_TRUE(command.index_urls.empty());

  LightweightCommand given = Recognised("2.17.0-kfp-given");
  ASSERT_EQ(given.installs.size(), 1u);
  EXPECT_EQ(given.installs[0].requirements, (Strings{"kfp==2.0.1", "requests"}));

  LightweightCommand venv = Recognised("2.17.0-venv-packages");
  EXPECT_TRUE(venv.use_venv);
  ASSERT_EQ(venv.installs.size(), 2u);
  EXPECT_TRUE(Recognised("2.17.0-venv").use_venv);

  LightweightCommand trusted = Recognised("2.17.0-trusted");
  EXPECT_EQ(trusted.trusted_hosts, Strings{"packages.example"});
  EXPECT_TRUE(Recognised("2.17.0-no-trusted").trusted_hosts.empty());
  EXPECT_EQ(Recognised("2.17.0-kfp-path").installs[0].requirements,
            Strings{"git+https://git.example/kfp.git@refs/pull/1/merge"});
}

bool SameInstalls(const LightweightCommand& a, const LightweightCommand& b) {
  if (a.installs.size() != b.installs.size()) return false;
  for (size_t i = 0; i < a.installs.size(); ++i) {
    if (a.installs[i].requirements != b.installs[i].requirements) return false;
    if (a.installs[i].no_deps != b.installs[i].no_deps) return false;
  }
  return a.index_urls == b.index_urls && a.trusted_hosts == b.trusted_hosts;
}

// No byte of the scripts is overlooked: a changed one is either refused or seen in the result.
TEST(LightweightCommand, OverlooksNothing) {
  for (const char* sample : {"2.0.1-indexes", "2.17.0-venv-packages", "2.17.0-indexes"}) {
    const Strings words = Words(sample);
    const LightweightCommand original = Recognised(sample);
    for (size_t word : {size_t{2}, size_t{5}}) {
      for (size_t i = 0; i < words[word].size(); ++i) {
        for (char replacement : {'$', ';', '\'', '"', '\n', 'x'}) {
          if (words[word][i] == replacement) continue;
          Strings changed = words;
          changed[word][i] = replacement;
          auto command = RecogniseLightweightCommand(changed);
          if (!command) continue;
          EXPECT_EQ(word, 2u) << sample << " at " << i;
          EXPECT_FALSE(SameInstalls(*command, original)) << sample << " at " << i;
        }
      }
    }
  }
}

TEST(LightweightCommand, LeavesOtherCommandsAlone) {
  EXPECT_FALSE(RecogniseLightweightCommand({}));
  EXPECT_FALSE(RecogniseLightweightCommand({"sh", "-c", "echo hello"}));
  EXPECT_FALSE(RecogniseLightweightCommand({"python3", "-m", "http.server"}));
  Strings words = Words("2.17.0-packages");
  auto with_script = [&](const std::string& from, const std::string& to) {
    Strings changed = words;
    changed[2].replace(changed[2].find(from), from.size(), to);
    return RecogniseLightweightCommand(changed);
  };
  EXPECT_TRUE(with_script("'requests>=2,<3'", "'pandas'"));
  EXPECT_FALSE(with_script("'requests>=2,<3'", "'it\\'s'"));
  EXPECT_FALSE(with_script("'requests>=2,<3'", "\"$(reboot)\""));
  EXPECT_FALSE(with_script("'requests>=2,<3'", "\"`reboot`\""));
  EXPECT_FALSE(with_script("'requests>=2,<3'", "requests"));
  EXPECT_FALSE(with_script("'requests>=2,<3'", "--index-url a;b 'x'"));
  EXPECT_FALSE(with_script("'requests>=2,<3'", "--extra-index-url http://a 'x'"));
  // One index for one install and another for the next is not what the SDK writes.
  EXPECT_FALSE(with_script("'requests>=2,<3'", "--index-url http://a 'x'"));
  EXPECT_FALSE(with_script(" && \"$0\"", " && true && \"$0\""));
}

}  // namespace
}  // namespace penstock::ir
