// SPDX-License-Identifier: Apache-2.0
#include <memory>

#include <CLI/CLI.hpp>

#include "cli/admin_groups.h"
#include "cli/inventory_csv.h"

namespace penstock::cli {
namespace {

struct InventoryWords {
  std::string bucket;
  std::string prefix;
  bool current = false;
  InventoryColumns columns;
};

std::string QueryOf(const InventoryWords& words) {
  std::string query = "prefix=" + Segment(words.prefix);
  if (words.current) query += "&current=true";
  if (words.columns.tags) query += "&with=tags";
  if (words.columns.checksums) query += "&with=checksums";
  if (words.columns.metadata) query += "&with=metadata";
  return query;
}

// Page by page, so that neither side holds more than one.
base::Status ShowInventory(AdminSession& session, const InventoryWords& words) {
  const std::string path = "/buckets/" + Segment(words.bucket) + "/inventory";
  const std::string query = QueryOf(words);
  std::string place;
  for (bool first = true, more = true; more; first = false) {
    PENSTOCK_TRY(text::Json page, session.client().Send("GET", path, nullptr, query + place));
    if (first && !session.json()) session.Print(InventoryHeader(words.columns));
    const text::Json* versions = page.Find("versions");
    if (versions == nullptr || !versions->is_array()) {
      return base::Fail(base::Code::kDataLoss, "the server's answer has no versions");
    }
    for (const text::Json& version : versions->as_array()) {
      session.Print(session.json() ? text::FormatJson(version) + "\n"
                                   : InventoryRow(version, words.columns));
    }
    more = page.BoolOr("truncated", false);
    place = "&after_key=" + Segment(page.StringOr("next_key", "")) +
            "&after_version=" + Segment(page.StringOr("next_version", ""));
  }
  return {};
}

}  // namespace

void AddInventoryCommand(AdminMenu& menu) {
  auto words = std::make_shared<InventoryWords>();
  CLI::App& inventory = menu.AddCommand(
      menu.admin(), "inventory",
      "List all versions and delete markers of a bucket: CSV, or with --output json a line of JSON "
      "each",
      [words](AdminSession& session) { return ShowInventory(session, *words); });
  inventory.add_option("BUCKET", words->bucket, "The bucket's name")->required();
  inventory.add_option("--prefix", words->prefix, "Only keys that begin so");
  inventory.add_flag("--current", words->current,
                     "Only the newest version of each key, and no delete markers");
  inventory.add_flag("--tags", words->columns.tags, "With tags");
  inventory.add_flag("--checksums", words->columns.checksums, "With additional checksums");
  inventory.add_flag("--metadata", words->columns.metadata,
                     "With content type and the metadata of users");
}

}  // namespace penstock::cli
