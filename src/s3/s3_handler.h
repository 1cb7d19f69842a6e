// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "base/clock.h"
#include "base/log.h"
#include "iam/credentials.h"
#include "net/http.h"
#include "s3/request_record.h"
#include "store/object_store.h"

namespace penstock::s3 {

struct S3Options {
  std::string region = "us-east-1";
  // Host names under which `bucket.<name>` addresses a bucket, besides path style.
  std::vector<std::string> virtual_host_domains = {"localhost"};
  // Told of every request but health probes; must outlive the handler. Nobody where null.
  RequestObserver* observer = nullptr;
};

// Answers the S3 protocol over the store. The references must outlive the handler.
std::unique_ptr<net::Handler> MakeS3Handler(const S3Options& options, store::ObjectStore& store,
                                            iam::CredentialStore& credentials,
                                            const base::Clock& clock, base::Logger& logger);

}  // namespace penstock::s3
