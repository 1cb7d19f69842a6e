// SPDX-License-Identifier: Apache-2.0
#include "events/webhook.h"

#include <algorithm>
#include <utility>

#include "net/http_client.h"

namespace penstock::events {
namespace {

using std::chrono::milliseconds;

constexpr int kRefusalsBeforeGivingUp = 3;
constexpr uint64_t kDeliveriesBetweenSyncs = 64;

// The receiver has understood, and does not want this one. Others of the 4xx may pass: a token that
// is set wrong, a receiver that is being installed, too many requests.
bool IsRefusal(int status) {
  return status >= 400 && status < 500 && status != 401 && status != 403 && status != 404 &&
         status != 407 && status != 408 && status != 425 && status != 429;
}

}  // namespace

Webhook::Webhook(WebhookOptions options, std::unique_ptr<EventQueue> queue, base::Logger& logger)
    : options_(std::move(options)), queue_(std::move(queue)), logger_(logger) {
  thread_ = std::thread([this] { Run(); });
}

Webhook::~Webhook() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  stop_changed_.notify_all();
  queue_->Stop();
  thread_.join();
}

void Webhook::Send(std::string_view message) {
  base::Status queued = queue_->Append(message);
  if (queued) return;
  lost_.Add();
  // Once in a while is enough: the counter has them all.
  if (lost_.value() % 1000 == 1) Report("an event was lost", queued.error());
}

void Webhook::Run() {
  while (true) {
    auto message = queue_->Next();
    if (!message) {
      Report("the queue of events cannot be read", message.error());
      if (!Pause(options_.most_pause)) return;
      continue;
    }
    if (!*message) break;
    DeliverOne(**message);
    bool synced_lately = delivered_.value() % kDeliveriesBetweenSyncs != 0;
    if (synced_lately && queue_->waiting_bytes() > 0) continue;
    SyncQueue();
  }
  SyncQueue();
}

void Webhook::SyncQueue() {
  base::Status synced = queue_->Sync();
  if (!synced) Report("the queue of events cannot be synced", synced.error());
}

// Returns with the event delivered or given up, or when it is time to stop.
void Webhook::DeliverOne(const std::string& message) {
  milliseconds pause = options_.first_pause;
  int refusals = 0;
  while (true) {
    Outcome outcome = Post(message);
    if (outcome == Outcome::kTaken) {
      delivered_.Add();
      queue_->Pop();
      return;
    }
    failed_.Add();
    if (outcome == Outcome::kRefused && ++refusals == kRefusalsBeforeGivingUp) {
      lost_.Add();
      queue_->Pop();
      return;
    }
    // What comes meanwhile is to survive as well.
    SyncQueue();
    if (!Pause(pause)) return;
    pause = std::min(pause * 2, options_.most_pause);
  }
}

Webhook::Outcome Webhook::Post(const std::string& message) {
  net::ClientRequest request;
  request.method = "POST";
  request.url = options_.url;
  request.headers.Set("Content-Type", "application/json");
  request.headers.Set("User-Agent", "Penstock");
  if (!options_.token.empty()) request.headers.Set("Authorization", "Bearer " + options_.token);
  request.body = message;
  net::ClientOptions http;
  http.connect_timeout = milliseconds(5'000);
  http.io_timeout = milliseconds(5'000);
  http.max_body_bytes = size_t{64} << 10;
  http.ca_file = options_.ca_file;
  auto response = net::Fetch(request, http);
  if (response && response->status >= 200 && response->status < 300) return Outcome::kTaken;
  if (failed_.value() % 100 == 0) {
    Report("a webhook does not take events; trying again",
           response ? base::Error(base::Code::kUnavailable,
                                  "it answers with status " + std::to_string(response->status))
                    : response.error());
  }
  return response && IsRefusal(response->status) ? Outcome::kRefused : Outcome::kTryAgain;
}

bool Webhook::Pause(milliseconds time) {
  std::unique_lock lock(mutex_);
  return !stop_changed_.wait_for(lock, time, [this] { return stopping_; });
}

void Webhook::Report(std::string_view what, const base::Error& error) {
  logger_.Warning(what, {{"webhook", options_.name}, {"reason", error.message()}});
}

}  // namespace penstock::events
