// SPDX-License-Identifier: Apache-2.0
#include "executor/local/package_overrides.h"

#include <fstream>
#include <optional>
#include <sstream>

#include "executor/local/requirement.h"
#include "text/yaml.h"

namespace penstock::executor {
namespace {

using base::Code;
using base::Fail;
using base::Result;
using base::Status;
using text::Json;

// One string or a list of them.
Result<std::vector<std::string>> StringsOf(const Json& value, const std::string& what) {
  std::vector<std::string> strings;
  if (value.is_string()) return std::vector<std::string>{value.as_string()};
  if (value.is_array()) {
    for (const Json& element : value.as_array()) {
      if (!element.is_string()) {
        return Fail(Code::kInvalidArgument,
                    what + " must hold strings; quote numbers like \"3.10\"");
      }
      strings.push_back(element.as_string());
    }
    return strings;
  }
  return Fail(Code::kInvalidArgument,
              what + " must be a string or a list of strings; quote numbers like \"3.10\"");
}

// The X.Y of "3.7" or "python:3.7".
std::optional<std::string> MinorOf(std::string_view text) {
  constexpr std::string_view kImage = "python:";
  if (text.substr(0, kImage.size()) == kImage) text.remove_prefix(kImage.size());
  const std::optional<Version> version = ParseVersion(text);
  if (!version || version->minor < 0 || version->micro >= 0) return {};
  return version->MinorName();
}

std::string Join(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
  return text.empty() ? "nothing" : text;
}

}  // namespace

Result<PackageOverrides> PackageOverrides::Load(const std::vector<std::string>& files) {
  PackageOverrides overrides;
  for (const std::string& path : files) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    if (!file) return Fail(Code::kInvalidArgument, "cannot read package overrides " + path);
    PENSTOCK_RETURN_IF_ERROR(overrides.Add(text.str(), path));
  }
  return overrides;
}

Status PackageOverrides::Add(std::string_view yaml, const std::string& file) {
  text::YamlLimits limits;
  limits.max_bytes = size_t{1} << 20;
  limits.max_nodes = 100'000;
  auto documents = text::ParseYaml(yaml, limits);
  if (!documents) return Fail(std::move(documents).error().Wrap(file));
  for (const Json& document : *documents) {
    if (document.is_null()) continue;
    if (!document.is_object()) {
      return Fail(Code::kInvalidArgument,
                  file + ": must be a mapping of interpreters, requirements");
    }
    for (const auto& [name, section] : document.as_object()) {
      Status added;
      if (name == "interpreters") {
        added = AddInterpreters(section);
      } else if (name == "requirements" && section.is_array()) {
        for (const Json& entry : section.as_array()) {
          if (added) added = AddRequirement(entry, file);
        }
      } else if (name == "requirements") {
        added = Fail(Code::kInvalidArgument, "requirements must be a list");
      } else {
        added =
            Fail(Code::kInvalidArgument, "'" + name + "' is neither interpreters nor requirements");
      }
      if (!added) return Fail(std::move(added).error().Wrap(file));
    }
  }
  return {};
}

Status PackageOverrides::AddInterpreters(const Json& section) {
  if (!section.is_object()) return Fail(Code::kInvalidArgument, "interpreters must be a mapping");
  for (const auto& [name, value] : section.as_object()) {
    const std::optional<std::string> wanted = MinorOf(name);
    if (!wanted) {
      return Fail(Code::kInvalidArgument,
                  "interpreters: '" + name + "' is no version like \"3.7\" (quote it)");
    }
    PENSTOCK_TRY(auto choices, StringsOf(value, "interpreters." + name));
    for (std::string& choice : choices) {
      if (choice == "nearest") continue;
      const std::optional<std::string> minor = MinorOf(choice);
      if (!minor) {
        return Fail(Code::kInvalidArgument, "interpreters." + name + ": '" + choice +
                                                "' is neither nearest nor a version like \"3.11\"");
      }
      choice = *minor;
    }
    interpreters_[*wanted] = std::move(choices);
  }
  return {};
}

Status PackageOverrides::AddRequirement(const Json& entry, const std::string& file) {
  if (!entry.is_object()) {
    return Fail(Code::kInvalidArgument, "each of requirements must be a mapping: replace, with");
  }
  for (const auto& [name, value] : entry.as_object()) {
    if (name != "replace" && name != "with" && name != "python") {
      return Fail(Code::kInvalidArgument, "requirements: unknown key '" + name + "'");
    }
  }
  Rule rule;
  rule.file = file;
  rule.replace = NormalRequirement(entry.StringOr("replace", ""));
  if (rule.replace.empty()) {
    return Fail(Code::kInvalidArgument, "requirements: an entry lacks 'replace'");
  }
  const Json* with = entry.Find("with");
  if (with == nullptr) {
    return Fail(Code::kInvalidArgument, "requirements: " + rule.replace + " lacks 'with'");
  }
  PENSTOCK_TRY(rule.with, StringsOf(*with, "requirements: " + rule.replace + ": with"));
  if (const Json* python = entry.Find("python")) {
    if (!python->is_string()) {
      return Fail(Code::kInvalidArgument,
                  "requirements: " + rule.replace + ": python must be a string like \">=3.9\"");
    }
    rule.python = python->as_string();
    PENSTOCK_TRY([[maybe_unused]] bool any, SatisfiesVersion(Version{3, 0, -1}, rule.python));
  }
  rules_.push_back(std::move(rule));
  return {};
}

std::vector<std::string> PackageOverrides::InterpretersFor(const std::string& minor) const {
  auto found = interpreters_.find(minor);
  return found == interpreters_.end() ? std::vector<std::string>() : found->second;
}

PackageOverrides::Replacement PackageOverrides::Apply(const std::string& requirement,
                                                      const Version& python) const {
  const std::string normal = NormalRequirement(requirement);
  const std::string project = RequirementProject(requirement);
  const Rule* chosen = nullptr;
  for (const Rule& rule : rules_) {
    const bool exact = rule.replace == normal;
    if (!exact && (project.empty() || rule.replace != project)) continue;
    if (!SatisfiesVersion(python, rule.python).value_or(false)) continue;
    // The whole requirement beats the bare name, whichever came first.
    if (chosen != nullptr && chosen->replace == normal && !exact) continue;
    chosen = &rule;
  }
  if (chosen == nullptr) return {{requirement}, ""};
  return {chosen->with,
          requirement + " was replaced by " + Join(chosen->with) + " (" + chosen->file + ")"};
}

}  // namespace penstock::executor
