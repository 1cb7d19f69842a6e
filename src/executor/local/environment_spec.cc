// SPDX-License-Identifier: Apache-2.0
#include "executor/local/environment_spec.h"

#include "base/encoding.h"
#include "crypto/digest.h"
#include "text/json.h"

namespace penstock::executor {
namespace {

using text::Json;

// Raised when environments are made differently, so that old ones are not used any more.
constexpr int kFormat = 2;

Json ToJson(const std::vector<std::string>& strings) {
  Json::Array array(strings.begin(), strings.end());
  return Json(std::move(array));
}

Json ToJson(const InstallStep& step) {
  Json json;
  json["requirements"] = ToJson(step.requirements);
  json["index_url"] = Json(step.index_url);
  json["extra_index_urls"] = ToJson(step.extra_index_urls);
  json["trusted_hosts"] = ToJson(step.trusted_hosts);
  json["no_deps"] = Json(step.no_deps);
  return json;
}

}  // namespace

std::string EnvironmentKey(const EnvironmentSpec& spec, const PipSettings& settings) {
  Json json;
  json["format"] = Json(kFormat);
  json["executable"] = Json(spec.interpreter.executable);
  json["version"] = Json(spec.interpreter.FullVersion());
  json["steps"] = Json(Json::Array());
  for (const InstallStep& step : spec.steps) json["steps"].Append(ToJson(step));
  if (!spec.lock.empty()) json["lock"] = Json(base::HexEncode(crypto::Sha256(spec.lock)));
  for (const char* option :
       {"index-url", "extra-index-url", "find-links", "no-index", "constraint", "pre"}) {
    json[option] = Json(settings.Get(option));
  }
  return base::HexEncode(crypto::Sha256(text::FormatJson(json))).substr(0, 32);
}

std::vector<std::string> ImagePackages(const Version& version) {
  if (version.minor >= 12) return {"pip"};
  return {"pip", "setuptools<81", "wheel"};
}

std::vector<std::string> AllRequirements(const std::vector<InstallStep>& steps) {
  std::vector<std::string> all;
  for (const InstallStep& step : steps) {
    all.insert(all.end(), step.requirements.begin(), step.requirements.end());
  }
  return all;
}

}  // namespace penstock::executor
