// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/result.h"
#include "metadata/change_feed.h"

namespace penstock::metadata {

class Transaction;  // transaction.h: statements of one write; used inside metadata/ only

// The SQLite file that holds everything but object bytes: pipelines, experiments, runs, tasks,
// artifacts. WAL mode with synchronous=FULL, so that a committed write survives power loss, but for
// what says that it need not. Writers take turns; readers run beside them on connections of their
// own. Thread-safe.
class Database {
 public:
  // Opens or creates the file and brings its schema up to date (migrations.h).
  static base::Result<std::unique_ptr<Database>> Open(const std::string& path);
  virtual ~Database() = default;

  // Runs `body` in one transaction: committed where it succeeds, undone where it fails. What the
  // tables write in it becomes visible all at once.
  virtual base::Status Write(const std::function<base::Status(Transaction&)>& body) = 0;
  // The same without waiting for the disk. It survives the end of the process; a power loss within
  // the next tenth of a second may undo it together with all such writes after it, and none before.
  // Every Write takes to disk what came before it (docs/decisions/0044-progress-and-power.md).
  virtual base::Status WriteSoon(const std::function<base::Status(Transaction&)>& body) {
    return Write(body);
  }
  // Which runs and tasks the committed writes have changed.
  virtual ChangeFeed& changes() = 0;
  // Runs `body` on a consistent snapshot.
  virtual base::Status Read(const std::function<base::Status(Transaction&)>& body) = 0;
};

}  // namespace penstock::metadata
