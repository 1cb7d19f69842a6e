// SPDX-License-Identifier: Apache-2.0
#include <chrono>

#include "events/notifier.h"
#include "s3/error_codes.h"
#include "s3/error_map.h"
#include "s3/operations/operations.h"
#include "s3/payload_reader.h"
#include "s3/request_bodies.h"

namespace penstock::s3 {
namespace {

using base::Result;
using base::Status;

// How long a live stream says nothing before a blank shows whether anybody is still there.
constexpr std::chrono::milliseconds kLivePause{2'000};

// The codes that S3 has for what events/ finds wrong.
base::Error InS3Terms(const base::Error& error) {
  std::string_view wire =
      error.reason() == events::kMalformed ? code::kMalformedXml : code::kInvalidArgument;
  return {error.code(), wire, error.message()};
}

Result<std::vector<events::NotificationRule>> ReadRules(const Call& call, std::string_view body) {
  auto rules = events::ParseNotificationRules(body);
  if (!rules) return base::Fail(InS3Terms(rules.error()));
  std::set<std::string> targets;
  if (call.options.notifier != nullptr) targets = call.options.notifier->targets();
  Status known = events::CheckTargets(*rules, targets);
  if (!known) return base::Fail(InS3Terms(known.error()));
  return rules;
}

Result<events::EventFilter> FilterOf(const text::Query& query) {
  events::EventFilter filter;
  filter.prefix = query.GetOr("prefix", "");
  filter.suffix = query.GetOr("suffix", "");
  for (const auto& [name, value] : query.items()) {
    if (name != "events") continue;
    if (!events::IsKnownPattern(value)) {
      return Refuse(code::kInvalidArgument,
                    "A specified event is not supported for notifications: " + value);
    }
    filter.events.push_back(value);
  }
  return filter;
}

// What happens in the call's bucket, or in all of them where it names none.
Status Listen(Call& call) {
  if (call.options.notifier == nullptr) return Refuse(code::kNotImplemented);
  PENSTOCK_TRY(events::EventFilter filter, FilterOf(call.query));
  PENSTOCK_TRY(auto listener,
               call.options.notifier->live().Subscribe(call.bucket(), std::move(filter)));
  net::Headers headers;
  headers.Set("Content-Type", "text/event-stream");
  headers.Set("Cache-Control", "no-store");
  PENSTOCK_RETURN_IF_ERROR(call.response.Start(200, headers, std::nullopt));
  PENSTOCK_RETURN_IF_ERROR(call.response.Write(""));
  while (!listener->closed()) {
    std::string text;
    for (const std::string& message : listener->Wait(kLivePause)) text += message + "\n";
    PENSTOCK_RETURN_IF_ERROR(call.response.Write(text.empty() ? " " : text));
  }
  return {};
}

}  // namespace

Status GetBucketNotification(Call& call) {
  PENSTOCK_TRY(auto bucket, call.store.GetBucket(call.bucket()));
  const std::string* document = bucket->FindSetting(store::setting::kNotification);
  return SendXmlText(call, document != nullptr ? *document : events::FormatNotificationRules({}));
}

Status PutBucketNotification(Call& call) {
  PENSTOCK_TRY(std::string body, ReadSmallPayload(call.request, call.identity, kMaxXmlBytes));
  PENSTOCK_TRY(auto rules, ReadRules(call, body));
  std::string name(store::setting::kNotification);
  PENSTOCK_RETURN_IF_ERROR(
      call.store.UpdateBucket(call.bucket(), [&](store::BucketInfo& bucket) -> Status {
        if (rules.empty()) {
          bucket.settings.erase(name);
        } else {
          bucket.settings[name] = events::FormatNotificationRules(rules);
        }
        return {};
      }));
  return SendEmpty(call, 200);
}

// MinIO's extension: a stream of events, a line each, until either side ends it.
Status ListenBucketNotification(Call& call) {
  PENSTOCK_RETURN_IF_ERROR(call.store.GetBucket(call.bucket()));
  return Listen(call);
}

Status ListenNotification(Call& call) { return Listen(call); }

}  // namespace penstock::s3
