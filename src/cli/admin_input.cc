// SPDX-License-Identifier: Apache-2.0
#include "cli/admin_input.h"

#include <fstream>
#include <iostream>
#include <sstream>

namespace penstock::cli {

using base::Code;
using base::Fail;

base::Result<std::string> ReadSecret(const std::string& word) {
  if (word != "-") return word;
  std::string line;
  if (!std::getline(std::cin, line) || line.empty()) {
    return Fail(Code::kInvalidArgument, "there is no secret on standard input");
  }
  return line;
}

base::Result<text::Json> ReadJsonFile(const std::string& path) {
  std::stringstream text;
  if (path == "-") {
    text << std::cin.rdbuf();
  } else {
    std::ifstream file(path);
    if (!file) return Fail(Code::kInvalidArgument, "cannot read " + path);
    text << file.rdbuf();
  }
  auto json = text::ParseJson(text.str());
  if (!json) return Fail(std::move(json.error()).Wrap(path == "-" ? "standard input" : path));
  return json;
}

}  // namespace penstock::cli
