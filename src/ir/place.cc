// SPDX-License-Identifier: Apache-2.0
#include "ir/place.h"

namespace penstock::ir {

std::string Place::ToString() const {
  std::string text = parent_ == nullptr ? "" : parent_->ToString();
  if (index_ != kNoIndex) return text + "[" + std::to_string(index_) + "]";
  if (!text.empty() && !name_.empty()) text += '.';
  return text.append(name_);
}

void Problem::Report(const Place& place, std::string_view message) {
  if (found()) return;
  std::string where = place.ToString();
  std::string text = where.empty() ? std::string(message) : where + ": " + std::string(message);
  status_ = base::Fail(base::Code::kInvalidArgument, std::move(text));
}

}  // namespace penstock::ir
