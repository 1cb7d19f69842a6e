// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "store/index.h"
#include "store/records.h"
#include "store/store_check.h"

namespace penstock::store {

// Checks that rows can be read and belong together: every version has its content, every content
// and part its files, nothing is named twice or by nobody, and usage is what versions add up to.
class RowCheck {
 public:
  explicit RowCheck(CheckReport& report) : report_(report) {}

  // Each row of the index once, in any order.
  void Add(std::string_view row, std::string_view record);
  void AddDamaged(std::string_view row, const std::string& why);
  // A file whose bytes are lost: which objects that are is found out in the end.
  void AddLostFile(uint64_t file) { lost_files_.push_back(file); }
  // Compares; `index` is asked for the names of objects that something is wrong with. Rows that are
  // to be written to put sums right are put into the batch.
  base::Status Finish(const Index& index, IndexBatch& mend);

  bool has_damage() const { return damaged_; }
  bool HasFile(uint64_t file) const;  // after Finish()

 private:
  struct Reference {
    uint64_t number;
    uint64_t size;
    bool operator<(const Reference& other) const { return number < other.number; }
  };

  void AddVersion(std::string_view row, std::string_view record, bool newest);
  void AddContent(std::string_view row, std::string_view record);
  template <typename Record>
  void AddPlain(std::string_view row, std::string_view record);
  // Both sorted; returns the numbers that are named and not there, or there with another size.
  std::vector<uint64_t> Compare(const std::vector<Reference>& named,
                                const std::vector<Reference>& there, char kind);
  base::Status NameObjects(const Index& index, const std::vector<uint64_t>& contents);
  base::Result<std::vector<uint64_t>> ContentsOf(const Index& index,
                                                 const std::vector<uint64_t>& files);
  void CompareUsage(IndexBatch& mend);

  CheckReport& report_;
  bool damaged_ = false;
  std::vector<Reference> named_contents_, contents_, named_files_, files_;
  std::vector<uint64_t> lost_files_;
  std::vector<uint64_t> adopted_;  // files that await their objects; few
  std::map<uint64_t, UsageRecord> counted_, usage_;
};

// A row's key for a person: its letter, and the rest as text or hex digits.
std::string FormatRow(std::string_view row);

}  // namespace penstock::store
