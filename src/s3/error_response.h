// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "net/http.h"
#include "s3/error_map.h"

namespace penstock::s3 {

// What an error document says besides the error.
struct ErrorPlace {
  std::string bucket;  // left out where empty
  std::string key;     // left out where empty
  std::string region;  // named by errors about the region
};

// What an operation that fails adds to the error's answer.
struct ErrorDetails {
  net::Headers headers;
  std::vector<std::pair<std::string, std::string>> fields;  // elements of the document
};

inline constexpr std::string_view kHostId = "penstock";

std::string ErrorDocument(const WireError& error, const ErrorPlace& place,
                          const ErrorDetails& details, std::string_view resource,
                          std::string_view request_id);

// Answers with the error; HEAD requests get the status alone. The response must not have started.
base::Status SendError(const base::Error& error, const ErrorPlace& place,
                       const net::Request& request, net::ResponseWriter& response,
                       ErrorDetails details = {});

}  // namespace penstock::s3
