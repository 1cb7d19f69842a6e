// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "base/result.h"

namespace penstock::iam {

// Gets documents of an identity provider over HTTP. Blocks, within bounds of time and size;
// thread-safe. The server implements it.
class DocumentFetcher {
 public:
  virtual ~DocumentFetcher() = default;
  // The body of a 200. kUnavailable for everything else, with what happened.
  virtual base::Result<std::string> Get(const std::string& url) = 0;
  // Posts a form, with user and password (HTTP Basic) where the user is not "". The body of a 200;
  // kPermissionDenied where the provider refuses (400, 401), with what it says.
  virtual base::Result<std::string> PostForm(const std::string& url, const std::string& form,
                                             const std::string& user,
                                             const std::string& password) = 0;
};

}  // namespace penstock::iam
