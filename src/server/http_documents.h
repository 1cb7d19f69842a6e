// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "iam/document_fetcher.h"

namespace penstock::server {

// Fetches an identity provider's documents over HTTP or HTTPS: up to a megabyte, within seconds.
class HttpDocuments final : public iam::DocumentFetcher {
 public:
  // PEM file to trust instead of the system's certificates; "" for those.
  explicit HttpDocuments(std::string ca_file) : ca_file_(std::move(ca_file)) {}

  base::Result<std::string> Get(const std::string& url) override;
  base::Result<std::string> PostForm(const std::string& url, const std::string& form,
                                     const std::string& user, const std::string& password) override;

 private:
  const std::string ca_file_;
};

}  // namespace penstock::server
