// SPDX-License-Identifier: Apache-2.0
#include "cli/admin_endpoint.h"

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "text/json.h"

namespace penstock::cli {
namespace {

using base::Code;
using base::Fail;

constexpr const char* kDefaultUrl = "http://127.0.0.1:9000";

std::string FirstOf(const std::string& given, const Environment& environment, const char* name,
                    const char* fallback) {
  return given.empty() ? environment(name).value_or(fallback) : given;
}

base::Status ReadKeyFile(const std::string& data_dir, admin::ClientOptions& options) {
  std::string path = data_dir + "/root-keys.json";
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  if (!file) {
    return Fail(Code::kInvalidArgument,
                "cannot read " + path +
                    ": is that the data directory of a server which made its keys itself?");
  }
  auto keys = text::ParseJson(text.str());
  if (!keys) return Fail(std::move(keys.error()).Wrap(path));
  options.access_key = keys->StringOr("access_key", "");
  options.secret_key = keys->StringOr("secret_key", "");
  return {};
}

void TakeKeys(const std::string& prefix, const Environment& environment,
              admin::ClientOptions& options) {
  auto user = environment((prefix + "_ROOT_USER").c_str());
  auto password = environment((prefix + "_ROOT_PASSWORD").c_str());
  if (!user || !password || !options.access_key.empty()) return;
  options.access_key = *user;
  options.secret_key = *password;
}

}  // namespace

Environment ProcessEnvironment() {
  return [](const char* name) -> std::optional<std::string> {
    const char* value = std::getenv(name);
    if (value == nullptr || *value == '\0') return std::nullopt;
    return value;
  };
}

base::Result<admin::ClientOptions> FindEndpoint(const std::string& url, const std::string& ca_file,
                                                const std::string& data_dir,
                                                const Environment& environment) {
  admin::ClientOptions options;
  options.url = FirstOf(url, environment, "PENSTOCK_S3_URL", kDefaultUrl);
  options.ca_file = FirstOf(ca_file, environment, "PENSTOCK_CA", "");
  if (!data_dir.empty()) {
    PENSTOCK_RETURN_IF_ERROR(ReadKeyFile(data_dir, options));
  }
  TakeKeys("PENSTOCK", environment, options);
  TakeKeys("MINIO", environment, options);
  if (!options.access_key.empty() && !options.secret_key.empty()) return options;
  return Fail(Code::kInvalidArgument,
              "no root keys: set PENSTOCK_ROOT_USER and PENSTOCK_ROOT_PASSWORD, or name the "
              "server's data directory with --data-dir");
}

}  // namespace penstock::cli
