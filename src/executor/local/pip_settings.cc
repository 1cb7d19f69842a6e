// SPDX-License-Identifier: Apache-2.0
#include "executor/local/pip_settings.h"

#include <algorithm>
#include <fstream>
#include <sstream>

#include "base/encoding.h"

namespace penstock::executor {
namespace {

// The options that decide where packages come from.
constexpr std::string_view kOptions[] = {
    "index-url",  "extra-index-url", "find-links", "trusted-host",    "no-index", "cert",
    "constraint", "timeout",         "pre",        "default-timeout", "proxy"};

bool IsKnown(std::string_view option) {
  return std::find(std::begin(kOptions), std::end(kOptions), option) != std::end(kOptions);
}

// "INDEX_URL" or "Index_Url" -> "index-url".
std::string OptionName(std::string_view name) {
  std::string option = base::ToLower(name);
  std::replace(option.begin(), option.end(), '_', '-');
  return option;
}

std::string ReadWhole(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  if (file) text << file.rdbuf();
  return text.str();
}

std::vector<std::string> Words(const std::string& text) {
  std::istringstream stream(text);
  std::vector<std::string> words;
  for (std::string word; stream >> word;) words.push_back(word);
  return words;
}

std::string Joined(const std::vector<std::string>& words, const char* separator) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : separator) + word;
  return text;
}

bool IsTrue(const std::string& value) {
  const std::string lower = base::ToLower(value);
  return lower == "1" || lower == "true" || lower == "yes" || lower == "on";
}

}  // namespace

PipSettings PipSettings::Load(const Variables& environment) {
  PipSettings settings;
  const std::string home = ValueOf(environment, "HOME");
  const std::string chosen = ValueOf(environment, "PIP_CONFIG_FILE");
  if (chosen != "/dev/null") {
    std::string config = ValueOf(environment, "XDG_CONFIG_HOME");
    if (config.empty()) config = home + "/.config";
    for (const std::string& path :
         {std::string("/etc/xdg/pip/pip.conf"), std::string("/etc/pip.conf"),
          home + "/.pip/pip.conf", config + "/pip/pip.conf", chosen}) {
      if (!path.empty()) settings.AddFile(ReadWhole(path));
    }
  }
  settings.AddVariables(environment);
  return settings;
}

void PipSettings::AddFile(std::string_view ini) {
  // [install] beats [global], wherever it stands.
  std::map<std::string, std::string> sections[2];
  std::map<std::string, std::string>* section = nullptr;
  std::string* value = nullptr;
  std::istringstream lines{std::string(ini)};
  for (std::string line; std::getline(lines, line);) {
    if (!line.empty() && line.back() == '\r') line.pop_back();
    const std::string_view text = base::Trim(line);
    if (text.empty() || text.front() == '#' || text.front() == ';') continue;
    if (text.front() == '[') {
      section = text == "[global]" ? &sections[0] : text == "[install]" ? &sections[1] : nullptr;
      value = nullptr;
      continue;
    }
    const bool continued = line.front() == ' ' || line.front() == '\t';
    if (continued && value != nullptr) {
      *value += (value->empty() ? "" : " ") + std::string(text);
      continue;
    }
    const size_t equals = text.find_first_of("=:");
    if (section == nullptr || equals == std::string_view::npos) continue;
    value = &(*section)[OptionName(base::Trim(text.substr(0, equals)))];
    *value = base::Trim(text.substr(equals + 1));
  }
  for (const auto& known : sections) {
    for (const auto& [option, text] : known) {
      if (IsKnown(option)) options_[option] = text;
    }
  }
}

void PipSettings::AddVariables(const Variables& environment) {
  constexpr std::string_view kPrefix = "PIP_";
  for (const auto& [name, value] : environment) {
    if (std::string_view(name).substr(0, kPrefix.size()) != kPrefix || value.empty()) continue;
    const std::string option = OptionName(std::string_view(name).substr(kPrefix.size()));
    if (IsKnown(option)) options_[option] = value;
  }
}

std::string PipSettings::Get(const std::string& option) const {
  auto found = options_.find(option);
  return found == options_.end() ? "" : found->second;
}

Variables PipSettings::ForUv(const Variables& environment) const {
  Variables variables;
  auto set = [&](const char* name, const char* older, const std::string& value) {
    if (value.empty() || !ValueOf(environment, name).empty()) return;
    if (older != nullptr && !ValueOf(environment, older).empty()) return;
    variables.emplace_back(name, value);
  };
  set("UV_DEFAULT_INDEX", "UV_INDEX_URL", Get("index-url"));
  set("UV_INDEX", "UV_EXTRA_INDEX_URL", Joined(Words(Get("extra-index-url")), " "));
  set("UV_FIND_LINKS", nullptr, Joined(Words(Get("find-links")), ","));
  set("UV_INSECURE_HOST", nullptr, Joined(Words(Get("trusted-host")), " "));
  set("UV_CONSTRAINT", nullptr, Joined(Words(Get("constraint")), " "));
  set("SSL_CERT_FILE", nullptr, Get("cert"));
  const std::string timeout = Get("timeout").empty() ? Get("default-timeout") : Get("timeout");
  set("UV_HTTP_TIMEOUT", nullptr, timeout);
  set("HTTPS_PROXY", "https_proxy", Get("proxy"));
  if (IsTrue(Get("no-index"))) set("UV_NO_INDEX", nullptr, "1");
  if (IsTrue(Get("pre"))) set("UV_PRERELEASE", nullptr, "allow");
  return variables;
}

Variables PipSettings::ForPip() const {
  Variables variables;
  for (const auto& [option, value] : options_) {
    if (option == "cert" || value.empty()) continue;
    std::string name = "PIP_" + option;
    for (char& c : name) c = c == '-' ? '_' : static_cast<char>(c >= 'a' && c <= 'z' ? c - 32 : c);
    variables.emplace_back(name, value);
  }
  return variables;
}

std::vector<std::string> PipSettings::LocalFolders() const {
  std::vector<std::string> folders;
  for (std::string place : Words(Get("find-links"))) {
    constexpr std::string_view kFile = "file://";
    if (place.compare(0, kFile.size(), kFile) == 0) place.erase(0, kFile.size());
    if (!place.empty() && place.front() == '/') folders.push_back(place);
  }
  return folders;
}

}  // namespace penstock::executor
