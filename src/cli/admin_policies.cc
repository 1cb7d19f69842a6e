// SPDX-License-Identifier: Apache-2.0
#include <memory>

#include <CLI/CLI.hpp>

#include "cli/admin_groups.h"
#include "cli/admin_input.h"

namespace penstock::cli {
namespace {

struct PolicyWords {
  std::string name;
  std::string file;
};
using Words = std::shared_ptr<PolicyWords>;

void AddNameWord(CLI::App& command, const Words& words) {
  command.add_option("NAME", words->name, "The policy's name")->required();
}

std::string PathOf(const PolicyWords& words) { return "/policies/" + Segment(words.name); }

void ShowPolicy(AdminSession& session, const text::Json& answer) {
  session.ShowRecord(answer, {{"Name", "name"},
                              {"Built in", "built_in"},
                              {"Held by", "held_by"},
                              {"Updated", "updated_at"},
                              {"Policy", "policy"}});
}

base::Status ListPolicies(AdminSession& session) {
  PENSTOCK_TRY(text::Json answer, session.client().Send("GET", "/policies"));
  session.ShowTable(answer, "policies",
                    {{"NAME", "name"}, {"BUILT IN", "built_in"}, {"UPDATED", "updated_at"}});
  return {};
}

}  // namespace

void AddPolicyCommands(AdminMenu& menu) {
  CLI::App& group = menu.AddGroup("policy", "Policies that users and groups can be given");
  auto words = std::make_shared<PolicyWords>();
  CLI::App& create = menu.AddCommand(
      group, "create", "Make a policy, or replace it by another text",
      [words](AdminSession& session) -> base::Status {
        text::Json body;
        PENSTOCK_TRY(body["policy"], ReadJsonFile(words->file));
        PENSTOCK_TRY(text::Json answer, session.client().Send("PUT", PathOf(*words), body));
        ShowPolicy(session, answer);
        return {};
      });
  create.footer(
      "The file is a policy in AWS's language:\n"
      "  {\"Version\": \"2012-10-17\", \"Statement\": [{\"Effect\": \"Allow\",\n"
      "   \"Action\": [\"s3:GetObject\"], \"Resource\": [\"arn:aws:s3:::photos/*\"]}]}");
  AddNameWord(create, words);
  create.add_option("FILE", words->file, "The file with the policy; '-' for standard input")
      ->required();
  menu.AddCommand(group, "list", "List all policies", ListPolicies);
  CLI::App& info = menu.AddCommand(group, "info", "Show a policy, and who has it",
                                   [words](AdminSession& session) -> base::Status {
                                     PENSTOCK_TRY(text::Json answer,
                                                  session.client().Send("GET", PathOf(*words)));
                                     ShowPolicy(session, answer);
                                     return {};
                                   });
  AddNameWord(info, words);
  CLI::App& remove = menu.AddCommand(
      group, "remove", "Remove a policy that nobody has",
      [words](AdminSession& session) -> base::Status {
        PENSTOCK_TRY(text::Json answer, session.client().Send("DELETE", PathOf(*words)));
        session.ShowDone(answer, "policy " + words->name + " is removed");
        return {};
      });
  AddNameWord(remove, words);
}

}  // namespace penstock::cli
