// SPDX-License-Identifier: Apache-2.0
#include <memory>

#include <CLI/CLI.hpp>

#include "base/clock.h"
#include "cli/admin_groups.h"
#include "cli/admin_input.h"

namespace penstock::cli {
namespace {

struct TokenWords {
  std::string user;
  std::string access_key;
  std::string name;
  std::string description;
  std::string policy_file;
  std::string expires = "90d";
};

const std::vector<Field> kTokenLines = {{"Token", "token"},
                                        {"Access key", "access_key"},
                                        {"User", "user"},
                                        {"Name", "name"},
                                        {"Expires", "expires_at"}};

base::Status Create(AdminSession& session, const TokenWords& words) {
  text::Json body{text::Json::Object{}};
  const std::pair<const char*, const std::string&> texts[] = {{"user", words.user},
                                                              {"access_key", words.access_key},
                                                              {"name", words.name},
                                                              {"description", words.description}};
  for (const auto& [member, value] : texts) {
    if (!value.empty()) body[member] = value;
  }
  PENSTOCK_TRY(auto expires_at, ReadExpiry(words.expires, base::SystemClock().Now()));
  if (expires_at) body["expires_at"] = base::FormatRfc3339(*expires_at);
  if (!words.policy_file.empty()) {
    PENSTOCK_TRY(body["policy"], ReadJsonFile(words.policy_file));
  }
  PENSTOCK_TRY(text::Json answer, session.client().Send("POST", "/tokens", body));
  session.ShowRecord(answer, kTokenLines);
  return {};
}

}  // namespace

void AddTokenCommands(AdminMenu& menu) {
  CLI::App& group =
      menu.AddGroup("token", "Tokens for the pipelines API: kfp.Client(existing_token=…)");
  auto words = std::make_shared<TokenWords>();
  CLI::App& create = menu.AddCommand(
      group, "create",
      "Make a token, and show it once. It has an access key of its own, which is listed, "
      "disabled and removed as others are (`penstock admin access-key`)",
      [words](AdminSession& session) { return Create(session, *words); });
  create.add_option("--user", words->user, "Who it is to act as; the root where left out");
  create
      .add_option("--access-key", words->access_key,
                  "A key that is there already, instead of one of its own")
      ->excludes("--user");
  create
      .add_option("--expires", words->expires,
                  "When it ends: 90d, 12h, 30m, 2027-01-31T00:00:00Z or never")
      ->capture_default_str();
  create.add_option(
      "--policy", words->policy_file,
      "File with a policy: the token may do what it and the user's policies both allow");
  create.add_option("--name", words->name, "A name for people");
  create.add_option("--description", words->description, "What it is for");
}

}  // namespace penstock::cli
