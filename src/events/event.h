// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace penstock::events {

// Something that happened to an object or a bucket.
struct Event {
  std::string name;  // "s3:ObjectCreated:Put"
  base::Time time;
  std::string region;
  std::string bucket;
  std::string bucket_owner;  // canonical id
  std::string key;           // empty where it is about the bucket
  std::string version_id;
  std::string etag;
  uint64_t size = 0;
  std::string content_type;
  std::string user;        // who did it: canonical id
  std::string source;      // address, without the port
  std::string user_agent;  // of the request
  std::string request_id;
  uint64_t sequence = 0;  // of two events of one key the later has the larger one
};

// The message about it: AWS's, version 2.1 ("Event message structure"), in one line, with the
// members EventName and Key beside Records that receivers of MinIO's messages look for. The key in
// the record is URL-encoded, as AWS has it; the one beside Records is not.
std::string FormatEvent(const Event& event);

// Whether a name as configurations write it covers the event: "s3:ObjectCreated:*" covers
// "s3:ObjectCreated:Put", and "s3:ObjectCreated:Put" itself. MinIO's names for what Amazon calls
// otherwise ("s3:ObjectCreated:PutTagging" for "s3:ObjectTagging:Put") serve too.
bool Covers(std::string_view pattern, std::string_view name);

// Whether events of the pattern exist at all.
bool IsKnownPattern(std::string_view pattern);

}  // namespace penstock::events
