// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "text/json.h"

namespace CLI {
class App;
}

namespace penstock::cli {

// The pipelines API of a running server, for commands that ask it.
class ApiClient {
 public:
  // --server (or PENSTOCK_API_URL, or else http://127.0.0.1:8888), --ca-file and --token (or
  // PENSTOCK_TOKEN).
  void AddOptions(CLI::App& command);

  // Sends a request with that body, none where it is null; the answer's JSON, or its error in the
  // server's words. `path` begins behind "/apis/v2beta1".
  base::Result<text::Json> Send(const std::string& method, const std::string& path,
                                const text::Json& body = nullptr) const;
  // The body of the answer to a GET as it comes.
  base::Result<std::string> Read(const std::string& path) const;

 private:
  base::Result<std::string> Exchange(const std::string& method, const std::string& path,
                                     const std::string& body) const;

  std::string url_;
  std::string ca_file_;
  std::string token_;
};

}  // namespace penstock::cli
