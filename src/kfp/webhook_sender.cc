// SPDX-License-Identifier: Apache-2.0
#include "kfp/webhook_sender.h"

#include <algorithm>

#include "base/encoding.h"
#include "crypto/digest.h"
#include "kfp/message_writer.h"
#include "kfp/run_message.h"

namespace penstock::kfp {
namespace {

using base::Result;
using base::Status;
using metadata::QueuedChange;
using metadata::RunWebhook;
using metadata::Transaction;
using std::chrono::milliseconds;
using text::Json;

constexpr milliseconds kFirstPause{1'000};
constexpr milliseconds kLongestPause{60'000};
constexpr milliseconds kTimeout{5'000};
constexpr milliseconds kBetweenLooks{500};
constexpr int kRefusalsBeforeGivingUp = 3;

// The receiver has understood, and does not want this one. Others of the 4xx may pass.
bool IsRefusal(int status) {
  return status >= 400 && status < 500 && status != 401 && status != 403 && status != 404 &&
         status != 407 && status != 408 && status != 425 && status != 429;
}

Result<net::ClientResponse> PostByHttp(const net::ClientRequest& request) {
  net::ClientOptions options;
  options.connect_timeout = kTimeout;
  options.io_timeout = kTimeout;
  options.max_body_bytes = size_t{64} << 10;
  return net::Fetch(request, options);
}

}  // namespace

WebhookSender::WebhookSender(Backend& backend) : WebhookSender(backend, PostByHttp) {}

std::string WebhookSignature(const std::string& secret, const std::string& body) {
  return "sha256=" + base::HexEncode(crypto::HmacSha256(secret, body));
}

std::string WebhookMessageText(Backend& backend, const QueuedChange& change) {
  Json event;
  event["specversion"] = "1.0";
  event["id"] = change.webhook_id + "/" + std::to_string(change.sequence);
  event["source"] = "/apis/v2beta1/runs";
  event["subject"] = change.run_id;
  event["type"] = "penstock.run.state_changed";
  event["time"] = base::FormatRfc3339(change.changed_at);
  event["datacontenttype"] = "application/json";
  Json& data = event["data"];
  data["run_id"] = change.run_id;
  data["state"] = metadata::RuntimeStateName(change.state);
  if (change.previous_state != metadata::RuntimeState::kUnspecified) {
    data["previous_state"] = metadata::RuntimeStateName(change.previous_state);
  }
  // Gone where the run was deleted meanwhile.
  if (auto run = backend.metadata.runs.Get(change.run_id)) {
    data["run"] = RunMessageWithoutPipeline(*std::move(run));
  }
  return text::FormatJson(event);
}

void WebhookSender::Start() {
  thread_ = std::thread([this] { Loop(); });
}

void WebhookSender::Stop() {
  stopping_ = true;
  if (thread_.joinable()) thread_.join();
}

void WebhookSender::Loop() {
  auto& feed = backend_.metadata.database.changes();
  while (!stopping_) {
    uint64_t position = feed.Position();
    if (SendDue()) continue;
    if (feed.Wait(position, kBetweenLooks).closed) return;
  }
}

bool WebhookSender::SendDue() {
  auto oldest = backend_.metadata.run_webhooks.Oldest();
  if (!oldest) {
    backend_.logger.Error("the queue of webhooks cannot be read",
                          {{"error", oldest.error().message()}});
    return false;
  }
  bool any = false;
  for (const QueuedChange& change : *oldest) {
    if (stopping_) return false;
    auto pause = pauses_.find(change.webhook_id);
    if (pause != pauses_.end() && std::chrono::steady_clock::now() < pause->second.until) continue;
    if (SendOne(change)) any = true;
  }
  return any;
}

// Whether the change is done with.
bool WebhookSender::SendOne(const QueuedChange& change) {
  auto webhook = backend_.metadata.run_webhooks.Get(change.webhook_id);
  if (!webhook) return false;  // deleted meanwhile, and what is queued with it
  std::string error;
  Outcome outcome = Send(*webhook, change, error);
  Pause& pause = pauses_[change.webhook_id];
  if (outcome == Outcome::kRefused) ++pause.refusals;
  bool given_up = pause.refusals >= kRefusalsBeforeGivingUp;
  Status stored = backend_.metadata.database.Write([&](Transaction& tx) -> Status {
    auto& webhooks = backend_.metadata.run_webhooks;
    if (outcome != Outcome::kTaken) {
      PENSTOCK_RETURN_IF_ERROR(webhooks.CountFailure(tx, change.webhook_id, error));
    }
    if (outcome != Outcome::kTaken && !given_up) return {};
    return webhooks.Dequeue(tx, change, outcome == Outcome::kTaken);
  });
  if (stored && (outcome == Outcome::kTaken || given_up)) {
    pauses_.erase(change.webhook_id);
    return true;
  }
  pause.length = std::clamp(pause.length * 2, kFirstPause, kLongestPause);
  pause.until = std::chrono::steady_clock::now() + pause.length;
  return false;
}

WebhookSender::Outcome WebhookSender::Send(const RunWebhook& webhook, const QueuedChange& change,
                                           std::string& error) {
  net::ClientRequest request;
  request.method = "POST";
  request.url = webhook.url;
  request.body = WebhookMessageText(backend_, change);
  request.headers.Set("Content-Type", "application/cloudevents+json; charset=utf-8");
  request.headers.Set("User-Agent", "Penstock");
  if (!webhook.secret.empty()) {
    request.headers.Set("X-Penstock-Signature", WebhookSignature(webhook.secret, request.body));
  }
  auto response = post_(request);
  if (response && response->status >= 200 && response->status < 300) return Outcome::kTaken;
  error = response ? "the receiver answers with status " + std::to_string(response->status)
                   : response.error().message();
  return response && IsRefusal(response->status) ? Outcome::kRefused : Outcome::kTryAgain;
}

}  // namespace penstock::kfp
