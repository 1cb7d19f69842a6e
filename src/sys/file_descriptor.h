// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "sys/file_system.h"

namespace penstock::sys {

// What a File may be besides: one that the operating system knows by a number.
class HasDescriptor {
 public:
  virtual ~HasDescriptor() = default;
  virtual int descriptor() const = 0;  // as long as the file is open
};

// No value for a file that a test makes up.
inline std::optional<int> DescriptorOf(const File& file) {
  const auto* known = dynamic_cast<const HasDescriptor*>(&file);
  if (known == nullptr) return std::nullopt;
  return known->descriptor();
}

}  // namespace penstock::sys
