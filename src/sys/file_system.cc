// SPDX-License-Identifier: Apache-2.0
#include "sys/file_system.h"

namespace penstock::sys {

using base::Code;
using base::Fail;

base::Result<std::string> ReadFile(FileSystem& files, const std::string& path, size_t limit) {
  PENSTOCK_TRY(std::unique_ptr<File> file, files.OpenForRead(path));
  PENSTOCK_TRY(uint64_t size, file->Size());
  if (size > limit) {
    return Fail(Code::kResourceExhausted, path + " has " + std::to_string(size) +
                                              " bytes, more than the " + std::to_string(limit) +
                                              " expected");
  }
  std::string text(size, '\0');
  PENSTOCK_RETURN_IF_ERROR(file->ReadAt(0, text));
  return text;
}

base::Status WriteFileAtomically(FileSystem& files, const std::string& path,
                                 std::string_view text) {
  std::string temporary = path + ".new";
  if (files.Exists(temporary)) PENSTOCK_RETURN_IF_ERROR(files.Remove(temporary));
  {
    PENSTOCK_TRY(std::unique_ptr<File> file, files.Create(temporary));
    PENSTOCK_RETURN_IF_ERROR(file->WriteAt(0, text));
    PENSTOCK_RETURN_IF_ERROR(file->Sync());
  }
  PENSTOCK_RETURN_IF_ERROR(files.Rename(temporary, path));
  return files.SyncDirectory(ParentDirectory(path));
}

std::string ParentDirectory(const std::string& path) {
  size_t slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

}  // namespace penstock::sys
