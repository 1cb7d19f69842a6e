// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <set>
#include <shared_mutex>
#include <string>
#include <string_view>

#include "base/log.h"
#include "events/event_queue.h"
#include "events/event_tap.h"
#include "metadata/metadata_store.h"

namespace penstock::kfp {

// Objects that have arrived in buckets with triggers and wait, in a queue on disk, for their runs
// to be started. So a request never waits for a run, and a restart loses none. It is there before
// the engine is, so that what arrives meanwhile is heard of, too.
class ArrivedObjects final : public events::EventTap {
 public:
  ArrivedObjects(std::unique_ptr<events::EventQueue> queue, metadata::MetadataStore& metadata,
                 base::Logger& logger)
      : queue_(std::move(queue)), metadata_(metadata), logger_(logger) {
    Refresh();
  }

  // Looks anew which buckets triggers are about.
  void Refresh();
  // Of the S3 side: cheap, and from many threads.
  bool WantsBucket(std::string_view bucket) const override;
  void Take(const events::Event& event) override;

  events::EventQueue& queue() { return *queue_; }

 private:
  const std::unique_ptr<events::EventQueue> queue_;
  metadata::MetadataStore& metadata_;
  base::Logger& logger_;
  mutable std::shared_mutex mutex_;
  std::set<std::string, std::less<>> buckets_;
};

}  // namespace penstock::kfp
