// SPDX-License-Identifier: Apache-2.0
#include <memory>

#include <CLI/CLI.hpp>

#include "cli/admin_groups.h"
#include "cli/admin_input.h"

namespace penstock::cli {
namespace {

struct UserWords {
  std::string user;
  std::string secret;
  std::vector<std::string> policies;
};
using Words = std::shared_ptr<UserWords>;

const std::vector<Field> kUserLines = {{"Access key", "access_key"},
                                       {"Status", "status"},
                                       {"Policies", "policies"},
                                       {"Groups", "groups"},
                                       {"Further access keys", "access_keys"},
                                       {"ARN", "arn"},
                                       {"Canonical id", "canonical_id"},
                                       {"Created", "created_at"}};

std::string PathOf(const UserWords& words, const std::string& part = "") {
  return "/users/" + Segment(words.user) + part;
}

void AddUserWord(CLI::App& command, const Words& words) {
  command.add_option("ACCESS", words->user, "The user's access key")->required();
}

base::Status ShowUser(AdminSession& session, std::string_view method, const std::string& path,
                      const text::Json& body = nullptr) {
  PENSTOCK_TRY(text::Json answer, session.client().Send(method, path, body));
  session.ShowRecord(answer, kUserLines);
  return {};
}

void AddAdd(AdminMenu& menu, CLI::App& group) {
  auto words = std::make_shared<UserWords>();
  CLI::App& add = menu.AddCommand(group, "add", "Make a user with keys of its own",
                                  [words](AdminSession& session) -> base::Status {
                                    text::Json body;
                                    PENSTOCK_TRY(body["secret_key"], ReadSecret(words->secret));
                                    body["policies"] = text::Json::Array{};
                                    for (const std::string& policy : words->policies)
                                      body["policies"].Append(policy);
                                    return ShowUser(session, "PUT", PathOf(*words), body);
                                  });
  add.footer(
      "Example: penstock admin user add anna 'a-long-secret' --policy readwrite\n"
      "A user without policies may do nothing that bucket policies do not allow.");
  AddUserWord(add, words);
  add.add_option("SECRET", words->secret,
                 "The secret key, 8 characters or more; '-' reads it from standard input")
      ->required();
  add.add_option("--policy", words->policies, "A policy of the user's own (repeatable)")
      ->delimiter(',')
      ->allow_extra_args(false);
}

void AddSecret(AdminMenu& menu, CLI::App& group) {
  auto words = std::make_shared<UserWords>();
  CLI::App& secret = menu.AddCommand(group, "secret", "Give a user another secret key",
                                     [words](AdminSession& session) -> base::Status {
                                       text::Json body;
                                       PENSTOCK_TRY(body["secret_key"], ReadSecret(words->secret));
                                       return ShowUser(session, "PATCH", PathOf(*words), body);
                                     });
  AddUserWord(secret, words);
  secret
      .add_option("SECRET", words->secret, "The new secret key; '-' reads it from standard input")
      ->required();
}

void AddSwitch(AdminMenu& menu, CLI::App& group, bool enabled) {
  auto words = std::make_shared<UserWords>();
  CLI::App& command = menu.AddCommand(
      group, enabled ? "enable" : "disable",
      enabled ? "Let a user in again" : "Refuse a user's keys, and keep all the rest",
      [words, enabled](AdminSession& session) {
        text::Json body;
        body["enabled"] = enabled;
        return ShowUser(session, "PATCH", PathOf(*words), body);
      });
  AddUserWord(command, words);
}

void AddPolicyCommand(AdminMenu& menu, CLI::App& group, bool attach) {
  auto words = std::make_shared<UserWords>();
  CLI::App& command = menu.AddCommand(group, attach ? "attach" : "detach",
                                      attach ? "Give a user policies" : "Take policies from a user",
                                      [words, attach](AdminSession& session) {
                                        text::Json body;
                                        body["policies"] = text::Json::Array{};
                                        for (const auto& policy : words->policies)
                                          body["policies"].Append(policy);
                                        return ShowUser(session, attach ? "POST" : "DELETE",
                                                        PathOf(*words, "/policies"), body);
                                      });
  AddUserWord(command, words);
  command.add_option("POLICY", words->policies, "Names of policies")->required();
}

void AddInfoAndRemove(AdminMenu& menu, CLI::App& group) {
  auto words = std::make_shared<UserWords>();
  CLI::App& info = menu.AddCommand(
      group, "info", "Show a user, its ids and what it belongs to",
      [words](AdminSession& session) { return ShowUser(session, "GET", PathOf(*words)); });
  AddUserWord(info, words);
  CLI::App& remove = menu.AddCommand(
      group, "remove", "Remove a user and all its keys; what it has stored stays",
      [words](AdminSession& session) -> base::Status {
        PENSTOCK_TRY(text::Json answer, session.client().Send("DELETE", PathOf(*words)));
        session.ShowDone(answer, "user " + words->user + " is removed");
        return {};
      });
  AddUserWord(remove, words);
}

base::Status ListUsers(AdminSession& session) {
  PENSTOCK_TRY(text::Json all, session.FetchAll("/users", "users", "access_key"));
  session.ShowTable(all, "users",
                    {{"ACCESS KEY", "access_key"},
                     {"STATUS", "status"},
                     {"POLICIES", "policies"},
                     {"GROUPS", "groups"}});
  return {};
}

}  // namespace

void AddUserCommands(AdminMenu& menu) {
  CLI::App& group = menu.AddGroup("user", "Users: who may sign in, with which policies");
  AddAdd(menu, group);
  menu.AddCommand(group, "list", "List all users", ListUsers);
  AddInfoAndRemove(menu, group);
  AddSecret(menu, group);
  AddSwitch(menu, group, true);
  AddSwitch(menu, group, false);
  CLI::App* policy = group.add_subcommand("policy", "Policies of a user's own");
  policy->require_subcommand(1);
  AddPolicyCommand(menu, *policy, true);
  AddPolicyCommand(menu, *policy, false);
}

}  // namespace penstock::cli
