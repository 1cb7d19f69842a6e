// SPDX-License-Identifier: Apache-2.0
#include "executor/local/lock_files.h"

#include "base/encoding.h"
#include "crypto/digest.h"
#include "sys/file_system.h"

namespace penstock::executor {
namespace {

using base::Code;
using base::Fail;
using base::Result;

constexpr size_t kIdDigits = 64;
constexpr size_t kMostBytes = size_t{16} << 20;

}  // namespace

Result<std::string> LockFiles::Keep(std::string_view text) {
  const std::string id = base::HexEncode(crypto::Sha256(text));
  auto files = sys::MakePosixFileSystem();
  PENSTOCK_RETURN_IF_ERROR(files->MakeDirectories(directory_));
  if (!files->Exists(PathOf(id))) {
    PENSTOCK_RETURN_IF_ERROR(sys::WriteFileAtomically(*files, PathOf(id), text));
  }
  return id;
}

Result<std::string> LockFiles::Read(const std::string& id) const {
  const bool plain =
      id.size() == kIdDigits && id.find_first_not_of("0123456789abcdef") == std::string::npos;
  if (!plain) return Fail(Code::kNotFound, "there is no such lock");
  auto files = sys::MakePosixFileSystem();
  auto text = sys::ReadFile(*files, PathOf(id), kMostBytes);
  if (!text && text.error().code() == Code::kNotFound) {
    return Fail(Code::kNotFound, "there is no lock '" + id + "'");
  }
  return text;
}

}  // namespace penstock::executor
