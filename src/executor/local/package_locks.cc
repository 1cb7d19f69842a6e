// SPDX-License-Identifier: Apache-2.0
#include "executor/local/package_locks.h"

#include <fstream>
#include <iterator>
#include <set>
#include <sstream>

#include "base/encoding.h"
#include "executor/local/requirement.h"
#include "text/json.h"

namespace penstock::executor {
namespace {

using base::Code;
using base::Fail;
using base::Result;
using base::Status;
using text::Json;

constexpr std::string_view kHeader = "# penstock-lock ";

// In one form whatever its source: members are sorted.
std::string Subject(const std::string& python, const std::vector<std::vector<std::string>>& steps) {
  Json::Array requirements;
  for (const std::vector<std::string>& step : steps) {
    requirements.push_back(Json(Json::Array(step.begin(), step.end())));
  }
  Json subject;
  subject["python"] = Json(python);
  subject["requirements"] = Json(std::move(requirements));
  return text::FormatJson(subject);
}

std::string SubjectOf(const EnvironmentSpec& spec) {
  std::vector<std::vector<std::string>> steps;
  for (const InstallStep& step : spec.steps) {
    if (step.requirements.empty()) continue;
    std::vector<std::string>& requirements = steps.emplace_back();
    for (const std::string& text : step.requirements) requirements.push_back(HideCredentials(text));
  }
  return Subject(spec.interpreter.version.MinorName(), steps);
}

Result<std::string> ParseSubject(std::string_view text) {
  PENSTOCK_TRY(Json json, text::ParseJson(text));
  const Json* requirements = json.is_object() ? json.Find("requirements") : nullptr;
  const std::string python = json.is_object() ? json.StringOr("python", "") : "";
  auto wrong = [] {
    return Fail(Code::kInvalidArgument,
                "a lock begins with # penstock-lock {\"python\":\"X.Y\",\"requirements\":[[…]]}");
  };
  if (requirements == nullptr || !requirements->is_array() || python.empty()) return wrong();
  std::vector<std::vector<std::string>> steps;
  for (const Json& step : requirements->as_array()) {
    if (!step.is_array()) return wrong();
    steps.emplace_back();
    for (const Json& requirement : step.as_array()) {
      if (!requirement.is_string()) return wrong();
      steps.back().push_back(requirement.as_string());
    }
  }
  return Subject(python, steps);
}

}  // namespace

Result<PackageLocks> PackageLocks::Load(const std::vector<std::string>& files) {
  PackageLocks locks;
  for (const std::string& path : files) {
    std::ifstream file(path, std::ios::binary);
    if (!file) return Fail(Code::kInvalidArgument, "cannot read the package lock " + path);
    const std::string text(std::istreambuf_iterator<char>(file), {});
    PENSTOCK_RETURN_IF_ERROR(locks.Add(text, path));
  }
  return locks;
}

Status PackageLocks::Add(std::string_view text, const std::string& file) {
  std::string* lock = nullptr;
  std::istringstream lines{std::string(text)};
  int number = 0;
  for (std::string line; std::getline(lines, line);) {
    ++number;
    if (!line.empty() && line.back() == '\r') line.pop_back();
    const std::string place = file + " line " + std::to_string(number);
    if (line.starts_with(kHeader)) {
      auto subject = ParseSubject(std::string_view(line).substr(kHeader.size()));
      if (!subject) return Fail(Code::kInvalidArgument, place + ": " + subject.error().message());
      lock = &locks_[*subject];
      lock->clear();
      continue;
    }
    const std::string_view content = base::Trim(line);
    if (content.empty() || content.front() == '#') continue;
    if (lock == nullptr) {
      return Fail(Code::kInvalidArgument,
                  place + ": packages before the line '# penstock-lock …' that says what for");
    }
    *lock += line + "\n";
  }
  if (number > 0 && lock == nullptr) {
    return Fail(Code::kInvalidArgument, file + " has no line '# penstock-lock …'");
  }
  return {};
}

std::string PackageLocks::Find(const EnvironmentSpec& spec) const {
  auto found = locks_.find(SubjectOf(spec));
  return found == locks_.end() ? "" : found->second;
}

Status CheckLocked(std::string_view lock, const std::vector<std::string>& installed) {
  std::set<std::string> locked, there;
  std::istringstream lines{std::string(lock)};
  for (std::string line; std::getline(lines, line);) {
    if (line.empty() || line.front() == ' ' || line.front() == '#') continue;  // digests
    line = line.substr(0, line.find(" --hash="));
    while (line.ends_with('\\') || line.ends_with(' ')) line.pop_back();
    locked.insert(NormalRequirement(line));
  }
  for (const std::string& package : installed) there.insert(NormalRequirement(package));
  std::string text;
  for (const std::string& package : there) {
    if (!locked.contains(package)) text += "\n" + package + " is installed and not in the lock";
  }
  for (const std::string& package : locked) {
    if (!there.contains(package)) text += "\n" + package + " is in the lock and not installed";
  }
  if (text.empty()) return {};
  return Fail(Code::kFailedPrecondition, "the environment is not what the lock says:" + text);
}

std::string FormatLock(const EnvironmentSpec& spec, std::string_view packages) {
  std::string text = std::string(kHeader) + SubjectOf(spec) + "\n" + std::string(packages);
  if (text.back() != '\n') text += '\n';
  return text;
}

}  // namespace penstock::executor
