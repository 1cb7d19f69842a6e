// SPDX-License-Identifier: Apache-2.0
#include <memory>

#include <CLI/CLI.hpp>

#include "cli/admin_groups.h"

namespace penstock::cli {
namespace {

struct GroupWords {
  std::string group;
  std::vector<std::string> names;  // of members or of policies
};

const std::vector<Field> kGroupLines = {
    {"Group", "name"}, {"Status", "status"}, {"Members", "members"}, {"Policies", "policies"}};

base::Status ShowGroup(AdminSession& session, std::string_view method, const std::string& path,
                       const text::Json& body = nullptr) {
  PENSTOCK_TRY(text::Json answer, session.client().Send(method, path, body));
  session.ShowRecord(answer, kGroupLines);
  return {};
}

// A command GROUP NAME... that sends the names as `member` of the body.
void AddNamesCommand(AdminMenu& menu, CLI::App& parent, const std::string& name,
                     const std::string& description, const std::string& method,
                     const std::string& member, const std::string& word) {
  auto words = std::make_shared<GroupWords>();
  CLI::App& command = menu.AddCommand(parent, name, description, [=](AdminSession& session) {
    text::Json body;
    body[member] = text::Json::Array{};
    for (const std::string& text : words->names) body[member].Append(text);
    return ShowGroup(session, method, "/groups/" + Segment(words->group) + "/" + member, body);
  });
  command.add_option("GROUP", words->group, "The group's name")->required();
  command.add_option(word, words->names, "Names, one or more")->required();
}

// `remove GROUP` removes the empty group, `remove GROUP MEMBER...` its members.
void AddRemove(AdminMenu& menu, CLI::App& parent) {
  auto words = std::make_shared<GroupWords>();
  CLI::App& remove =
      menu.AddCommand(parent, "remove", "Take members out of a group, or remove an empty group",
                      [words](AdminSession& session) -> base::Status {
                        std::string path = "/groups/" + Segment(words->group);
                        if (words->names.empty()) {
                          PENSTOCK_TRY(text::Json answer, session.client().Send("DELETE", path));
                          session.ShowDone(answer, "group " + words->group + " is removed");
                          return {};
                        }
                        text::Json body;
                        body["members"] = text::Json::Array{};
                        for (const std::string& text : words->names) body["members"].Append(text);
                        return ShowGroup(session, "DELETE", path + "/members", body);
                      });
  remove.add_option("GROUP", words->group, "The group's name")->required();
  remove.add_option("MEMBER", words->names, "Users to take out; none: remove the group");
}

void AddSwitch(AdminMenu& menu, CLI::App& parent, bool enabled) {
  auto words = std::make_shared<GroupWords>();
  CLI::App& command = menu.AddCommand(
      parent, enabled ? "enable" : "disable",
      enabled ? "Let a group's policies count again" : "Let a group's policies not count for now",
      [words, enabled](AdminSession& session) {
        text::Json body;
        body["enabled"] = enabled;
        return ShowGroup(session, "PATCH", "/groups/" + Segment(words->group), body);
      });
  command.add_option("GROUP", words->group, "The group's name")->required();
}

base::Status ListGroups(AdminSession& session) {
  PENSTOCK_TRY(text::Json answer, session.client().Send("GET", "/groups"));
  session.ShowTable(
      answer, "groups",
      {{"GROUP", "name"}, {"STATUS", "status"}, {"MEMBERS", "members"}, {"POLICIES", "policies"}});
  return {};
}

}  // namespace

void AddUserGroupCommands(AdminMenu& menu) {
  CLI::App& group = menu.AddGroup("group", "Groups of users, who share policies");
  AddNamesCommand(menu, group, "add", "Put users into a group, which is made where there is none",
                  "POST", "members", "MEMBER");
  AddRemove(menu, group);
  menu.AddCommand(group, "list", "List all groups", ListGroups);
  auto words = std::make_shared<GroupWords>();
  for (const char* name : {"info", "members"}) {
    CLI::App& info = menu.AddCommand(
        group, name, "Show a group, its members and policies", [words](AdminSession& session) {
          return ShowGroup(session, "GET", "/groups/" + Segment(words->group));
        });
    info.add_option("GROUP", words->group, "The group's name")->required();
  }
  AddNamesCommand(menu, group, "attach", "Give a group policies", "POST", "policies", "POLICY");
  AddNamesCommand(menu, group, "detach", "Take policies from a group", "DELETE", "policies",
                  "POLICY");
  AddSwitch(menu, group, true);
  AddSwitch(menu, group, false);
}

}  // namespace penstock::cli
