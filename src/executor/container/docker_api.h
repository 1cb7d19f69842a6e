// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <mutex>
#include <string>

#include "base/byte_stream.h"
#include "base/result.h"
#include "net/http_client.h"
#include "text/json.h"

namespace penstock::executor {

// Requests to Docker's HTTP API on its socket. Thread-safe.
class DockerApi {
 public:
  explicit DockerApi(std::string socket) : socket_(std::move(socket)) {}

  const std::string& socket() const { return socket_; }

  struct Call {
    std::string method = "GET";
    std::string path;  // "/containers/json?all=1", without the API's version
    std::string body;  // JSON; "" for none
    std::chrono::milliseconds timeout{60'000};  // without an answer or progress; 0: for ever
    int stop_fd = -1;                           // gives up once it is readable
    base::ByteSink* sink = nullptr;             // takes the body of a good answer
  };
  // Whatever is answered, its status included. kUnavailable where nobody answers at all.
  base::Result<net::ClientResponse> Send(const Call& call);
  // The same, but a status of 400 and more is an error with Docker's message: kNotFound for 404,
  // kAlreadyExists for 409, kInvalidArgument for 400, kInternal otherwise.
  base::Result<std::string> Ask(const Call& call);
  base::Result<text::Json> AskJson(const Call& call);

 private:
  // The newest version that both of us speak; asked for once.
  base::Result<std::string> Version();
  base::Result<net::ClientResponse> SendRaw(const Call& call, const std::string& target);

  const std::string socket_;
  std::mutex mutex_;
  std::string version_;
};

}  // namespace penstock::executor
