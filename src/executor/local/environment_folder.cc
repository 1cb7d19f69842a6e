// SPDX-License-Identifier: Apache-2.0
#include "executor/local/environment_folder.h"

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <system_error>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "executor/local/host_files.h"
#include "text/json.h"

namespace penstock::executor {
namespace {

using base::Code;
using base::Fail;
using base::Result;
using base::Status;
using text::Json;

bool WriteText(const std::string& path, const std::string& text) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file << text;
  file.flush();
  return file.good();
}

Json ToJson(const std::vector<std::string>& texts) {
  return Json(Json::Array(texts.begin(), texts.end()));
}

std::vector<std::string> TextsOf(const Json& about, const char* member) {
  std::vector<std::string> texts;
  const Json* list = about.Find(member);
  if (list == nullptr || !list->is_array()) return texts;
  for (const Json& text : list->as_array()) {
    if (text.is_string()) texts.push_back(text.as_string());
  }
  return texts;
}

}  // namespace

bool EnvironmentFolder::IsComplete() const {
  return ::access((path_ + "/complete").c_str(), F_OK) == 0;
}

std::optional<engine::EnvironmentInfo> EnvironmentFolder::Read() const {
  if (!IsComplete()) return std::nullopt;
  engine::EnvironmentInfo info;
  info.id = id_;
  auto about = text::ParseJson(ReadTextFile(path_ + "/about.json"));
  if (about && about->is_object()) {
    info.python = about->StringOr("python", "");
    info.interpreter = about->StringOr("interpreter", "");
    info.requirements = TextsOf(*about, "requirements");
    info.packages = TextsOf(*about, "packages");
    info.lock_id = about->StringOr("lock_id", "");
    info.size_bytes = static_cast<uint64_t>(about->IntegerOr("size_bytes", 0));
    info.created_at = base::FromMicros(about->IntegerOr("created_at_us", 0));
  }
  struct stat used;
  info.last_used_at = info.created_at;
  if (::stat((path_ + "/used").c_str(), &used) == 0) {
    info.last_used_at =
        base::FromMicros(used.st_mtim.tv_sec * 1'000'000 + used.st_mtim.tv_nsec / 1000);
  }
  return info;
}

Status EnvironmentFolder::MarkComplete(const engine::EnvironmentInfo& info) const {
  Json about;
  about["python"] = Json(info.python);
  about["interpreter"] = Json(info.interpreter);
  about["requirements"] = ToJson(info.requirements);
  about["packages"] = ToJson(info.packages);
  about["lock_id"] = Json(info.lock_id);
  about["size_bytes"] = Json(static_cast<int64_t>(info.size_bytes));
  about["created_at_us"] = Json(base::ToMicros(info.created_at));
  if (WriteText(path_ + "/about.json", text::FormatJson(about)) && WriteText(path_ + "/used", "") &&
      WriteText(path_ + "/complete", "")) {
    return {};
  }
  return Fail(Code::kResourceExhausted, "cannot write to " + path_);
}

void EnvironmentFolder::MarkUsed(base::Time now) const {
  const int64_t micros = base::ToMicros(now);
  const timespec time = {micros / 1'000'000, micros % 1'000'000 * 1000};
  const timespec times[2] = {time, time};
  ::utimensat(AT_FDCWD, (path_ + "/used").c_str(), times, 0);
}

Result<std::string> EnvironmentFolder::PutAside() const {
  const std::string aside = path_ + ".removed";
  ::unlink((path_ + "/complete").c_str());
  if (std::rename(path_.c_str(), aside.c_str()) == 0) return aside;
  return Fail(Code::kInternal,
              "cannot move " + path_ + ": " + std::generic_category().message(errno));
}

}  // namespace penstock::executor
