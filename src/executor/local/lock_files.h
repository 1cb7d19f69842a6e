// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace penstock::executor {

// Texts of locks by their digest, one file each in a folder. They are small, and stay when the
// environments that they describe go, since tasks of the past name them. Thread-safe.
class LockFiles {
 public:
  explicit LockFiles(std::string directory) : directory_(std::move(directory)) {}

  // Keeps the text and gives its id: 64 hexadecimal digits.
  base::Result<std::string> Keep(std::string_view text);
  // kNotFound for what is no id, too.
  base::Result<std::string> Read(const std::string& id) const;
  std::string PathOf(const std::string& id) const { return directory_ + "/" + id + ".txt"; }

 private:
  const std::string directory_;
};

}  // namespace penstock::executor
