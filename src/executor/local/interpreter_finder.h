// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "executor/local/version.h"

namespace penstock::executor {

using Variables = std::vector<std::pair<std::string, std::string>>;

// A Python of this machine that has been seen to run; never a virtual environment.
struct Interpreter {
  std::string executable;  // the real file
  Version version;
  std::vector<std::string> folders;  // what it consists of: must be visible for it to work

  std::string FullVersion() const {
    return version.MinorName() + "." + std::to_string(version.micro);
  }
};

// Finds Python 3 on PATH, among pyenv's and uv's, in /usr/local/bin, /usr/bin and /opt/*/bin, in
// this order. Every candidate is run before it counts, since a pyenv shim exists for versions that
// are switched off. What a file has answered is remembered; new files are looked for at every call,
// so that what is installed later is found. Thread-safe.
class InterpreterFinder {
 public:
  explicit InterpreterFinder(Variables environment);

  std::optional<Interpreter> Find(const std::string& minor);  // "3.11"
  std::optional<Interpreter> FindNewest();
  // Every version there is, one interpreter each, oldest first. Runs them all once.
  std::vector<Interpreter> All();

 private:
  std::vector<std::string> SearchFolders() const;
  // Files that are likely to be that version, or any version for "".
  std::vector<std::string> Candidates(const std::string& minor) const;
  std::optional<Interpreter> Probe(const std::string& file);

  const Variables environment_;
  std::mutex mutex_;
  std::map<std::string, std::optional<Interpreter>> probed_;  // by file
};

// The value of a variable, or "".
std::string ValueOf(const Variables& variables, const std::string& name);

}  // namespace penstock::executor
