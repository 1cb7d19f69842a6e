// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <memory>
#include <thread>
#include <utility>

#include "base/result.h"
#include "store/drive_index.h"

namespace penstock::store {

// One drive's copy of the index. Shared by those who read it, so that one that is dropped stays
// open until the last of them is done.
struct Replica {
  int position = 0;
  std::unique_ptr<DriveIndex> index;
};

// A thread that commits to a replica, so that all drives sync at the same time and one that hangs
// holds up nobody for ever. One batch at a time; for one caller at a time.
class ReplicaWriter {
 public:
  explicit ReplicaWriter(std::shared_ptr<Replica> replica);
  // Waits for the thread, unless its drive hangs: then it is left behind and ends when the drive
  // lets it.
  ~ReplicaWriter();
  ReplicaWriter(const ReplicaWriter&) = delete;
  ReplicaWriter& operator=(const ReplicaWriter&) = delete;

  Replica& replica() const;
  const std::shared_ptr<Replica>& shared_replica() const;

  // Begins to commit; Await() tells the outcome. kDeadlineExceeded where there is none by then: the
  // drive hangs, and this object is good for nothing but being destroyed.
  void Begin(IndexBatch batch);
  base::Status Await(std::chrono::steady_clock::time_point deadline);

 private:
  struct Shared;
  static void Run(const std::shared_ptr<Shared>& shared);

  std::shared_ptr<Shared> shared_;
  std::thread thread_;
};

}  // namespace penstock::store
