// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include "base/source_file.h"

namespace penstock::executor {

// The cases of a test data file: lines of "given => expected"; '#' starts a comment line.
inline std::vector<std::pair<std::string, std::string>> ReadCases(const std::string& name) {
  std::vector<std::pair<std::string, std::string>> cases;
  std::ifstream file(base::SourceFile("tests/data/executor/") + name);
  for (std::string line; std::getline(file, line);) {
    const size_t arrow = line.find(" =>");
    if (line.empty() || line.front() == '#' || arrow == std::string::npos) continue;
    std::string expected = line.substr(arrow + 3);
    if (!expected.empty() && expected.front() == ' ') expected.erase(0, 1);
    cases.emplace_back(line.substr(0, arrow), std::move(expected));
  }
  return cases;
}

}  // namespace penstock::executor
