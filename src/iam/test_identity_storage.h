// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "iam/identity_storage.h"

namespace penstock::iam {

// For tests: keeps in memory, and fails when told to.
class MemoryStorage final : public IdentityStorage {
 public:
  base::Result<std::map<std::string, std::string>> LoadAll() override { return texts; }
  base::Status Put(std::string_view name, std::string_view text) override {
    if (full) return base::Fail(base::Code::kResourceExhausted, "the disk is full");
    texts[std::string(name)] = text;
    return {};
  }
  base::Status Remove(std::string_view name) override {
    if (full) return base::Fail(base::Code::kResourceExhausted, "the disk is full");
    texts.erase(std::string(name));
    return {};
  }

  std::map<std::string, std::string> texts;
  bool full = false;
};

}  // namespace penstock::iam
