// SPDX-License-Identifier: Apache-2.0
#include "server/webhooks.h"

#include <algorithm>
#include <cctype>
#include <fstream>

#include "base/encoding.h"
#include "text/url.h"

namespace penstock::server {
namespace {

using base::Code;
using base::Fail;

constexpr size_t kMaxNameBytes = 64;

// The name stands in ARNs and is a directory's.
bool IsName(const std::string& name) {
  return !name.empty() && name.size() <= kMaxNameBytes &&
         std::all_of(name.begin(), name.end(),
                     [](unsigned char c) { return std::isalnum(c) != 0 || c == '-' || c == '_'; });
}

base::Status CheckUrl(const std::string& text, const std::string& option) {
  auto url = text::ParseUrl(text);
  if (url && (url->scheme == "http" || url->scheme == "https")) return {};
  return Fail(Code::kInvalidArgument, option + ": '" + text + "' is not an http or https URL");
}

base::Result<std::string> ReadToken(const std::string& file) {
  if (file.empty()) return "";
  std::ifstream in(file);
  std::string line;
  std::getline(in, line);
  std::string token(base::Trim(line));
  if (token.empty()) return Fail(Code::kInvalidArgument, "there is no token in " + file);
  return token;
}

}  // namespace

base::Result<std::vector<events::WebhookOptions>> LoadWebhooks(
    const std::vector<WebhookConfig>& configs, const std::string& ca_file) {
  std::vector<events::WebhookOptions> webhooks;
  for (const WebhookConfig& config : configs) {
    if (!IsName(config.name)) {
      return Fail(Code::kInvalidArgument, "--notify-webhook: the name '" + config.name +
                                              "' must be 1 to 64 letters, digits, '-' and '_'");
    }
    PENSTOCK_RETURN_IF_ERROR(CheckUrl(config.url, "--notify-webhook"));
    events::WebhookOptions options;
    options.name = config.name;
    options.url = config.url;
    options.ca_file = ca_file;
    PENSTOCK_TRY(options.token, ReadToken(config.token_file));
    webhooks.push_back(std::move(options));
  }
  return webhooks;
}

base::Result<events::WebhookOptions> LoadAuditWebhook(const std::string& url,
                                                      const std::string& token_file,
                                                      const std::string& ca_file) {
  PENSTOCK_RETURN_IF_ERROR(CheckUrl(url, "--audit-webhook"));
  events::WebhookOptions options;
  options.name = "audit";
  options.url = url;
  options.ca_file = ca_file;
  PENSTOCK_TRY(options.token, ReadToken(token_file));
  return options;
}

}  // namespace penstock::server
