// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "keys/key_ring.h"
#include "sys/file_system.h"

namespace penstock::keys {

// Master keys as text: one a line, 32 bytes in base64, newest first; empty lines and those that
// begin with '#' do not count. kInvalidArgument with the line's number, and never what it says.
base::Result<std::vector<crypto::Secret>> ParseMasterKeys(std::string_view text);

// Master keys in a file of their owner alone (0600). A file that the operator names must be there.
class MasterKeyFile final : public MasterKeySource {
 public:
  MasterKeyFile(sys::FileSystem& files, std::string path, bool must_exist)
      : files_(files), path_(std::move(path)), must_exist_(must_exist) {}

  base::Result<std::vector<crypto::Secret>> Load() override;
  base::Status Save(const std::vector<crypto::Secret>& keys) override;
  std::string place() const override { return path_; }

 private:
  sys::FileSystem& files_;
  std::string path_;
  bool must_exist_;
};

// Master keys from a variable of the environment, with commas or line breaks between them.
class MasterKeyVariable final : public MasterKeySource {
 public:
  MasterKeyVariable(std::string name, crypto::Secret text)
      : name_(std::move(name)), text_(std::move(text)) {}

  base::Result<std::vector<crypto::Secret>> Load() override;
  base::Status Save(const std::vector<crypto::Secret>& keys) override;
  std::string place() const override { return "the variable " + name_; }

 private:
  std::string name_;
  crypto::Secret text_;
};

}  // namespace penstock::keys
