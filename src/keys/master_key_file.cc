// SPDX-License-Identifier: Apache-2.0
#include "keys/master_key_file.h"

#include <algorithm>

#include "base/encoding.h"
#include "crypto/aead.h"

namespace penstock::keys {
namespace {

using base::Code;
using base::Fail;
using base::Result;
using base::Status;
using crypto::Secret;

constexpr size_t kMaxFileBytes = 64 << 10;
constexpr std::string_view kHead =
    "# Penstock's master key for encryption, newest first. Keep a copy of this file somewhere "
    "safe,\n"
    "# apart from the drives: without it nothing that is encrypted with the store's keys can be "
    "read.\n";

}  // namespace

Result<std::vector<Secret>> ParseMasterKeys(std::string_view text) {
  std::vector<Secret> keys;
  for (int number = 1; !text.empty(); ++number) {
    size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = base::Trim(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty() || line.front() == '#') continue;
    auto raw = base::Base64Decode(line);
    if (!raw || raw->size() != crypto::kAeadKeyBytes) {
      return Fail(Code::kInvalidArgument, "line " + std::to_string(number) +
                                              " is not a master key: 32 random bytes in base64, as "
                                              "'openssl rand -base64 32' makes them");
    }
    keys.push_back(Secret::Take(std::move(*raw)));
  }
  return keys;
}

Result<std::vector<Secret>> MasterKeyFile::Load() {
  if (!files_.Exists(path_)) {
    if (!must_exist_) return std::vector<Secret>();
    return Fail(Code::kInvalidArgument,
                "the master key file " + path_ +
                    " is missing; 'openssl rand -base64 32' makes the contents of a first one");
  }
  PENSTOCK_TRY(std::string read, sys::ReadFile(files_, path_, kMaxFileBytes));
  Secret text = Secret::Take(std::move(read));
  auto keys = ParseMasterKeys(text.bytes());
  if (!keys) return Fail(std::move(keys).error().Wrap(path_));
  if (keys->empty()) {
    return Fail(Code::kInvalidArgument, path_ + " has no master key: put it back from a backup");
  }
  return keys;
}

Status MasterKeyFile::Save(const std::vector<Secret>& keys) {
  std::string text(kHead);
  for (const Secret& key : keys) text += base::Base64Encode(key.bytes()) + "\n";
  Status written = sys::WriteFileAtomically(files_, path_, text);
  crypto::Wipe(text.data(), text.size());
  if (!written) {
    return Fail(Code::kFailedPrecondition,
                "the master key cannot be kept: " + written.error().message());
  }
  return {};
}

Result<std::vector<Secret>> MasterKeyVariable::Load() {
  std::string lines(text_.bytes());
  std::replace(lines.begin(), lines.end(), ',', '\n');
  Secret wiped = Secret::Take(std::move(lines));
  auto keys = ParseMasterKeys(wiped.bytes());
  if (!keys) return Fail(std::move(keys).error().Wrap(name_));
  if (keys->empty()) return Fail(Code::kInvalidArgument, name_ + " is set and has no master key");
  return keys;
}

Status MasterKeyVariable::Save(const std::vector<Secret>&) {
  return Fail(Code::kFailedPrecondition,
              "the master key comes from " + name_ +
                  ": to rotate it, set that to the new key, a comma and the former key, and start "
                  "the server again; after that the former key can be left out");
}

}  // namespace penstock::keys
