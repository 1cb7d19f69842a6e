// SPDX-License-Identifier: Apache-2.0
#include "store/drive.h"

#include <algorithm>
#include <charconv>
#include <string_view>

#include "store/object_store.h"

namespace penstock::store {
namespace {

using base::Code;
using base::Fail;
using base::Result;
using base::Status;

constexpr std::string_view kStamp = "penstock-store ";
constexpr std::string_view kSeveral = " one of several\n";
constexpr size_t kMaxStampBytes = 256;

Status CheckNoData(const DrivePaths& paths, DriveFiles& data) {
  for (int shard = 0; shard < DataFiles::kShards; ++shard) {
    PENSTOCK_TRY(auto found, data.List(shard));
    if (!found.empty()) {
      return Fail(Code::kFailedPrecondition,
                  paths.data + " has data files, but the store's stamp " + paths.format +
                      " is missing; restore it, and " + paths.index + ", from where they went");
    }
  }
  return {};
}

}  // namespace

Status CheckStamp(const std::string& path, std::string_view text, DriveKind kind) {
  int version = 0;
  std::string_view number = text.substr(std::min(kStamp.size(), text.size()));
  auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), version);
  std::string_view rest = number.substr(static_cast<size_t>(end - number.data()));
  bool known = rest == "\n" || rest == kSeveral;
  if (!text.starts_with(kStamp) || error != std::errc() || !known || version < 1) {
    return Fail(Code::kFailedPrecondition, path + " is not the stamp of a Penstock store");
  }
  if (version > kFormatVersion) {
    return Fail(Code::kFailedPrecondition,
                path + " says that the store has format " + std::to_string(version) +
                    ", written by a newer Penstock; this one knows formats up to " +
                    std::to_string(kFormatVersion));
  }
  if (kind == DriveKind::kAlone && rest == kSeveral) {
    return Fail(Code::kFailedPrecondition,
                path +
                    " says that this is one of several drives of a store; give all of them, "
                    "each with --drive");
  }
  if (kind == DriveKind::kOneOfSeveral && rest != kSeveral) {
    return Fail(Code::kFailedPrecondition,
                path +
                    " says that this is a store by itself; it cannot become one of several "
                    "drives. Give empty directories, and copy its objects over");
  }
  return {};
}

Result<bool> PrepareDrive(sys::FileSystem& files, const DrivePaths& paths, DriveFiles& data) {
  if (files.Exists(paths.format)) {
    PENSTOCK_TRY(std::string text, sys::ReadFile(files, paths.format, kMaxStampBytes));
    PENSTOCK_RETURN_IF_ERROR(CheckStamp(paths.format, text));
    return false;
  }
  PENSTOCK_RETURN_IF_ERROR(files.MakeDirectories(paths.data));
  PENSTOCK_RETURN_IF_ERROR(data.MakeDirectories());
  PENSTOCK_RETURN_IF_ERROR(CheckNoData(paths, data));
  PENSTOCK_RETURN_IF_ERROR(files.MakeDirectories(paths.index));
  PENSTOCK_RETURN_IF_ERROR(files.SyncDirectory(paths.root));
  PENSTOCK_RETURN_IF_ERROR(files.SyncDirectory(sys::ParentDirectory(paths.root)));
  return true;
}

Status StampDrive(sys::FileSystem& files, const DrivePaths& paths, DriveKind kind) {
  std::string text = std::string(kStamp) + std::to_string(kFormatVersion);
  text += kind == DriveKind::kAlone ? std::string_view("\n") : kSeveral;
  return sys::WriteFileAtomically(files, paths.format, text);
}

}  // namespace penstock::store
