// SPDX-License-Identifier: Apache-2.0
#include "server/api_sign_in.h"

namespace penstock::server {

base::Status CheckApiReach(const ServerConfig& config, const ListenAddress& address,
                           const RootKeys& root_keys, base::Logger& logger) {
  if (address.loopback) return {};
  const std::string where = "--address " + config.address + " is reachable from other machines";
  if (!config.api_auth) {
    return base::Fail(
        base::Code::kInvalidArgument,
        where +
            ": give --api-auth too, so that the pipelines API asks for credentials, or "
            "listen on 127.0.0.1");
  }
  if (root_keys.key.access_key == "minioadmin" || root_keys.key.secret_key == "minioadmin") {
    return base::Fail(
        base::Code::kInvalidArgument,
        where +
            ", and everybody knows the root keys 'minioadmin': give others in "
            "PENSTOCK_ROOT_USER and PENSTOCK_ROOT_PASSWORD, or none to have them made");
  }
  if (!config.api_tls.given()) {
    logger.Warning(
        "tokens and keys travel readable to the pipelines API unless a proxy with TLS stands "
        "before "
        "it; give --api-tls-cert and --api-tls-key",
        {{"address", config.address}});
  }
  return {};
}

}  // namespace penstock::server
