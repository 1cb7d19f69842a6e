// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "events/event.h"

namespace penstock::events {

// Somebody inside the server who hears of events whatever a bucket's rules say. Called from many
// threads, within requests: it must be quick.
class EventTap {
 public:
  virtual ~EventTap() = default;
  virtual bool WantsBucket(std::string_view bucket) const = 0;
  virtual void Take(const Event& event) = 0;
};

}  // namespace penstock::events
