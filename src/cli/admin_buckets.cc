// SPDX-License-Identifier: Apache-2.0
#include <memory>

#include <CLI/CLI.hpp>

#include "cli/admin_groups.h"

namespace penstock::cli {
namespace {

struct BucketWords {
  std::string bucket;
  std::string status;
  std::string mode;
  int days = 0;
  int years = 0;
  bool versioning = false;
  bool object_lock = false;
};
using Words = std::shared_ptr<BucketWords>;

const std::vector<Field> kBucketLines = {{"Name", "name"},
                                         {"Created", "created_at"},
                                         {"Owner", "owner"},
                                         {"Versioning", "versioning"},
                                         {"Object lock", "object_lock"},
                                         {"Default retention", "default_retention"},
                                         {"Settings", "settings"},
                                         {"Quota in bytes", "quota.bytes"},
                                         {"Quota in versions", "quota.versions"},
                                         {"Objects", "usage.objects"},
                                         {"Versions", "usage.versions"},
                                         {"Delete markers", "usage.delete_markers"},
                                         {"Bytes", "usage.bytes"}};

std::string PathOf(const BucketWords& words, const std::string& part = "") {
  return "/buckets/" + Segment(words.bucket) + part;
}

void AddBucketWord(CLI::App& command, const Words& words) {
  command.add_option("BUCKET", words->bucket, "The bucket's name")->required();
}

base::Status ShowBucket(AdminSession& session, std::string_view method, const std::string& path,
                        const text::Json& body = nullptr) {
  PENSTOCK_TRY(text::Json answer, session.client().Send(method, path, body));
  session.ShowRecord(answer, kBucketLines);
  return {};
}

base::Status ListBuckets(AdminSession& session) {
  PENSTOCK_TRY(text::Json all, session.FetchAll("/buckets", "buckets", "name"));
  session.ShowTable(all, "buckets",
                    {{"NAME", "name"},
                     {"CREATED", "created_at"},
                     {"OBJECTS", "usage.objects"},
                     {"VERSIONS", "usage.versions"},
                     {"BYTES", "usage.bytes"}});
  return {};
}

void AddCreate(AdminMenu& menu, CLI::App& group) {
  auto words = std::make_shared<BucketWords>();
  CLI::App& create = menu.AddCommand(group, "create", "Make a bucket", [words](auto& session) {
    text::Json body{text::Json::Object{}};
    if (words->versioning) body["versioning"] = true;
    if (words->object_lock) body["object_lock"] = true;
    return ShowBucket(session, "PUT", PathOf(*words), body);
  });
  AddBucketWord(create, words);
  create.add_flag("--versioning", words->versioning, "Keep former versions");
  create.add_flag("--object-lock", words->object_lock,
                  "Let versions be locked; turns versioning on too, and cannot be undone");
}

void AddRemove(AdminMenu& menu, CLI::App& group) {
  auto words = std::make_shared<BucketWords>();
  CLI::App& remove = menu.AddCommand(
      group, "remove", "Remove an empty bucket", [words](AdminSession& session) -> base::Status {
        PENSTOCK_TRY(text::Json answer, session.client().Send("DELETE", PathOf(*words)));
        session.ShowDone(answer, "bucket " + words->bucket + " is removed");
        return {};
      });
  AddBucketWord(remove, words);
}

void AddInfo(AdminMenu& menu, CLI::App& group) {
  auto words = std::make_shared<BucketWords>();
  CLI::App& info = menu.AddCommand(
      group, "info", "Show a bucket, its settings and what it holds",
      [words](AdminSession& session) { return ShowBucket(session, "GET", PathOf(*words)); });
  AddBucketWord(info, words);
}

void AddVersioning(AdminMenu& menu, CLI::App& group) {
  auto words = std::make_shared<BucketWords>();
  CLI::App& versioning = menu.AddCommand(
      group, "versioning", "Enable or suspend versioning", [words](AdminSession& session) {
        text::Json body;
        body["status"] = words->status;
        return ShowBucket(session, "PUT", PathOf(*words, "/versioning"), body);
      });
  AddBucketWord(versioning, words);
  versioning.add_option("STATUS", words->status, "enabled or suspended")
      ->required()
      ->check(CLI::IsMember({"enabled", "suspended"}));
}

void AddLock(AdminMenu& menu, CLI::App& group) {
  auto words = std::make_shared<BucketWords>();
  CLI::App& lock = menu.AddCommand(
      group, "lock", "Turn object lock on and set the retention that new versions get",
      [words](AdminSession& session) {
        text::Json body{text::Json::Object{}};
        if (!words->mode.empty()) body["mode"] = words->mode;
        if (words->days > 0) body["days"] = words->days;
        if (words->years > 0) body["years"] = words->years;
        return ShowBucket(session, "PUT", PathOf(*words, "/lock"), body);
      });
  lock.footer(
      "Without --mode new versions get no retention; object lock itself stays on for ever.");
  AddBucketWord(lock, words);
  CLI::Option* mode = lock.add_option("--mode", words->mode,
                                      "governance (may be lifted by those who are allowed to) or "
                                      "compliance (lifted by nobody)")
                          ->check(CLI::IsMember({"governance", "compliance"}));
  CLI::Option* days = lock.add_option("--days", words->days)->check(CLI::PositiveNumber);
  CLI::Option* years = lock.add_option("--years", words->years)->check(CLI::PositiveNumber);
  days->needs(mode)->excludes(years);
  years->needs(mode);
}

base::Status ShowQuota(AdminSession& session, std::string_view method, const BucketWords& words,
                       const text::Json& body = nullptr) {
  PENSTOCK_TRY(text::Json answer, session.client().Send(method, PathOf(words, "/quota"), body));
  session.ShowRecord(answer, {{"Bucket", "bucket"},
                              {"Quota in bytes", "quota.bytes"},
                              {"Quota in versions", "quota.versions"},
                              {"Bytes", "usage.bytes"},
                              {"Versions", "usage.versions"}});
  return {};
}

}  // namespace

void AddBucketCommands(AdminMenu& menu) {
  CLI::App& group = menu.AddGroup("bucket", "Buckets, their versioning, locks and use");
  menu.AddCommand(group, "list", "List all buckets and what they hold", ListBuckets);
  AddCreate(menu, group);
  AddInfo(menu, group);
  AddRemove(menu, group);
  AddVersioning(menu, group);
  AddLock(menu, group);
}

void AddQuotaCommands(AdminMenu& menu) {
  CLI::App& group = menu.AddGroup("quota", "What a bucket may hold at most");
  auto words = std::make_shared<BucketWords>();
  auto bytes = std::make_shared<uint64_t>(0);
  auto versions = std::make_shared<uint64_t>(0);
  CLI::App& set = menu.AddCommand(group, "set", "Set a bucket's quota; writes beyond it fail",
                                  [=](AdminSession& session) {
                                    text::Json body{text::Json::Object{}};
                                    if (*bytes > 0) body["bytes"] = static_cast<int64_t>(*bytes);
                                    if (*versions > 0) {
                                      body["versions"] = static_cast<int64_t>(*versions);
                                    }
                                    return ShowQuota(session, "PUT", *words, body);
                                  });
  set.footer(
      "Example: penstock admin quota set photos --bytes 50GB\n"
      "All versions count, with the sizes that clients sent. KB, MB … are powers of 1024.");
  AddBucketWord(set, words);
  set.add_option("--bytes", *bytes, "Bytes in all versions together: 500000, 20MB, 1GB")
      ->transform(CLI::AsSizeValue(false));
  set.add_option("--versions", *versions, "Versions of all objects together");

  CLI::App& get =
      menu.AddCommand(group, "get", "Show a bucket's quota and how much of it is used",
                      [words](AdminSession& session) { return ShowQuota(session, "GET", *words); });
  AddBucketWord(get, words);
  CLI::App& clear = menu.AddCommand(
      group, "clear", "Take a bucket's quota away",
      [words](AdminSession& session) { return ShowQuota(session, "DELETE", *words); });
  AddBucketWord(clear, words);
}

}  // namespace penstock::cli
