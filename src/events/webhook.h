// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

#include "base/log.h"
#include "base/metrics.h"
#include "base/result.h"
#include "events/event_queue.h"

namespace penstock::events {

struct WebhookOptions {
  std::string name;
  std::string url;
  std::string token;    // sent as "Authorization: Bearer …"; empty for none. A secret
  std::string ca_file;  // PEM, trusted instead of the system's certificates; may be empty
  std::chrono::milliseconds first_pause{1'000};  // after a failure; doubled up to most_pause
  std::chrono::milliseconds most_pause{60'000};
};

// Posts queued events to a URL, one after the other, until each has been taken (any 2xx). While
// nobody answers it tries again with growing pauses. An event that is refused as such (4xx, but not
// for want of permission, time or a path) three times is given up, so that the others get through.
class Webhook {
 public:
  // Starts delivering. The logger and what the queue needs must outlive it.
  Webhook(WebhookOptions options, std::unique_ptr<EventQueue> queue, base::Logger& logger);
  ~Webhook();

  const std::string& name() const { return options_.name; }
  // Queues a message; where that fails the event is lost, and counted.
  void Send(std::string_view message);

  uint64_t delivered() const { return delivered_.value(); }
  uint64_t failed() const { return failed_.value(); }  // attempts
  uint64_t lost() const { return lost_.value(); }      // events
  uint64_t waiting_bytes() const { return queue_->waiting_bytes(); }

 private:
  enum class Outcome { kTaken, kRefused, kTryAgain };

  void Run();
  Outcome Post(const std::string& message);
  void DeliverOne(const std::string& message);
  void SyncQueue();
  bool Pause(std::chrono::milliseconds time);  // false where it is time to stop
  void Report(std::string_view what, const base::Error& error);

  const WebhookOptions options_;
  const std::unique_ptr<EventQueue> queue_;
  base::Logger& logger_;
  base::Counter delivered_;
  base::Counter failed_;
  base::Counter lost_;
  std::mutex mutex_;
  std::condition_variable stop_changed_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace penstock::events
