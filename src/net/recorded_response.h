// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "net/http.h"

namespace penstock::net {

// A response that is kept in memory: for tests of handlers, without a network.
class RecordedResponse final : public ResponseWriter {
 public:
  base::Status Start(int start_status, const Headers& start_headers,
                     std::optional<uint64_t>) override {
    started_ = true;
    status = start_status;
    headers = start_headers;
    return {};
  }
  base::Status Write(std::string_view bytes) override {
    body.append(bytes);
    return {};
  }
  bool started() const override { return started_; }
  void Abort() override { aborted = true; }

  int status = 0;
  Headers headers;
  std::string body;
  bool aborted = false;

 private:
  bool started_ = false;
};

}  // namespace penstock::net
