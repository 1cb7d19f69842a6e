// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <utility>

#include "net/http.h"

namespace penstock::ui {

// Passes on another handler's response with its head changed.
class RewrittenResponse final : public net::ResponseWriter {
 public:
  using Rewrite = std::function<void(int status, net::Headers& headers)>;

  RewrittenResponse(net::ResponseWriter& to, Rewrite rewrite)
      : to_(to), rewrite_(std::move(rewrite)) {}

  base::Status Start(int status, const net::Headers& headers,
                     std::optional<uint64_t> content_length) override {
    net::Headers rewritten = headers;
    rewrite_(status, rewritten);
    return to_.Start(status, rewritten, content_length);
  }
  base::Status Write(std::string_view bytes) override { return to_.Write(bytes); }
  bool started() const override { return to_.started(); }
  void Abort() override { to_.Abort(); }

 private:
  net::ResponseWriter& to_;
  Rewrite rewrite_;
};

// The same request to another path; body and connection are shared with the one it came from.
inline net::Request WithPath(const net::Request& request, std::string path) {
  net::Request other = request;
  other.head.target = path + (request.head.query.empty() ? "" : "?" + request.head.query);
  other.head.path = std::move(path);
  return other;
}

}  // namespace penstock::ui
