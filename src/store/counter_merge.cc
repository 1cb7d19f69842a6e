// SPDX-License-Identifier: Apache-2.0
#include "store/counter_merge.h"

#include <string>
#include <string_view>

#include "store/record_codec.h"
#include "store/records.h"

namespace penstock::store {
namespace {

base::Result<UsageRecord> Open(std::string_view row, const rocksdb::Slice& value) {
  std::string record = value.ToString();
  PENSTOCK_RETURN_IF_ERROR(Unseal(row, record));
  return UsageRecord::Decode(record);
}

class CounterMerge final : public rocksdb::AssociativeMergeOperator {
 public:
  // False, which RocksDB takes for a damaged database, where either is not a sealed usage record.
  bool Merge(const rocksdb::Slice& key, const rocksdb::Slice* existing, const rocksdb::Slice& value,
             std::string* sum, rocksdb::Logger*) const override {
    std::string_view row(key.data(), key.size());
    auto added = Open(row, value);
    if (!added) return false;
    if (existing != nullptr) {
      auto before = Open(row, *existing);
      if (!before) return false;
      added->Add(*before);
    }
    *sum = added->Encode();
    Seal(row, *sum);
    return true;
  }
  const char* Name() const override { return "penstock.counters"; }
};

}  // namespace

std::shared_ptr<rocksdb::MergeOperator> MakeCounterMerge() {
  return std::make_shared<CounterMerge>();
}

}  // namespace penstock::store
