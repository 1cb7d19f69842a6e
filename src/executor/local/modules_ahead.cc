// SPDX-License-Identifier: Apache-2.0
#include "executor/local/modules_ahead.h"

#include <algorithm>
#include <filesystem>
#include <set>
#include <utility>

namespace penstock::executor {
namespace {

namespace fs = std::filesystem;

// A package, and which of these it imports itself: those are imported before it, so that each is a
// step of its own, which a task that wants nothing else can take.
struct KnownPackage {
  std::string_view name;
  std::string_view brings[4];
};

// Tried in tasks, warm and cold, with the same results. A module that is not here may remember
// what is the task's own, and nothing tells that from outside.
constexpr KnownPackage kKnownPackages[] = {
    {"yaml", {}},
    {"jinja2", {}},
    {"tqdm", {}},
    {"pydantic", {}},
    {"urllib3", {}},
    {"requests", {"urllib3"}},
    {"minio", {"urllib3"}},
    {"botocore", {"urllib3"}},
    {"boto3", {"urllib3", "botocore"}},
    {"google.cloud.storage", {"urllib3", "requests"}},
    {"sqlalchemy", {}},
    {"numpy", {}},
    {"PIL", {}},
    {"openpyxl", {"numpy", "PIL"}},
    {"scipy", {"numpy"}},
    {"joblib", {"numpy"}},
    {"pyarrow", {"numpy"}},
    {"pandas", {"numpy", "pyarrow"}},
    {"matplotlib", {"numpy", "PIL"}},
    {"sklearn", {"numpy", "scipy", "joblib"}},
    {"lightgbm", {"numpy", "scipy", "pandas", "sklearn"}},
    {"seaborn", {"numpy", "pandas", "matplotlib"}},
};

// What these packages read as they are imported, and a component can set or write before.
constexpr std::string_view kReadByImports[] = {"OMP_",   "BLAS_",    "MKL_",       "NPY_",
                                               "KMP_",   "SCIPY_",   "JOBLIB_",    "LOKY_",
                                               "ARROW_", "SKLEARN_", "MPLBACKEND", "MPLCONFIGDIR",
                                               "XDG_",   "\"HOME\"", "'HOME'",     "matplotlibrc"};

bool IsNameCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

void SkipSpace(std::string_view& text) {
  text.remove_prefix(std::min(text.find_first_not_of(" \t"), text.size()));
}

// Takes a name with dots off the text; "" where none begins there.
std::string_view TakeName(std::string_view& text) {
  SkipSpace(text);
  size_t size = 0;
  while (size < text.size() && (IsNameCharacter(text[size]) || text[size] == '.')) ++size;
  const std::string_view name = text.substr(0, size);
  text.remove_prefix(size);
  return name;
}

bool TakeWord(std::string_view& text, std::string_view word) {
  std::string_view rest = text;
  if (TakeName(rest) != word) return false;
  text = rest;
  return true;
}

// "a, b as c": each name, up to what is neither.
std::vector<std::string> TakeNames(std::string_view text) {
  std::vector<std::string> names;
  while (true) {
    const std::string_view name = TakeName(text);
    if (name.empty()) return names;
    names.emplace_back(name);
    if (TakeWord(text, "as")) TakeName(text);
    SkipSpace(text);
    if (!text.starts_with(',')) return names;
    text.remove_prefix(1);
  }
}

// What stands behind "from a import", in one line or in brackets.
std::string Imported(std::string_view text) {
  SkipSpace(text);
  const bool brackets = text.starts_with('(');
  if (brackets) text.remove_prefix(1);
  std::string names(text.substr(0, text.find(brackets ? ')' : '\n')));
  std::replace(names.begin(), names.end(), '\n', ' ');
  return names;
}

// What the lines of a source import: modules, and names that may be modules.
std::vector<std::string> ImportedNames(std::string_view program) {
  std::vector<std::string> names;
  for (size_t at = 0; at < program.size();) {
    std::string_view rest = program.substr(at);
    const size_t line_end = rest.find('\n');
    std::string_view line = rest.substr(0, line_end);
    if (TakeWord(line, "import")) {
      for (std::string& name : TakeNames(line)) names.push_back(std::move(name));
    } else if (TakeWord(rest, "from")) {
      const std::string package(TakeName(rest));
      if (TakeWord(rest, "import")) {
        names.push_back(package);
        for (const std::string& name : TakeNames(Imported(rest)))
          names.push_back(package + "." + name);
      }
    }
    if (line_end == std::string_view::npos) break;
    at += line_end + 1;
  }
  return names;
}

bool IsPartOf(std::string_view name, std::string_view package) {
  return name.starts_with(package) &&
         (name.size() == package.size() || name[package.size()] == '.');
}

const KnownPackage* PackageOf(std::string_view name) {
  for (const KnownPackage& package : kKnownPackages) {
    if (IsPartOf(name, package.name)) return &package;
  }
  return nullptr;
}

// The longest part of the name that is a module in the folder, or "".
std::string ModuleOf(std::string name, const std::string& folder) {
  while (!name.empty()) {
    std::string path = folder + "/" + name;
    std::replace(path.begin() + static_cast<ptrdiff_t>(folder.size()), path.end(), '.', '/');
    std::error_code error;
    if (fs::is_directory(path, error) || fs::exists(path + ".py", error)) return name;
    const size_t dot = name.rfind('.');
    name.erase(dot == std::string::npos ? 0 : dot);
  }
  return name;
}

}  // namespace

base::Result<std::string> SitePackages(const std::string& venv) {
  std::error_code error;
  for (fs::directory_iterator entry(venv + "/lib", error), end; !error && entry != end;
       entry.increment(error)) {
    const std::string name = entry->path().filename();
    std::error_code ignored;
    if (name.starts_with("python3") && fs::is_directory(entry->path() / "site-packages", ignored)) {
      return "lib/" + name + "/site-packages";
    }
  }
  return base::Fail(base::Code::kFailedPrecondition, venv + " has no site-packages");
}

std::vector<std::string> ModulesAhead(std::string_view program, const std::string& site_packages) {
  for (std::string_view word : kReadByImports) {
    if (program.find(word) != std::string_view::npos) return {};
  }
  std::vector<std::string> modules;
  for (const std::string& name : ImportedNames(program)) {
    const KnownPackage* package = PackageOf(name);
    if (package == nullptr) continue;
    std::string module = ModuleOf(name, site_packages);
    if (!IsPartOf(module, package->name)) continue;
    for (std::string_view other : package->brings)
      modules.push_back(ModuleOf(std::string(other), site_packages));
    modules.push_back(std::move(module));
  }
  std::erase(modules, "");
  return MergeAhead(modules, {});
}

std::vector<std::string> MergeAhead(const std::vector<std::string>& some,
                                    const std::vector<std::string>& more) {
  std::set<std::pair<const KnownPackage*, std::string>> ordered;
  for (const std::vector<std::string>* names : {&some, &more}) {
    for (const std::string& name : *names) ordered.emplace(PackageOf(name), name);
  }
  std::vector<std::string> merged;
  for (const auto& [package, name] : ordered) merged.push_back(name);
  return merged;
}

}  // namespace penstock::executor
