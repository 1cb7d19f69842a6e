// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <map>
#include <string>
#include <thread>

#include "kfp/backend.h"
#include "metadata/run_webhook.h"
#include "net/http_client.h"

namespace penstock::kfp {

// Posts runs' changes of state to the webhooks that wait for them, in order, each at least once (a
// crash may let one come again). While a receiver does not answer it is tried again with growing
// pauses, and others go on; what it refuses as such three times is given up.
class WebhookSender {
 public:
  // How one message is sent; another for tests.
  using Post = std::function<base::Result<net::ClientResponse>(const net::ClientRequest&)>;

  explicit WebhookSender(Backend& backend);
  WebhookSender(Backend& backend, Post post) : backend_(backend), post_(std::move(post)) {}
  ~WebhookSender() { Stop(); }

  void Start();
  // Returns soon after the database's changes are closed, or what is being sent has been.
  void Stop();
  // Sends to each webhook that is due at most one message. Whether any was done with.
  bool SendDue();

 private:
  struct Pause {
    int refusals = 0;
    std::chrono::milliseconds length{0};
    std::chrono::steady_clock::time_point until{};
  };
  enum class Outcome { kTaken, kRefused, kTryAgain };

  void Loop();
  bool SendOne(const metadata::QueuedChange& change);
  Outcome Send(const metadata::RunWebhook& webhook, const metadata::QueuedChange& change,
               std::string& error);

  Backend& backend_;
  const Post post_;
  std::map<std::string, Pause> pauses_;  // by webhook; the thread's alone
  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

// The message about a change: a CloudEvent (version 1.0, JSON), in which the run is as it is now.
std::string WebhookMessageText(Backend& backend, const metadata::QueuedChange& change);
// What the signature header says of a body: "sha256=" and the HMAC in hexadecimal.
std::string WebhookSignature(const std::string& secret, const std::string& body);

}  // namespace penstock::kfp
