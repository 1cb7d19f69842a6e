// SPDX-License-Identifier: Apache-2.0
#include "metadata/database.h"

#include <condition_variable>
#include <mutex>
#include <utility>
#include <vector>

#include "metadata/connection.h"
#include "metadata/migrations.h"
#include "metadata/transaction.h"

namespace penstock::metadata {
namespace {

using base::Result;
using base::Status;

constexpr size_t kMostReaders = 8;

// Runs the body between BEGIN and COMMIT; whatever fails is rolled back.
Status InTransaction(Connection& connection, const char* begin,
                     const std::function<Status(Transaction&)>& body) {
  PENSTOCK_RETURN_IF_ERROR(connection.Execute(begin));
  Transaction transaction(connection);
  Status done = body(transaction);
  if (done) done = connection.Execute("COMMIT");
  // After some failures SQLite has rolled back by itself, and ROLLBACK then fails: no matter.
  if (!done) (void)connection.Execute("ROLLBACK");
  connection.TrimStatements();
  return done;
}

class SqliteDatabase final : public Database {
 public:
  SqliteDatabase(std::string path, std::unique_ptr<Connection> writer)
      : path_(std::move(path)), writer_(std::move(writer)) {
    writer_->CollectChanges();
  }

  Status Write(const std::function<Status(Transaction&)>& body) override {
    std::lock_guard lock(writer_mutex_);
    Status done = InTransaction(*writer_, "BEGIN IMMEDIATE", body);
    std::vector<RowChange> changes = writer_->TakeChanges();
    if (done) changes_.Publish(changes);
    return done;
  }

  ChangeFeed& changes() override { return changes_; }

  Status Read(const std::function<Status(Transaction&)>& body) override {
    PENSTOCK_TRY(auto reader, TakeReader());
    Status done = InTransaction(*reader, "BEGIN", body);
    ReturnReader(std::move(reader));
    return done;
  }

 private:
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
