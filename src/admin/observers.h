// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "s3/request_record.h"

namespace penstock::admin {

// Tells several observers, in their order. Filled before the first request.
class Observers final : public s3::RequestObserver {
 public:
  void Add(s3::RequestObserver& observer) { observers_.push_back(&observer); }
  void Began() override {
    for (s3::RequestObserver* observer : observers_) observer->Began();
  }
  void Ended(const s3::RequestRecord& record) override {
    for (s3::RequestObserver* observer : observers_) observer->Ended(record);
  }

 private:
  std::vector<s3::RequestObserver*> observers_;
};

}  // namespace penstock::admin
