// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "events/event.h"
#include "metadata/object_trigger.h"
#include "text/json.h"

namespace penstock::kfp {

text::Json ObjectTriggerMessage(const metadata::ObjectTrigger& trigger);
// Writes what the body speaks of over what is there.
base::Status ReadObjectTrigger(const text::Json& body, metadata::ObjectTrigger& trigger);

// An object that has arrived, as it waits for its runs.
struct ArrivedObject {
  std::string bucket;
  std::string key;
  std::string version_id;
  std::string etag;
  uint64_t size = 0;
  uint64_t sequence = 0;  // of two of one key the later has the larger one
};
ArrivedObject ArrivedBy(const events::Event& event);
std::string FormatArrived(const ArrivedObject& object);  // one line
base::Result<ArrivedObject> ParseArrived(std::string_view line);

bool Wants(const metadata::ObjectTrigger& trigger, const ArrivedObject& object);
// The trigger's parameters with [[ObjectURI]], [[ObjectBucket]], [[ObjectKey]], [[ObjectVersion]],
// [[ObjectETag]] and [[ObjectSize]] in its texts replaced.
text::Json::Object ParametersFor(const metadata::ObjectTrigger& trigger,
                                 const ArrivedObject& object);

}  // namespace penstock::kfp
