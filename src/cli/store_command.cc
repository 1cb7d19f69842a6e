// SPDX-License-Identifier: Apache-2.0
#include "cli/store_command.h"

#include <string_view>

#include <CLI/CLI.hpp>

#include "base/log.h"
#include "store/store_check.h"
#include "sys/file_system.h"
#include "text/json.h"

namespace penstock::cli {
namespace {

constexpr const char* kFooter = R"(
Exit codes: 0 all is whole, or was repaired; 1 the store could not be checked; 2 a wrong command line;
3 there is damage that a repair, or a running server with all drives, puts right; 4 something is lost.

Examples:
  penstock store verify --data-dir ./data
  penstock store repair --drive /mnt/a --drive /mnt/b --drive /mnt/c --drive /mnt/d --output json)";

std::string_view NameOf(store::FindingLevel level) {
  switch (level) {
    case store::FindingLevel::kNote:
      return "note";
    case store::FindingLevel::kDamage:
      return "damage";
    case store::FindingLevel::kLoss:
      return "loss";
  }
  return "";
}

int CodeOf(const store::CheckReport& report) {
  if (report.lost > 0) return 4;
  return report.whole() ? 0 : 3;
}

void ShowText(const store::CheckReport& report, std::ostream& out) {
  for (const store::Finding& finding : report.findings) {
    out << NameOf(finding.level) << "  " << finding.kind << "  " << finding.place << ": "
        << finding.detail << (finding.repaired ? " (repaired)" : "") << "\n";
  }
  uint64_t all = report.notes + report.damaged + report.lost;
  if (all > report.findings.size()) {
    out << "… and " << all - report.findings.size() << " more\n";
  }
  out << report.rows << " rows, " << report.versions << " versions of objects, " << report.files
      << " data files, " << report.bytes << " bytes checked\n"
      << report.damaged << " damaged, " << report.lost << " lost, " << report.notes << " notes, "
      << report.repaired << " repaired\n"
      << (report.whole() ? "The store is whole.\n" : "The store is not whole.\n");
}

text::Json ToJson(uint64_t number) { return text::Json(static_cast<int64_t>(number)); }

void ShowJson(const store::CheckReport& report, std::ostream& out) {
  text::Json::Array findings;
  for (const store::Finding& finding : report.findings) {
    text::Json item;
    item["level"] = NameOf(finding.level);
    item["kind"] = finding.kind;
    item["place"] = finding.place;
    item["detail"] = finding.detail;
    item["repaired"] = finding.repaired;
    findings.push_back(std::move(item));
  }
  text::Json json;
  json["whole"] = report.whole();
  json["rows"] = ToJson(report.rows);
  json["versions"] = ToJson(report.versions);
  json["files"] = ToJson(report.files);
  json["bytes"] = ToJson(report.bytes);
  json["notes"] = ToJson(report.notes);
  json["damaged"] = ToJson(report.damaged);
  json["lost"] = ToJson(report.lost);
  json["repaired"] = ToJson(report.repaired);
  json["findings"] = std::move(findings);
  out << text::FormatJson(json) << "\n";
}

}  // namespace

CLI::App* StoreCommand::AddAction(CLI::App& group, const char* name, const char* description) {
  CLI::App* action = group.add_subcommand(name, description);
  action->footer(kFooter);
  action->add_option("--data-dir", data_dir_, "The server's directory, of a store without --drive");
  action->add_option("--drive", drives_, "A drive of the store (repeatable, in any order)")
      ->allow_extra_args(false);
  action->add_option("--output", output_, "text or json")
      ->check(CLI::IsMember({"text", "json"}))
      ->capture_default_str();
  return action;
}

CLI::App* StoreCommand::AddTo(CLI::App& app) {
  CLI::App* group = app.add_subcommand("store", "Check or mend a store that no server has open");
  group->require_subcommand(1);
  AddAction(*group, "verify",
            "Read everything, check every row, reference and block, and change nothing");
  repair_ = AddAction(*group, "repair",
                      "The same, and put right what can be: shards, replicas of the index, files "
                      "that nothing refers to. What is lost is reported and stays in its place");
  return group;
}

int StoreCommand::Run(std::ostream& out, std::ostream& err) {
  const char* name = repair_->parsed() ? "penstock store repair: " : "penstock store verify: ";
  if (data_dir_.empty() == drives_.empty()) {
    err << name << "give either --data-dir, or every --drive of the store\n";
    return 2;
  }
  store::StoreOptions options;
  options.directory = data_dir_ + "/store";
  if (drives_.size() == 1) options.directory = drives_.front();
  if (drives_.size() > 1) options.drives.directories = drives_;
  auto files = sys::MakePosixFileSystem();
  auto logger = base::MakeStderrLogger(base::LogLevel::kError, /*json=*/false);
  auto report = store::CheckStore(options, *files, *logger, repair_->parsed());
  if (!report) {
    err << name << report.error().message() << "\n";
    return 1;
  }
  if (output_ == "json") {
    ShowJson(*report, out);
  } else {
    ShowText(*report, out);
  }
  return CodeOf(*report);
}

}  // namespace penstock::cli
