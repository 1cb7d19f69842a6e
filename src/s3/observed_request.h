// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "base/byte_stream.h"
#include "base/clock.h"
#include "base/file_sink.h"
#include "net/http.h"
#include "s3/request_record.h"

namespace penstock::s3 {

// Watches one request from its head to the end of its answer, and tells the observer about it in
// the end. Stands between the request's body and its response and whoever handles them.
class ObservedRequest {
 public:
  // A null observer is told nothing. `request` has another body as long as this lives.
  ObservedRequest(RequestObserver* observer, const base::Clock& clock, net::Request& request,
                  net::ResponseWriter& response);
  ~ObservedRequest();
  ObservedRequest(const ObservedRequest&) = delete;
  ObservedRequest& operator=(const ObservedRequest&) = delete;

  net::ResponseWriter& response() { return response_; }
  int status() const { return response_.status; }

  // What only the handler knows. Texts are kept.
  void SetApi(std::string_view name) { api_ = name; }              // a literal
  void SetOperation(std::string_view name) { operation_ = name; }  // a literal
  void SetCaller(std::string_view access_key, std::string_view user);
  void SetTarget(std::string_view bucket, std::string_view key, std::string_view version_id);
  void SetSubject(std::string_view subject) { subject_ = subject; }
  void SetError(std::string_view code) { error_code_ = code; }

 private:
  class CountingBody final : public base::ByteSource {
   public:
    explicit CountingBody(base::ByteSource& body) : body_(body) {}
    base::Result<size_t> Read(std::span<char> buffer) override {
      auto count = body_.Read(buffer);
      if (count) bytes += *count;
      return count;
    }
    base::ByteSource& body() { return body_; }
    uint64_t bytes = 0;

   private:
    base::ByteSource& body_;
  };

  class CountingResponse final : public net::ResponseWriter, public base::FileSink {
   public:
    explicit CountingResponse(net::ResponseWriter& response) : response_(response) {}
    base::Status Start(int start_status, const net::Headers& headers,
                       std::optional<uint64_t> content_length) override;
    base::Status Write(std::string_view text) override;
    base::Result<std::optional<uint64_t>> WriteFrom(int descriptor, uint64_t offset,
                                                    uint64_t length) override;
    base::Result<size_t> WriteSome(std::string_view text) override;
    base::Status AwaitRoom() override;
    bool started() const override { return response_.started(); }
    void Abort() override;

    int status = 0;
    uint64_t bytes = 0;
    bool broken_off = false;
    std::string version_id;

   private:
    net::ResponseWriter& response_;
  };

  RequestObserver* const observer_;
  net::Request& request_;
  const base::Time began_;
  const std::chrono::steady_clock::time_point started_;
  CountingBody body_;
  CountingResponse response_;
  std::string_view api_ = "s3";
  std::string_view operation_ = "-";
  std::string access_key_;
  std::string user_;
  std::string bucket_;
  std::string key_;
  std::string version_id_;
  std::string subject_;
  std::string error_code_;
};

}  // namespace penstock::s3
