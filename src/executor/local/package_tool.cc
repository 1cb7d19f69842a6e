// SPDX-License-Identifier: Apache-2.0
#include "executor/local/package_tool.h"

#include "base/encoding.h"
#include "executor/local/requirement.h"
#include "sys/run_process.h"

namespace penstock::executor {
namespace {

using Words = std::vector<std::string>;

void Append(Words& words, const Words& more) {
  words.insert(words.end(), more.begin(), more.end());
}

std::string Listed(const Words& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
  return HideCredentials(text);
}

// "uv 0.13.9 (x86_64-unknown-linux-gnu)" -> "uv 0.13.9".
std::string FirstWords(const std::string& text) {
  const std::string line = text.substr(0, text.find('\n'));
  const size_t space = line.find(' ');
  return line.substr(0, space == std::string::npos ? space : line.find(' ', space + 1));
}

// uv as a package of Python only starts its program: that is had directly, since it has to be found
// where nothing of this user's home is.
Words Program(Words words, const Variables& environment) {
  if (words.size() < 2) return words;
  sys::ProcessSpec spec;
  spec.command = {words.front(), "-c", "import uv; print(uv.find_uv_bin())"};
  spec.env = environment;
  auto output = sys::RunCommand(spec, std::chrono::seconds(20), 4096);
  if (!output || !output->status.success() || !output->text.starts_with('/')) return words;
  return {output->text.substr(0, output->text.find('\n'))};
}

// What the two tools call these. uv's names as pip has them would count less than what its
// variables say, which are the operator's.
struct IndexNames {
  const char *index, *more, *trusted;
};
constexpr IndexNames kPipNames = {"--index-url", "--extra-index-url", "--trusted-host"};
constexpr IndexNames kUvNames = {"--default-index", "--index", "--allow-insecure-host"};

Words IndexOptions(const InstallStep& step, const IndexNames& names) {
  Words words;
  if (!step.index_url.empty()) Append(words, {names.index, step.index_url});
  for (const std::string& url : step.extra_index_urls) Append(words, {names.more, url});
  for (const std::string& host : step.trusted_hosts) Append(words, {names.trusted, host});
  if (step.no_deps) words.push_back("--no-deps");
  return words;
}

// pip takes the best version of all indexes; uv would stop at the first that has any.
void AppendStrategy(Words& words, const InstallStep& step, const PipSettings& settings) {
  if (step.extra_index_urls.empty() && settings.Get("extra-index-url").empty()) return;
  Append(words, {"--index-strategy", "unsafe-best-match"});
}

Words InstallCommand(const PackageTool& tool, const InstallStep& step, const PipSettings& settings,
                     const std::string& python, const std::string& constraints) {
  Words words;
  if (tool.uv.empty()) {
    words = {python, "-m", "pip", "install", "--no-input", "--progress-bar", "off"};
    Append(words, IndexOptions(step, kPipNames));
  } else {
    words = tool.uv;
    Append(words, {"pip", "install", "--python", python, "--compile-bytecode", "--no-progress",
                   "--color", "never"});
    Append(words, IndexOptions(step, kUvNames));
    AppendStrategy(words, step, settings);
  }
  if (!constraints.empty()) Append(words, {"--constraint", constraints});
  words.push_back("--");
  Append(words, step.requirements);
  return words;
}

}  // namespace

PackageTool FindPackageTool(const Variables& environment) {
  std::vector<Words> candidates = {{"uv"}, {"python3", "-m", "uv"}};
  const std::string given = ValueOf(environment, "PENSTOCK_UV");
  if (!given.empty()) candidates.insert(candidates.begin(), {given});
  for (Words& words : candidates) {
    sys::ProcessSpec spec;
    spec.command = words;
    spec.command.push_back("--version");
    spec.env = environment;
    auto output = sys::RunCommand(spec, std::chrono::seconds(20), 4096);
    if (output && output->status.success() && output->text.compare(0, 3, "uv ") == 0) {
      return {Program(std::move(words), environment), FirstWords(output->text)};
    }
  }
  return {{}, "pip"};
}

std::vector<ToolCommand> BuildCommands(const PackageTool& tool, const EnvironmentSpec& spec,
                                       const PipSettings& settings, const std::string& venv,
                                       const std::string& constraints) {
  const std::string python = venv + "/bin/python3";
  std::vector<ToolCommand> commands;
  ToolCommand create;
  create.announcement = "making an environment for Python " + spec.interpreter.FullVersion() +
                        " with " + tool.description;
  InstallStep image;
  image.requirements = ImagePackages(spec.interpreter.version);
  if (tool.uv.empty()) {
    create.words = {spec.interpreter.executable, "-m", "venv", venv};
    // venv itself brings a pip that works.
    image.requirements.erase(image.requirements.begin());
  } else {
    create.words = tool.uv;
    Append(create.words, {"venv", "--no-project", "--no-python-downloads", "--color", "never",
                          "--quiet", "--python", spec.interpreter.executable, venv});
  }
  commands.push_back(std::move(create));
  if (!image.requirements.empty()) {
    commands.push_back({InstallCommand(tool, image, settings, python, constraints),
                        image.requirements,
                        "installing what the image has: " + Listed(image.requirements)});
  }
  for (const InstallStep& step : spec.steps) {
    if (step.requirements.empty()) continue;
    commands.push_back({InstallCommand(tool, step, settings, python, constraints),
                        step.requirements, "installing " + Listed(step.requirements)});
  }
  return commands;
}

ToolCommand Offline(const PackageTool& tool, const ToolCommand& command) {
  ToolCommand offline = command;
  if (tool.uv.empty() || command.requirements.empty()) {
    offline.words.clear();
  } else {
    // Behind "pip install".
    offline.words.insert(offline.words.begin() + static_cast<ptrdiff_t>(tool.uv.size()) + 2,
                         "--offline");
  }
  return offline;
}

std::vector<std::string> FreezeCommand(const PackageTool& tool, const std::string& venv) {
  if (tool.uv.empty()) return {venv + "/bin/python3", "-m", "pip", "freeze", "--all"};
  Words words = tool.uv;
  Append(words,
         {"pip", "freeze", "--quiet", "--color", "never", "--python", venv + "/bin/python3"});
  return words;
}

std::vector<std::string> HashesCommand(const PackageTool& tool, const EnvironmentSpec& spec,
                                       const PipSettings& settings, const std::string& venv,
                                       const std::string& frozen) {
  if (tool.uv.empty()) return {};
  // What came of several installations may be in any of their indexes.
  InstallStep all;
  for (const InstallStep& step : spec.steps) {
    if (all.index_url.empty()) {
      all.index_url = step.index_url;
    } else if (!step.index_url.empty()) {
      all.extra_index_urls.push_back(step.index_url);
    }
    Append(all.extra_index_urls, step.extra_index_urls);
    Append(all.trusted_hosts, step.trusted_hosts);
  }
  all.no_deps = true;
  Words words = tool.uv;
  Append(words, {"pip", "compile", "--quiet", "--color", "never", "--no-progress", "--no-header",
                 "--no-annotate", "--generate-hashes", "--python", venv + "/bin/python3"});
  Append(words, IndexOptions(all, kUvNames));
  AppendStrategy(words, all, settings);
  words.push_back(frozen);
  return words;
}

std::vector<std::string> PruneCommand(const PackageTool& tool, bool everything) {
  if (tool.uv.empty()) return {};
  Words words = tool.uv;
  Append(words, {"cache", everything ? "clean" : "prune", "--quiet", "--color", "never"});
  return words;
}

}  // namespace penstock::executor
