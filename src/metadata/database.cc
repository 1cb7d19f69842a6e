// SPDX-License-Identifier: Apache-2.0
#include "metadata/database.h"

#include <condition_variable>
#include <mutex>
#include <utility>
#include <vector>

#include "metadata/connection.h"
#include "metadata/log_sync.h"
#include "metadata/migrations.h"
#include "metadata/transaction.h"

namespace penstock::metadata {
namespace {

using base::Result;
using base::Status;

constexpr size_t kMostReaders = 8;

// Parsed once for each connection: these run with everything.
Status RunPrepared(Connection& connection, const char* sql) {
  PENSTOCK_TRY(Statement statement, connection.Prepare(sql));
  return statement.Run();
}

// Runs the body between BEGIN and COMMIT; whatever fails is rolled back.
Status InTransaction(Connection& connection, const char* begin,
                     const std::function<Status(Transaction&)>& body) {
  PENSTOCK_RETURN_IF_ERROR(RunPrepared(connection, begin));
  Transaction transaction(connection);
  Status done = body(transaction);
  if (done) done = RunPrepared(connection, "COMMIT");
  // After some failures SQLite has rolled back by itself, and ROLLBACK then fails: no matter.
  if (!done) (void)RunPrepared(connection, "ROLLBACK");
  connection.TrimStatements();
  return done;
}

class SqliteDatabase final : public Database {
 public:
  SqliteDatabase(std::string path, std::unique_ptr<Connection> writer)
      : path_(std::move(path)), writer_(std::move(writer)), log_sync_(path_ + "-wal") {
    writer_->CollectChanges();
  }

  Status Write(const std::function<Status(Transaction&)>& body) override {
    return Commit(body, true);
  }

  Status WriteSoon(const std::function<Status(Transaction&)>& body) override {
    PENSTOCK_RETURN_IF_ERROR(Commit(body, false));
    log_sync_.Ask();
    return {};
  }

  ChangeFeed& changes() override { return changes_; }

  Status Read(const std::function<Status(Transaction&)>& body) override {
    PENSTOCK_TRY(auto reader, TakeReader());
    Status done = InTransaction(*reader, "BEGIN", body);
    ReturnReader(std::move(reader));
    return done;
  }

 private:
  Status Commit(const std::function<Status(Transaction&)>& body, bool wait_for_disk) {
    std::lock_guard lock(writer_mutex_);
    if (log_sync_.failed()) PENSTOCK_RETURN_IF_ERROR(RewriteLog());
    if (wait_for_disk != waits_for_disk_) {
      PENSTOCK_RETURN_IF_ERROR(writer_->Execute(wait_for_disk ? "PRAGMA synchronous=FULL"
                                                              : "PRAGMA synchronous=NORMAL"));
      waits_for_disk_ = wait_for_disk;
    }
    Status done = InTransaction(*writer_, "BEGIN IMMEDIATE", body);
    std::vector<RowChange> changes = writer_->TakeChanges();
    if (done) changes_.Publish(changes);
    return done;
  }

  // After a failed sync: all that the log holds goes into the database file, and a new log begins.
  Status RewriteLog() {
    PENSTOCK_TRY(Statement checkpoint, writer_->Prepare("PRAGMA wal_checkpoint(TRUNCATE)"));
    PENSTOCK_TRY(bool row, checkpoint.Step());
    if (!row || checkpoint.Integer(0) != 0) {
      return base::Fail(base::Code::kUnavailable,
                        "the disk has failed to keep the database's log; trying to write it anew");
    }
    log_sync_.Mended();
    return {};
  }

  // An idle reader, a new one while there are few, or the next that comes back.
  Result<std::unique_ptr<Connection>> TakeReader() {
    std::unique_lock lock(readers_mutex_);
    reader_returned_.wait(lock, [&] { return !idle_.empty() || readers_ < kMostReaders; });
    if (!idle_.empty()) {
      auto reader = std::move(idle_.back());
      idle_.pop_back();
      return reader;
    }
    auto opened = Connection::Open(path_);
    if (opened) ++readers_;
    return opened;
  }

  void ReturnReader(std::unique_ptr<Connection> reader) {
    std::lock_guard lock(readers_mutex_);
    idle_.push_back(std::move(reader));
    reader_returned_.notify_one();
  }

  const std::string path_;
  ChangeFeed changes_;
  std::mutex writer_mutex_;
  std::unique_ptr<Connection> writer_;
  bool waits_for_disk_ = true;  // as Connection::Open has set it
  LogSync log_sync_;
  std::mutex readers_mutex_;
  std::condition_variable reader_returned_;
  std::vector<std::unique_ptr<Connection>> idle_;
  size_t readers_ = 0;
};

}  // namespace

Result<std::unique_ptr<Database>> Database::Open(const std::string& path) {
  PENSTOCK_TRY(auto writer, Connection::Open(path));
  PENSTOCK_RETURN_IF_ERROR(Migrate(*writer));
  return std::make_unique<SqliteDatabase>(path, std::move(writer));
}

}  // namespace penstock::metadata
