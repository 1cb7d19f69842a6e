// SPDX-License-Identifier: Apache-2.0
#pragma once

// For tests: reads the case files of tests/data/http, whose form heads.txt describes.

#include <fstream>
#include <string>
#include <vector>

#include "base/source_file.h"

namespace penstock::net {

struct HttpCase {
  std::string name;
  std::string input;                      // of the lines with | and !
  std::vector<std::string> expectations;  // the other lines
};

inline std::string Unescape(const std::string& text) {
  std::string result;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\' || i + 1 == text.size()) {
      result.push_back(text[i]);
      continue;
    }
    char c = text[++i];
    if (c == 'x') {
      result.push_back(static_cast<char>(std::stoi(text.substr(i + 1, 2), nullptr, 16)));
      i += 2;
    } else {
      result.push_back(c == 'r' ? '\r' : c == 'n' ? '\n' : c == 't' ? '\t' : c == '0' ? '\0' : c);
    }
  }
  return result;
}

inline std::vector<HttpCase> ReadHttpCases(const std::string& file_name) {
  std::ifstream file(base::SourceFile("tests/data/http/") + file_name);
  std::vector<HttpCase> cases;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("== ")) {
      cases.push_back({line.substr(3), "", {}});
    } else if (!line.empty() && line[0] != '#' && !cases.empty()) {
      HttpCase& current = cases.back();
      if (line[0] == '|') {
        current.input += Unescape(line.substr(1)) + "\r\n";
      } else if (line[0] == '!') {
        current.input += Unescape(line.substr(1));
      } else {
        current.expectations.push_back(line);
      }
    }
  }
  return cases;
}

}  // namespace penstock::net
