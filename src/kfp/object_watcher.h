// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <thread>

#include "kfp/backend.h"
#include "kfp/object_trigger_message.h"

namespace penstock::kfp {

// Starts the runs of triggers for objects that have arrived, on a thread of its own. What a run is
// called by follows from the trigger and the object, so that none is started twice.
class ObjectWatcher {
 public:
  explicit ObjectWatcher(Backend& backend) : backend_(backend) {}
  ~ObjectWatcher() { Stop(); }

  void Start();
  void Stop();
  // Starts a run for each trigger that wants the object.
  base::Status Arrived(const ArrivedObject& object);

 private:
  void Loop();
  base::Status StartOne(metadata::ObjectTrigger trigger, const ArrivedObject& object);

  Backend& backend_;
  std::thread thread_;
};

}  // namespace penstock::kfp
