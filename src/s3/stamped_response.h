// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string_view>
#include <utility>

#include "base/file_sink.h"
#include "net/http.h"
#include "s3/cors/cors_headers.h"
#include "s3/error_response.h"

namespace penstock::s3 {

// Puts on every response what all S3 responses have, and what a browser must know to let a page see
// it.
class StampedResponse final : public net::ResponseWriter, public base::FileSink {
 public:
  StampedResponse(net::ResponseWriter& response, const net::Request& request)
      : response_(response), request_(request) {}

  // The rules by which pages may use what the response is about.
  void SetCors(std::shared_ptr<const CorsRules> rules) { cors_ = std::move(rules); }

  base::Status Start(int status, const net::Headers& headers,
                     std::optional<uint64_t> content_length) override {
    net::Headers stamped = headers;
    stamped.Set("Server", "Penstock");
    stamped.Set("x-amz-request-id", request_.id);
    stamped.Set("x-amz-id-2", kHostId);
    if (cors_ != nullptr) AddCorsHeaders(*cors_, request_.head, stamped);
    return response_.Start(status, stamped, content_length);
  }
  base::Status Write(std::string_view bytes) override { return response_.Write(bytes); }
  base::Result<std::optional<uint64_t>> WriteFrom(int descriptor, uint64_t offset,
                                                  uint64_t length) override {
    return base::PassFileOn(response_, descriptor, offset, length);
  }
  base::Result<size_t> WriteSome(std::string_view bytes) override {
    return base::PassSomeOn(response_, bytes);
  }
  base::Status AwaitRoom() override { return base::PassWaitOn(response_); }
  bool started() const override { return response_.started(); }
  void Abort() override { response_.Abort(); }

 private:
  net::ResponseWriter& response_;
  const net::Request& request_;
  std::shared_ptr<const CorsRules> cors_;
};

}  // namespace penstock::s3
