// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace penstock::ir {

// Where in a pipeline something stands: "root.dag.tasks.save.inputs". A chain of segments on the
// stack, so that naming places costs nothing until one is needed in a message. Every place must
// outlive the places made below it.
class Place {
 public:
  explicit Place(std::string_view name, const Place* parent = nullptr)
      : name_(name), parent_(parent) {}
  // An element of a list: parent[3].
  Place(size_t index, const Place* parent) : parent_(parent), index_(index) {}

  std::string ToString() const;

 private:
  std::string_view name_;
  const Place* parent_ = nullptr;
  size_t index_ = kNoIndex;

  static constexpr size_t kNoIndex = static_cast<size_t>(-1);
};

// The first thing found wrong with a pipeline. Readers and checks report here and go on with empty
// values, which keeps them short; whoever started them asks for the status at the end.
class Problem {
 public:
  void Report(const Place& place, std::string_view message);
  bool found() const { return !status_.has_value(); }
  const base::Status& status() const { return status_; }

 private:
  base::Status status_;
};

}  // namespace penstock::ir
