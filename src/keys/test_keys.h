// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "keys/key_ring.h"

// What tests of key rings, here and in layers above, share. Not part of the library.
namespace penstock::keys {

// A ring's text in memory; fails when told to, with or without having saved.
class MemoryRingStorage final : public RingStorage {
 public:
  base::Result<std::optional<std::string>> Load() override { return text; }
  base::Status Save(std::string_view saved) override {
    if (fail_before) return base::Fail(base::Code::kInternal, "the drive is gone");
    text = std::string(saved);
    if (fail_after) return base::Fail(base::Code::kInternal, "the drive went");
    return {};
  }

  std::optional<std::string> text;
  bool fail_before = false;
  bool fail_after = false;
};

class MemoryMasterKeys final : public MasterKeySource {
 public:
  base::Result<std::vector<crypto::Secret>> Load() override { return keys; }
  base::Status Save(const std::vector<crypto::Secret>& saved) override {
    if (fail) return base::Fail(base::Code::kInternal, "the file is gone");
    keys = saved;
    return {};
  }
  std::string place() const override { return "memory"; }

  std::vector<crypto::Secret> keys;
  bool fail = false;
};

}  // namespace penstock::keys
