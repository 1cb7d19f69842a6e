// SPDX-License-Identifier: Apache-2.0
#include "executor/local/interpreter_choice.h"

#include <optional>

namespace penstock::executor {
namespace {

using base::Code;
using base::Fail;
using base::Result;

// The lowest version above the wanted one, or else the highest below it: newer Pythons run old code
// more often than older ones run new code.
std::optional<Interpreter> Nearest(const std::string& minor, InterpreterFinder& finder) {
  const int wanted = ParseVersion(minor)->minor;
  std::optional<Interpreter> below;
  for (const Interpreter& interpreter : finder.All()) {
    if (interpreter.version.minor > wanted) return interpreter;
    below = interpreter;
  }
  return below;
}

std::string Listed(const std::vector<std::string>& items) {
  std::string text;
  for (const std::string& item : items) text += (text.empty() ? "" : ", ") + item;
  return text;
}

base::Error Missing(const std::string& image_name, const std::string& minor,
                    const std::vector<std::string>& requirements,
                    const std::vector<std::string>& allowed, InterpreterFinder& finder) {
  std::vector<std::string> found;
  for (const Interpreter& interpreter : finder.All()) {
    found.push_back(interpreter.FullVersion() + " (" + interpreter.executable + ")");
  }
  std::string text =
      "image '" + image_name + "' asks for Python " + minor + ", and this machine has none";
  if (!requirements.empty()) text += "; its packages: " + Listed(requirements);
  text += ". Found here: " + (found.empty() ? std::string("no Python 3 at all") : Listed(found));
  if (!allowed.empty()) text += ". The package overrides allow " + Listed(allowed) + " instead";
  text += ". What works: install Python " + minor + " (uv python install " + minor +
          ", or pyenv install " + minor +
          "); or let another version stand in for it in a --package-overrides file "
          "(interpreters: {\"" +
          minor + "\": nearest}, with packages that it can use)";
  return base::Error(Code::kInvalidArgument, text);
}

}  // namespace

Result<InterpreterChoice> ChooseInterpreter(const std::string& image_name, const PythonImage& image,
                                            const std::vector<std::string>& requirements,
                                            const PackageOverrides& overrides,
                                            InterpreterFinder& finder) {
  if (image.minor.empty()) {
    if (auto newest = finder.FindNewest()) return InterpreterChoice{*newest, ""};
    return Fail(Missing(image_name, "3", requirements, {}, finder));
  }
  if (auto exact = finder.Find(image.minor)) return InterpreterChoice{*exact, ""};
  const std::vector<std::string> allowed = overrides.InterpretersFor(image.minor);
  for (const std::string& choice : allowed) {
    auto found = choice == "nearest" ? Nearest(image.minor, finder) : finder.Find(choice);
    if (!found) continue;
    return InterpreterChoice{*found, "Python " + image.minor + " is not installed; " +
                                         found->FullVersion() +
                                         " runs in its place, as the package overrides allow"};
  }
  return Fail(Missing(image_name, image.minor, requirements, allowed, finder));
}

}  // namespace penstock::executor
