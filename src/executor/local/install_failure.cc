// SPDX-License-Identifier: Apache-2.0
#include "executor/local/install_failure.h"

#include <algorithm>
#include <string_view>

namespace penstock::executor {
namespace {

using base::Code;

constexpr size_t kReasonLines = 12;

// uv's words and pip's for an index that cannot be reached, or is in trouble itself.
constexpr std::string_view kNetworkSigns[] = {"error sending request",
                                              "dns error",
                                              "tcp connect error",
                                              "Request failed after",
                                              "Connection refused",
                                              "Connection reset",
                                              "Network is unreachable",
                                              "No route to host",
                                              "Temporary failure in name resolution",
                                              "operation timed out",
                                              "ReadTimeoutError",
                                              "ConnectTimeoutError",
                                              "NewConnectionError",
                                              "Max retries exceeded",
                                              "HTTP status server error (5",
                                              "tls handshake eof"};
constexpr std::string_view kFullSigns[] = {"No space left on device", "Disk quota exceeded",
                                           "os error 28"};

bool SaysError(const std::string& line) {
  const size_t start = line.find_first_not_of(" \xc3\x97");
  const std::string_view text = std::string_view(line).substr(std::min(start, line.size()));
  for (std::string_view sign : {"error:", "ERROR:", "Error:", "No solution found"}) {
    if (text.substr(0, sign.size()) == sign) return true;
  }
  return false;
}

std::string Reason(const std::vector<std::string>& lines) {
  size_t first = lines.size() > kReasonLines ? lines.size() - kReasonLines : 0;
  for (size_t i = 0; i < lines.size(); ++i) {
    if (!SaysError(lines[i])) continue;
    first = i;
    break;
  }
  std::string text;
  for (size_t i = first; i < lines.size() && i < first + kReasonLines; ++i) {
    text += (text.empty() ? "" : "\n") + lines[i];
  }
  return text;
}

template <size_t kCount>
bool Says(const std::vector<std::string>& lines, const std::string_view (&signs)[kCount]) {
  return std::any_of(lines.begin(), lines.end(), [&](const std::string& line) {
    return std::any_of(std::begin(signs), std::end(signs),
                       [&](std::string_view sign) { return line.find(sign) != std::string::npos; });
  });
}

}  // namespace

InstallFailure ExplainInstallFailure(const std::vector<std::string>& lines) {
  InstallFailure failure;
  failure.why = Reason(lines);
  if (Says(lines, kFullSigns)) {
    failure.code = Code::kResourceExhausted;
    failure.remedy =
        "What helps: room on the disk of the server's data folder; penstock environment list shows "
        "which environments take some";
  } else if (Says(lines, kNetworkSigns)) {
    failure.code = Code::kUnavailable;
    failure.remedy =
        "The package index could not be reached. What helps: the network of this machine, or "
        "another "
        "index in pip.conf or PIP_INDEX_URL of the server (and PIP_CERT, PIP_PROXY where it needs "
        "them)";
  } else {
    failure.remedy =
        "What works: packages that have a build for this Python; or a base_image python:X.Y that "
        "they do have one for; or replacing them in a --package-overrides file (requirements: "
        "[{replace: …, with: …}])";
  }
  return failure;
}

}  // namespace penstock::executor
