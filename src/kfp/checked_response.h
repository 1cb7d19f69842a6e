// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <functional>

#include "base/file_sink.h"
#include "net/http.h"

namespace penstock::kfp {

// Passes a response on. One without a length may go on for hours: of such a one it asks now and
// then, before it writes, whether its reader may still have it, and ends it where not.
class CheckedResponse final : public net::ResponseWriter, public base::FileSink {
 public:
  using Check = std::function<base::Status()>;

  CheckedResponse(net::ResponseWriter& to, Check check,
                  std::chrono::steady_clock::duration between = std::chrono::seconds(5))
      : to_(to), check_(std::move(check)), between_(between) {}

  base::Status Start(int status, const net::Headers& headers,
                     std::optional<uint64_t> content_length) override;
  base::Status Write(std::string_view bytes) override;
  base::Result<std::optional<uint64_t>> WriteFrom(int descriptor, uint64_t offset,
                                                  uint64_t length) override;
  base::Result<size_t> WriteSome(std::string_view bytes) override;
  base::Status AwaitRoom() override { return base::PassWaitOn(to_); }
  bool started() const override { return to_.started(); }
  void Abort() override { to_.Abort(); }

 private:
  base::Status CheckIfDue();

  net::ResponseWriter& to_;
  const Check check_;
  const std::chrono::steady_clock::duration between_;
  bool endless_ = false;
  std::chrono::steady_clock::time_point checked_ = std::chrono::steady_clock::now();
};

}  // namespace penstock::kfp
