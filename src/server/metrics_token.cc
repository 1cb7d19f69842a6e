// SPDX-License-Identifier: Apache-2.0
#include "server/metrics_token.h"

#include <fstream>

#include "base/encoding.h"

namespace penstock::server {
namespace {

constexpr size_t kLeastCharacters = 16;

}  // namespace

base::Result<std::string> LoadMetricsToken(const std::string& file) {
  if (file.empty()) return "";
  std::ifstream in(file);
  std::string line;
  std::getline(in, line);
  std::string token(base::Trim(line));
  if (token.size() >= kLeastCharacters) return token;
  return base::Fail(base::Code::kInvalidArgument,
                    "--metrics-token-file " + file + " must hold a token of at least " +
                        std::to_string(kLeastCharacters) + " characters in its first line");
}

}  // namespace penstock::server
