// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>

#include "store/lifecycle_rules.h"
#include "store/object_types.h"

namespace penstock::store {

// Finds out where each version stands among those of its key, from a listing (keys in order, of
// each the newest first) that comes in pieces. Remembers one version, however many there are.
class VersionWalk {
 public:
  using Visitor = std::function<void(const ObjectInfo&, const VersionPlace&)>;

  explicit VersionWalk(Visitor visit) : visit_(std::move(visit)) {}

  // The next entry of the listing. Visits the one before it.
  void Add(ObjectInfo version);
  // The listing has ended: visits the last entry.
  void End();

 private:
  Visitor visit_;
  // What has been added and not visited, since it is not known yet whether it is alone.
  std::optional<ObjectInfo> pending_;
  VersionPlace place_;  // of pending_, but for `alone`
};

}  // namespace penstock::store
