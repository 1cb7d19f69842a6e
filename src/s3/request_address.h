// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace penstock::s3 {

// What a request is about, decoded: nothing (the service), a bucket, or an object.
struct RequestAddress {
  std::string bucket;  // may be empty
  std::string key;     // may be empty
  bool bucket_in_host = false;
};

// Reads path style ("/bucket/key") or, where the host is `bucket.<domain>` of one of the domains,
// virtual-host style ("/key"). Names are not judged here, but keys over 1024 bytes are refused
// (KeyTooLongError), and so are broken escapes and keys with a NUL or not in UTF-8 (InvalidURI).
base::Result<RequestAddress> ParseRequestAddress(std::string_view raw_path, std::string_view host,
                                                 const std::vector<std::string>& domains);

// "bucket/key", still percent-encoded, into its decoded halves.
base::Result<RequestAddress> SplitPath(std::string_view raw_path);

}  // namespace penstock::s3
