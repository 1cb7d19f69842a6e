// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/log.h"
#include "base/result.h"
#include "store/object_store.h"
#include "sys/file_system.h"

namespace penstock::store {

enum class FindingLevel {
  kNote,    // what a crash or a lost drive leaves, and what the store sees to by itself
  kDamage,  // can be put right with what is there
  kLoss,    // rows or bytes that nothing here gives back
};

struct Finding {
  FindingLevel level = FindingLevel::kNote;
  std::string kind;   // a word for programs: "damaged-row", "missing-file", …
  std::string place;  // a drive, a row, a file, or bucket/key of an object
  std::string detail;
  bool repaired = false;
};

struct CheckReport {
  static constexpr size_t kMaxFindings = 10'000;

  uint64_t rows = 0;
  uint64_t versions = 0;  // of objects, delete markers too
  uint64_t files = 0;
  uint64_t bytes = 0;  // read and checked, shards of parity too
  uint64_t notes = 0;
  uint64_t damaged = 0;
  uint64_t lost = 0;
  uint64_t repaired = 0;
  uint64_t repaired_damage = 0;   // of these, what was damage
  std::vector<Finding> findings;  // the first of them

  void Add(Finding finding);
  // Nothing is left to be put right.
  bool whole() const { return damaged == repaired_damage && lost == 0; }
};

// Reads everything that a store has, and checks every row, reference and block. With `repair` it
// also mends what can be mended: missing and damaged shards, replicas of the index that differ,
// files that nothing refers to, sums that are wrong; what is lost stays in its place and is
// reported. Without, nothing is changed. kFailedPrecondition where a server has the store open.
base::Result<CheckReport> CheckStore(const StoreOptions& options, sys::FileSystem& files,
                                     base::Logger& logger, bool repair);

}  // namespace penstock::store
