// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "net/http_client.h"

namespace penstock::kfp {

// What pipeline packages may be fetched from. The server asks in its own name, from inside its own
// network, so what a request can make it ask for is bounded.
struct PackageUrlRules {
  bool allow_http = false;  // beside https
  // Hosts that may be asked; "*.example.com" stands for all below it. None: every host whose
  // address is public. A host that is listed may have any address.
  std::vector<std::string> domains;
  std::chrono::milliseconds timeout{30'000};
  std::string ca_file;  // PEM, trusted instead of the system's certificates
};

struct FetchedPackage {
  std::string filename;  // the last part of the path
  std::string content;
};

// Fetches a package, following a few redirects, each of which is held against the rules. Errors are
// kInvalidArgument (the URL), kPermissionDenied (the rules) or those of the network.
base::Result<FetchedPackage> FetchPackage(const PackageUrlRules& rules, const std::string& url);

// One step of that: whether the URL may be asked for, and how.
base::Result<net::ClientOptions> CheckPackageUrl(const PackageUrlRules& rules,
                                                 const std::string& url);
// Where a redirect leads, "" where it cannot be followed. Pure.
std::string ResolveRedirect(const std::string& from, std::string_view location);

}  // namespace penstock::kfp
