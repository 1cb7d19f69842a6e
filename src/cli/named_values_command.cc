// SPDX-License-Identifier: Apache-2.0
#include "cli/named_values_command.h"

#include <fstream>
#include <iostream>
#include <iterator>

#include <CLI/CLI.hpp>

#include "text/url.h"
#include "text/utf8.h"

namespace penstock::cli {
namespace {

using base::Code;
using base::Fail;
using base::Result;
using base::Status;
using text::Json;

constexpr const char* kFooter = R"(
A value given as @FILE is what the file holds, and as @- what comes on standard input; so it is not
seen among the machine's processes. `set` takes the place of all that was there under the name.)";

// "VALUE", "@FILE" or "@-".
Result<std::string> ReadValue(const std::string& text) {
  if (!text.starts_with('@')) return text;
  const std::string name = text.substr(1);
  if (name == "-") {
    return std::string(std::istreambuf_iterator<char>(std::cin), std::istreambuf_iterator<char>());
  }
  std::ifstream file(name, std::ios::binary);
  if (!file) return Fail(Code::kNotFound, "cannot read " + name);
  return std::string(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
}

}  // namespace

CLI::App* NamedValuesCommand::AddTo(CLI::App& app) {
  const bool secret = word_ == "secret";
  CLI::App* command = app.add_subcommand(
      word_, secret ? "Set and remove the secrets that tasks may name; values are never shown"
                    : "Set and remove the config maps that tasks may name");
  command->require_subcommand(1);
  command->footer(kFooter);
  set_ = command->add_subcommand("set", "Set all keys and values of one name");
  set_->add_option("name", name_, "Its name")->required();
  set_->add_option("values", assignments_, "KEY=VALUE, KEY=@FILE or KEY=@-")->required();
  list_ = command->add_subcommand("list", "List names and keys");
  remove_ = command->add_subcommand("delete", "Delete one");
  remove_->add_option("name", name_, "Its name")->required();
  for (CLI::App* verb : {set_, list_, remove_}) client_.AddOptions(*verb);
  return command;
}

Result<Json> NamedValuesCommand::ReadAssignments() const {
  Json::Object values;
  for (const std::string& text : assignments_) {
    const size_t equals = text.find('=');
    if (equals == std::string::npos || equals == 0) {
      return Fail(Code::kInvalidArgument, "'" + text + "' must be KEY=VALUE");
    }
    PENSTOCK_TRY(std::string value, ReadValue(text.substr(equals + 1)));
    if (!text::IsValidUtf8(value)) {
      return Fail(Code::kInvalidArgument,
                  "the value of '" + text.substr(0, equals) + "' is not UTF-8 text");
    }
    values[text.substr(0, equals)] = std::move(value);
  }
  return Json(Json::Object{{"name", name_}, {"values", std::move(values)}});
}

Status NamedValuesCommand::Set(const Json& body, std::ostream& out) const {
  PENSTOCK_RETURN_IF_ERROR(client_.Send("POST", "/" + path_, body));
  out << word_ << " " << name_ << " is set\n";
  return {};
}

Status NamedValuesCommand::Delete(std::ostream& out) const {
  PENSTOCK_RETURN_IF_ERROR(client_.Send("DELETE", "/" + path_ + "/" + text::PercentEncode(name_)));
  out << word_ << " " << name_ << " is deleted\n";
  return {};
}

Status NamedValuesCommand::List(std::ostream& out) const {
  PENSTOCK_TRY(Json answer, client_.Send("GET", "/" + path_));
  const Json* list = answer.Find(path_);
  if (list == nullptr || !list->is_array()) return {};
  for (const Json& entry : list->as_array()) {
    out << entry.StringOr("name", "") << " ";
    const Json* keys = entry.Find("keys");
    if (keys != nullptr && keys->is_array()) {
      for (const Json& key : keys->as_array()) out << " " << key.as_string();
    }
    out << "\n";
  }
  return {};
}

int NamedValuesCommand::Run(std::ostream& out, std::ostream& err) {
  auto fail = [&](const base::Error& error, int code) {
    err << "penstock " << word_ << ": " << error.message() << "\n";
    return code;
  };
  Status done;
  if (set_->parsed()) {
    auto body = ReadAssignments();
    if (!body) return fail(body.error(), 2);
    done = Set(*body, out);
  } else {
    done = remove_->parsed() ? Delete(out) : List(out);
  }
  return done ? 0 : fail(done.error(), 1);
}

}  // namespace penstock::cli
