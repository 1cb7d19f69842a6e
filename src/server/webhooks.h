// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "events/webhook.h"

namespace penstock::server {

// A receiver of bucket notifications, as the operator gives it.
struct WebhookConfig {
  std::string name;  // as arn:minio:sqs::NAME:webhook has it
  std::string url;
  std::string token_file;  // whose first line is sent as a bearer token; empty for none
};

// Checks names and URLs and reads the tokens.
base::Result<std::vector<events::WebhookOptions>> LoadWebhooks(
    const std::vector<WebhookConfig>& configs, const std::string& ca_file);

// The receiver of audited requests; its name is "audit".
base::Result<events::WebhookOptions> LoadAuditWebhook(const std::string& url,
                                                      const std::string& token_file,
                                                      const std::string& ca_file);

}  // namespace penstock::server
