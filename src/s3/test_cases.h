// SPDX-License-Identifier: Apache-2.0
#pragma once

// For tests: reads the case files of tests/data/s3. What each line of a case means, its file says.

#include <fstream>
#include <string>
#include <vector>

#include "base/source_file.h"

namespace penstock::s3 {

struct TestCase {
  std::string name;
  std::string text;                // of the lines that begin with |
  std::vector<std::string> lines;  // the others
};

inline std::vector<TestCase> ReadCases(const std::string& file_name) {
  std::ifstream file(base::SourceFile("tests/data/s3/") + file_name);
  std::vector<TestCase> cases;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("== ")) {
      cases.push_back({line.substr(3), "", {}});
    } else if (!line.empty() && line[0] != '#' && !cases.empty()) {
      if (line[0] == '|') {
        cases.back().text += line.substr(1) + "\n";
      } else {
        cases.back().lines.push_back(line);
      }
    }
  }
  return cases;
}

}  // namespace penstock::s3
