// SPDX-License-Identifier: Apache-2.0
#include <memory>

#include <CLI/CLI.hpp>

#include "cli/admin_groups.h"

namespace penstock::cli {
namespace {

const std::vector<Field> kKeyLines = {{"Name", "name"},
                                      {"Status", "status"},
                                      {"Default", "default"},
                                      {"Newest version", "version"},
                                      {"Created", "created_at"}};

base::Status Show(AdminSession& session, std::string_view method, const std::string& path,
                  const text::Json& body) {
  PENSTOCK_TRY(text::Json answer, session.client().Send(method, path, body));
  session.ShowRecord(answer, kKeyLines);
  return {};
}

base::Status ShowRing(AdminSession& session, std::string_view method, const std::string& path) {
  PENSTOCK_TRY(text::Json answer, session.client().Send(method, path));
  session.ShowTable(answer, "keys",
                    {{"NAME", "name"},
                     {"STATUS", "status"},
                     {"DEFAULT", "default"},
                     {"VERSION", "version"},
                     {"CREATED", "created_at"}});
  return {};
}

// A command NAME that sends one request about the key.
void AddOne(AdminMenu& menu, CLI::App& group, const std::string& name,
            const std::string& description, const std::string& method, const std::string& part,
            const text::Json& body = nullptr) {
  auto key = std::make_shared<std::string>();
  CLI::App& command = menu.AddCommand(group, name, description, [=](AdminSession& session) {
    return Show(session, method, "/encryption-keys/" + Segment(*key) + part, body);
  });
  command.add_option("NAME", *key, "The key's name")->required();
}

text::Json Member(std::string_view name, bool value) {
  text::Json body;
  body[name] = value;
  return body;
}

}  // namespace

void AddEncryptionKeyCommands(AdminMenu& menu) {
  CLI::App& group = menu.AddGroup("key", "Encryption keys, which SSE-KMS names");
  AddOne(menu, group, "create", "Make a key", "PUT", "");
  menu.AddCommand(group, "list", "List all keys", [](AdminSession& session) {
    return ShowRing(session, "GET", "/encryption-keys");
  });
  AddOne(menu, group, "info", "Show a key and its versions", "GET", "");
  AddOne(menu, group, "rotate",
         "Encrypt with a new version from now on; old ones stay to read with", "POST", "/versions");
  AddOne(menu, group, "enable", "Let a key be used again", "PATCH", "", Member("enabled", true));
  AddOne(menu, group, "disable", "Let nothing be written or read with a key for now", "PATCH", "",
         Member("enabled", false));
  AddOne(menu, group, "default", "Use this key where a request names none", "PATCH", "",
         Member("default", true));
  menu.AddCommand(
      group, "rotate-master", "Make a new master key and seal all keys under it",
      [](AdminSession& session) { return ShowRing(session, "POST", "/master-key/versions"); });
}

}  // namespace penstock::cli
