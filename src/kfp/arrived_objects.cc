// SPDX-License-Identifier: Apache-2.0
#include "kfp/arrived_objects.h"

#include <mutex>

#include "kfp/object_trigger_message.h"

namespace penstock::kfp {

using metadata::ObjectTrigger;

void ArrivedObjects::Refresh() {
  auto triggers = metadata_.object_triggers.Enabled();
  if (!triggers) {
    logger_.Error("triggers cannot be read", {{"error", triggers.error().message()}});
    return;
  }
  std::set<std::string, std::less<>> buckets;
  for (const ObjectTrigger& trigger : *triggers) buckets.insert(trigger.bucket);
  std::unique_lock lock(mutex_);
  buckets_ = std::move(buckets);
}

bool ArrivedObjects::WantsBucket(std::string_view bucket) const {
  std::shared_lock lock(mutex_);
  return buckets_.contains(bucket);
}

void ArrivedObjects::Take(const events::Event& event) {
  if (!event.name.starts_with("s3:ObjectCreated:") || event.key.empty()) return;
  base::Status queued = queue_->Append(FormatArrived(ArrivedBy(event)));
  if (queued) return;
  logger_.Error("an arrived object starts no runs",
                {{"bucket", event.bucket}, {"reason", queued.error().message()}});
}

}  // namespace penstock::kfp
