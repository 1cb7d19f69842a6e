// SPDX-License-Identifier: Apache-2.0
#include <memory>

#include <CLI/CLI.hpp>

#include "cli/admin_groups.h"
#include "cli/admin_input.h"

namespace penstock::cli {
namespace {

struct KeyWords {
  std::string access_key;
  std::string secret;
  std::string user;
  std::string policy_file;
  std::string name;
  std::string description;
  std::string expires;
};
using Words = std::shared_ptr<KeyWords>;

const std::vector<Field> kKeyLines = {{"Access key", "access_key"},
                                      {"Secret key", "secret_key"},
                                      {"User", "user"},
                                      {"Status", "status"},
                                      {"Name", "name"},
                                      {"Description", "description"},
                                      {"Expires", "expires_at"},
                                      {"Policy", "policy"}};

std::string PathOf(const KeyWords& words) { return "/access-keys/" + Segment(words.access_key); }

void SetUnlessEmpty(text::Json& body, std::string_view member, const std::string& value) {
  if (!value.empty()) body[member] = value;
}

base::Status Show(AdminSession& session, std::string_view method, const std::string& path,
                  const text::Json& body, bool with_secret = false) {
  PENSTOCK_TRY(text::Json answer, session.client().Send(method, path, body));
  std::vector<Field> lines = kKeyLines;
  if (!with_secret) lines.erase(lines.begin() + 1);
  session.ShowRecord(answer, lines);
  return {};
}

base::Status Create(AdminSession& session, const KeyWords& words) {
  text::Json body{text::Json::Object{}};
  SetUnlessEmpty(body, "user", words.user);
  SetUnlessEmpty(body, "access_key", words.access_key);
  SetUnlessEmpty(body, "name", words.name);
  SetUnlessEmpty(body, "description", words.description);
  SetUnlessEmpty(body, "expires_at", words.expires);
  if (!words.secret.empty()) {
    PENSTOCK_TRY(body["secret_key"], ReadSecret(words.secret));
  }
  if (!words.policy_file.empty()) {
    PENSTOCK_TRY(body["policy"], ReadJsonFile(words.policy_file));
  }
  return Show(session, "POST", "/access-keys", body, true);
}

void AddCreate(AdminMenu& menu, CLI::App& group) {
  auto words = std::make_shared<KeyWords>();
  CLI::App& create =
      menu.AddCommand(group, "create", "Make another key of a user, and show its secret once",
                      [words](AdminSession& session) { return Create(session, *words); });
  create.add_option("--user", words->user, "Whose key it is to be; the root's where left out");
  create.add_option("--access-key", words->access_key, "Made up where left out");
  create.add_option("--secret-key", words->secret,
                    "Made up where left out; '-' reads it from standard input");
  create.add_option(
      "--policy", words->policy_file,
      "File with a policy: the key may do what it and the user's policies both allow");
  create.add_option("--name", words->name, "A name for people");
  create.add_option("--description", words->description, "What it is for");
  create.add_option("--expires", words->expires, "When it ends: 2027-01-31T00:00:00Z");
}

void AddOne(AdminMenu& menu, CLI::App& group, const std::string& name,
            const std::string& description, const std::string& method, const text::Json& body) {
  auto words = std::make_shared<KeyWords>();
  CLI::App& command =
      menu.AddCommand(group, name, description, [=](AdminSession& session) -> base::Status {
        if (method != "DELETE") return Show(session, method, PathOf(*words), body);
        PENSTOCK_TRY(text::Json answer, session.client().Send(method, PathOf(*words)));
        session.ShowDone(answer, "access key " + words->access_key + " is removed");
        return {};
      });
  command.add_option("ACCESS", words->access_key, "The access key")->required();
}

text::Json EnabledBody(bool enabled) {
  text::Json body;
  body["enabled"] = enabled;
  return body;
}

}  // namespace

void AddAccessKeyCommands(AdminMenu& menu) {
  CLI::App& group = menu.AddGroup("access-key", "Further keys of users: for programs and devices");
  AddCreate(menu, group);
  auto words = std::make_shared<KeyWords>();
  CLI::App& list =
      menu.AddCommand(group, "list", "List keys", [words](AdminSession& session) -> base::Status {
        std::string query = words->user.empty() ? "" : "user=" + Segment(words->user);
        PENSTOCK_TRY(text::Json answer,
                     session.client().Send("GET", "/access-keys", nullptr, query));
        session.ShowTable(answer, "access_keys",
                          {{"ACCESS KEY", "access_key"},
                           {"USER", "user"},
                           {"STATUS", "status"},
                           {"NAME", "name"},
                           {"EXPIRES", "expires_at"}});
        return {};
      });
  list.add_option("--user", words->user, "Of this user alone");
  AddOne(menu, group, "info", "Show a key and its policy", "GET", nullptr);
  AddOne(menu, group, "enable", "Let a key in again", "PATCH", EnabledBody(true));
  AddOne(menu, group, "disable", "Refuse a key for now", "PATCH", EnabledBody(false));
  AddOne(menu, group, "remove", "Remove a key", "DELETE", nullptr);
}

}  // namespace penstock::cli
