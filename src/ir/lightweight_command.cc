// SPDX-License-Identifier: Apache-2.0
#include "ir/lightweight_command.h"

#include <algorithm>
#include <string_view>

namespace penstock::ir {
namespace {

// Reads a text from the front, piece by piece.
class Text {
 public:
  explicit Text(std::string_view rest) : rest_(rest) {}

  bool Take(std::string_view expected) {
    if (!rest_.starts_with(expected)) return false;
    rest_.remove_prefix(expected.size());
    return true;
  }
  // Everything up to the first character outside `allowed`.
  std::string TakeAll(std::string_view allowed) {
    size_t end = std::min(rest_.find_first_not_of(allowed), rest_.size());
    std::string taken(rest_.substr(0, end));
    rest_.remove_prefix(end);
    return taken;
  }
  // Everything up to `end`, which is taken too.
  std::optional<std::string> TakeUntil(char end) {
    size_t at = rest_.find(end);
    if (at == std::string_view::npos) return std::nullopt;
    std::string taken(rest_.substr(0, at));
    rest_.remove_prefix(at + 1);
    return taken;
  }
  bool StartsWith(std::string_view expected) const { return rest_.starts_with(expected); }
  bool AtEnd() const { return rest_.empty(); }

 private:
  std::string_view rest_;
};

constexpr std::string_view kInstallHead =
    "\nif ! [ -x \"$(command -v pip)\" ]; then\n"
    "    python3 -m ensurepip || python3 -m ensurepip --user || apt-get install python3-pip\n"
    "fi\n\nPIP_DISABLE_PIP_VERSION_CHECK=1 ";
constexpr std::string_view kInstallTail = " && \"$0\" \"$@\"\n";
constexpr std::string_view kVenv =
    "\nexport PIP_DISABLE_PIP_VERSION_CHECK=1\n"
    "tmp=$(mktemp -d)\n"
    "python3 -m venv \"$tmp/venv\" --system-site-packages\n"
    ". \"$tmp/venv/bin/activate\"\n ";

// Characters a shell takes as they are, outside of quotes and in any place of a word.
constexpr std::string_view kPlain =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789:/._%+=@,-";

// A requirement as Python's repr() writes it, if a shell reads the same from it.
std::optional<std::string> TakeQuoted(Text& text) {
  char quote = text.Take("'") ? '\'' : '"';
  if (quote == '"' && !text.Take("\"")) return std::nullopt;
  std::optional<std::string> value = text.TakeUntil(quote);
  if (!value || value->empty()) return std::nullopt;
  // Python's escapes are none of the shell's; inside double quotes the shell has its own.
  std::string_view unsafe = quote == '"' ? "\\$`\n" : "\\\n";
  if (value->find_first_of(unsafe) != std::string::npos) return std::nullopt;
  if (value->find('\0') != std::string::npos) return std::nullopt;
  return value;
}

struct Indexes {
  std::vector<std::string> urls;
  std::vector<std::string> trusted_hosts;
  friend bool operator==(const Indexes&, const Indexes&) = default;
};

bool TakeIndexes(Text& text, Indexes& indexes) {
  while (true) {
    bool main = text.Take("--index-url ");
    bool extra = !main && text.Take("--extra-index-url ");
    bool trusted = !main && !extra && text.Take("--trusted-host ");
    if (!main && !extra && !trusted) return true;
    // The main index is written first, and once.
    if (main != indexes.urls.empty()) return false;
    std::string value = text.TakeAll(kPlain);
    if (value.empty() || value.starts_with('-') || !text.Take(" ")) return false;
    (trusted ? indexes.trusted_hosts : indexes.urls).push_back(std::move(value));
  }
}

// python3 -m pip install --quiet --no-warn-script-location [indexes] 'requirement' …
bool TakeInstall(Text& text, LightweightCommand& command, Indexes& indexes) {
  if (!text.Take("python3 -m pip install --quiet ")) return false;
  if (!text.Take("--no-warn-script-location ") && !text.Take("    --no-warn-script-location ")) {
    return false;
  }
  Indexes own;
  if (!TakeIndexes(text, own)) return false;
  if (!command.installs.empty() && own != indexes) return false;
  indexes = std::move(own);
  PipInstall& install = command.installs.emplace_back();
  while (true) {
    std::optional<std::string> requirement = TakeQuoted(text);
    if (!requirement) return false;
    if (*requirement == "--no-deps") {
      install.no_deps = true;
    } else {
      install.requirements.push_back(*std::move(requirement));
    }
    if (!text.StartsWith(" '") && !text.StartsWith(" \"")) return true;
    text.Take(" ");
  }
}

// The script that installs packages and then runs the words behind it.
bool ReadInstalls(std::string_view script, LightweightCommand& command) {
  Text text(script);
  Indexes indexes;
  if (!text.Take(kInstallHead)) return false;
  do {
    // The virtual environment comes before the last install, which is kfp's.
    if (command.use_venv) return false;
    command.use_venv = text.Take(kVenv);
    if (!TakeInstall(text, command, indexes)) return false;
  } while (text.Take("  &&  "));
  if (!text.Take(kInstallTail) || !text.AtEnd()) return false;
  command.index_urls = std::move(indexes.urls);
  command.trusted_hosts = std::move(indexes.trusted_hosts);
  return true;
}

bool TakeModule(Text& text, LightweightCommand& command) {
  for (std::string_view module : {"kfp.dsl.executor_main", "kfp.components.executor_main"}) {
    if (!text.Take(module)) continue;
    command.executor_module = module;
    return true;
  }
  return false;
}

// The script that writes its first argument to a file and runs the executor on it.
bool ReadProgramScript(std::string_view script, LightweightCommand& command) {
  constexpr std::string_view kGap = "                         ";  // 25 spaces
  Text text(script);
  if (!text.Take("program_path=$(mktemp -d)\n")) return false;
  text.Take("\n");  // in newer SDKs
  if (!text.Take("printf \"%s\" \"$0\" > \"$program_path/ephemeral_component.py\"\n")) return false;
  command.kfp_runtime = text.Take("_KFP_RUNTIME=true ");
  return text.Take("python3 -m ") && TakeModule(text, command) && text.Take(kGap) &&
         text.Take("--component_module_path") && text.Take(kGap) &&
         text.Take("\"$program_path/ephemeral_component.py\"") && text.Take(kGap) &&
         text.Take("\"$@\"\n") && text.AtEnd();
}

// The words behind the installs.
bool ReadEntry(LightweightCommand& command) {
  const std::vector<std::string>& entry = command.entry;
  if (entry.size() < 3) return false;
  if (entry[0] == "sh" && entry[1] == "-ec") {
    if (entry.size() < 4 || !ReadProgramScript(entry[2], command)) return false;
    command.program = entry[3];
    command.arguments.assign(entry.begin() + 4, entry.end());
    return true;
  }
  Text module(entry[2]);
  if (entry[0] != "python3" || entry[1] != "-m") return false;
  if (!TakeModule(module, command) || !module.AtEnd()) return false;
  command.arguments.assign(entry.begin() + 3, entry.end());
  return true;
}

}  // namespace

std::optional<LightweightCommand> RecogniseLightweightCommand(
    const std::vector<std::string>& words) {
  LightweightCommand command;
  bool installs = words.size() > 3 && words[0] == "sh" && words[1] == "-c";
  if (installs && !ReadInstalls(words[2], command)) return std::nullopt;
  command.entry.assign(words.begin() + (installs ? 3 : 0), words.end());
  if (!ReadEntry(command)) return std::nullopt;
  return command;
}

}  // namespace penstock::ir
