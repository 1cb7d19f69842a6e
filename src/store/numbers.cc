// SPDX-License-Identifier: Apache-2.0
#include "store/numbers.h"

#include "store/record_codec.h"
#include "store/row_key.h"

namespace penstock::store {
namespace {

constexpr uint64_t kRun = 1 << 20;

}  // namespace

base::Result<std::unique_ptr<Numbers>> Numbers::Open(Index& index, IndexWriter& writer) {
  PENSTOCK_TRY(std::optional<std::string> record, index.Get(row_key::Meta("numbers")));
  uint64_t first = 1;
  if (record) {
    RecordReader in(*record);
    first = in.Varint();
    PENSTOCK_RETURN_IF_ERROR(in.Finish("numbers"));
  }
  std::unique_ptr<Numbers> numbers(new Numbers(writer, first));
  base::Status reserved = numbers->Reserve();
  // Too few drives to write: the first number that is asked for tries again.
  if (!reserved && reserved.error().code() != base::Code::kUnavailable) {
    return base::Fail(std::move(reserved).error());
  }
  return numbers;
}

base::Result<uint64_t> Numbers::Next() {
  std::lock_guard lock(mutex_);
  if (next_ == end_) PENSTOCK_RETURN_IF_ERROR(Reserve());
  return next_++;
}

base::Status Numbers::Reserve() {
  RecordWriter out;
  out.Varint(end_ + kRun);
  IndexBatch batch;
  batch.Put(row_key::Meta("numbers"), out.Take());
  PENSTOCK_RETURN_IF_ERROR(writer_.Commit(batch));
  end_ += kRun;
  return {};
}

}  // namespace penstock::store
