// SPDX-License-Identifier: Apache-2.0
#include "kfp/package_file.h"

#include "base/encoding.h"
#include "kfp/archive.h"
#include "kfp/call.h"
#include "kfp/inflate.h"

namespace penstock::kfp {
namespace {

using base::Code;
using base::Fail;
using base::Result;

constexpr size_t kMaxTarBytes = size_t{64} << 20;

bool IsPipelineName(std::string_view name) {
  std::string lower = base::ToLower(name);
  return lower.ends_with(".yaml") || lower.ends_with(".yml") || lower.ends_with(".json");
}

std::string_view BaseName(std::string_view path) {
  size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

Result<std::string> ReadPipeline(const std::vector<ArchiveEntry>& entries) {
  if (entries.empty()) return Fail(Code::kInvalidArgument, "the archive holds no file");
  const ArchiveEntry* chosen = &entries.front();
  for (const ArchiveEntry& entry : entries) {
    if (BaseName(entry.name) != "pipeline.yaml") continue;
    chosen = &entry;
    break;
  }
  if (!IsPipelineName(chosen->name)) {
    return Fail(Code::kInvalidArgument, "the archive's first file is '" + chosen->name +
                                            "': it must end in .yaml, .yml or .json, or there "
                                            "must be a file called pipeline.yaml");
  }
  return ReadEntry(*chosen, kMaxPackageBytes);
}

}  // namespace

Result<std::string> ReadPackageFile(std::string_view filename, std::string_view content) {
  if (content.empty()) return Fail(Code::kInvalidArgument, "the uploaded file is empty");
  if (IsPipelineName(filename)) return std::string(content);
  if (content.starts_with("PK\x03\x04") || content.starts_with("PK\x05\x06")) {
    PENSTOCK_TRY(auto entries, ListZip(content));
    return ReadPipeline(entries);
  }
  if (content.starts_with("\x1f\x8b")) {
    PENSTOCK_TRY(std::string tar, Gunzip(content, kMaxTarBytes));
    PENSTOCK_TRY(auto entries, ListTar(tar));
    return ReadPipeline(entries);
  }
  return Fail(Code::kInvalidArgument, "'" + std::string(filename) +
                                          "' is no pipeline package: upload a .yaml, .yml or .json "
                                          "file, or a .zip or .tar.gz archive of one");
}

}  // namespace penstock::kfp
