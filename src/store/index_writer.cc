// SPDX-License-Identifier: Apache-2.0
#include "store/index_writer.h"

#include "store/row_key.h"

namespace penstock::store {

using base::Status;

Status IndexWriter::Commit(IndexBatch& batch, const std::vector<uint64_t>& new_files) {
  Status ready = RecoverIfBroken();
  if (!ready) {
    data_.Remove(new_files);  // the batch was never tried, so nothing can refer to them
    return ready;
  }
  if (!new_files.empty()) data_.QueueHealing(new_files, batch);
  Status committed = index_.Commit(batch);
  if (committed) return committed;
  broken_ = true;
  // The index refuses writes after any trouble of its own, such as a flush that met a full disk
  // some time ago. If that is over by now, this write need not fail for it. (Where too few drives
  // took it, it is not to be made twice: recovering settles what becomes of it.)
  if (!batch.may_be_there() && RecoverIfBroken()) {
    committed = index_.Commit(batch);
    if (committed) return committed;
    broken_ = true;
  }
  std::lock_guard lock(mutex_);
  doubtful_.insert(doubtful_.end(), new_files.begin(), new_files.end());
  return committed;
}

Status IndexWriter::RecoverIfBroken() {
  if (!broken_) return {};
  std::lock_guard lock(mutex_);
  if (!broken_) return {};
  PENSTOCK_RETURN_IF_ERROR(index_.Recover());
  std::vector<uint64_t> unreferenced;
  for (uint64_t file : doubtful_) {
    PENSTOCK_TRY(auto row, index_.Get(row_key::File(file)));
    if (!row) unreferenced.push_back(file);
  }
  data_.Remove(unreferenced);
  doubtful_.clear();
  broken_ = false;
  logger_.Warning("the store's index can be written again");
  return {};
}

}  // namespace penstock::store
