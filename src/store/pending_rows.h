// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "store/index.h"

namespace penstock::store {

// The index's rows with changes over them that are not committed yet: who changes a key several
// times in one batch sees what he did before. For one thread at a time.
class PendingRows {
 public:
  explicit PendingRows(const Index& index) : index_(index) {}

  base::Result<std::optional<std::string>> Get(std::string_view row) const;

  struct Row {
    std::string row;
    std::string record;
  };
  // The first of the rows in [begin, end).
  base::Result<std::optional<Row>> First(std::string_view begin, std::string_view end) const;

  void Put(std::string row, std::string record) { changes_[std::move(row)] = std::move(record); }
  void Delete(std::string row) { changes_[std::move(row)] = std::nullopt; }

  bool empty() const { return changes_.empty(); }
  // Leaves none here.
  void MoveTo(IndexBatch& batch);

 private:
  const Index& index_;
  std::map<std::string, std::optional<std::string>, std::less<>> changes_;
};

}  // namespace penstock::store
