// SPDX-License-Identifier: Apache-2.0
#include "cli/named_values_command.h"

#include <fstream>
#include <iostream>
#include <iterator>

#include <CLI/CLI.hpp>

#include "net/http_client.h"
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
  command->add_option("--url", url_, "The pipelines API of the server")
      ->envname("PENSTOCK_API_URL")
      ->capture_default_str();
  command->add_option("--ca", ca_file_, "PEM file of certificates to trust for it")
      ->envname("PENSTOCK_CA")
      ->check(CLI::ExistingFile);
  set_ = command->add_subcommand("set", "Set all keys and values of one name");
  set_->add_option("name", name_, "Its name")->required();
  set_->add_option("values", assignments_, "KEY=VALUE, KEY=@FILE or KEY=@-")->required();
  list_ = command->add_subcommand("list", "List names and keys");
  remove_ = command->add_subcommand("delete", "Delete one");
  remove_->add_option("name", name_, "Its name")->required();
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

Result<Json> NamedValuesCommand::Send(const char* method, const std::string& path,
                                      const std::string& body) const {
  net::ClientRequest request;
  request.method = method;
  request.url = url_ + "/apis/v2beta1/" + path;
  request.body = body;
  if (!body.empty()) request.headers.Set("Content-Type", "application/json");
  net::ClientOptions options;
  options.ca_file = ca_file_;
  PENSTOCK_TRY(net::ClientResponse response, net::Fetch(request, options));
  auto answer = text::ParseJson(response.body);
  if (response.status == 200 && answer) return std::move(*answer);
  const std::string message = answer ? answer->StringOr("message", "") : "";
  return Fail(Code::kUnavailable,
              message.empty() ? url_ + " answers " + std::to_string(response.status) : message);
}

Status NamedValuesCommand::Act(std::ostream& out) {
  if (set_->parsed()) {
    PENSTOCK_TRY(Json body, ReadAssignments());
    PENSTOCK_RETURN_IF_ERROR(Send("POST", path_, text::FormatJson(body)));
    out << word_ << " " << name_ << " is set\n";
    return {};
  }
  if (remove_->parsed()) {
    PENSTOCK_RETURN_IF_ERROR(Send("DELETE", path_ + "/" + text::PercentEncode(name_), ""));
    out << word_ << " " << name_ << " is deleted\n";
    return {};
  }
  PENSTOCK_TRY(Json answer, Send("GET", path_, ""));
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
  Status done = Act(out);
  if (done) return 0;
  err << "penstock " << word_ << ": " << done.error().message() << "\n";
  return done.error().code() == Code::kInvalidArgument ? 2 : 1;
}

}  // namespace penstock::cli
