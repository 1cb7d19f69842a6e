// SPDX-License-Identifier: Apache-2.0
#include "metadata/metadata_store.h"

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <thread>

#include <gtest/gtest.h>
#include <signal.h>
#include <sqlite3.h>
#include <sys/wait.h>
#include <unistd.h>

#include "metadata/changed_tasks.h"
#include "metadata/log_sync.h"

namespace penstock::metadata {
namespace {

using base::Code;
using base::FromMicros;
using base::Status;

class MetadataStoreTest : public testing::Test {
 protected:
  void SetUp() override {
    char pattern[] = "/tmp/penstock-metadata-XXXXXX";
    directory_ = mkdtemp(pattern);
    path_ = directory_ + "/m.db";
    Reopen();
  }
  void TearDown() override {
    store_.reset();
    database_.reset();
    std::filesystem::remove_all(directory_);
  }
  void Reopen() {
    store_.reset();
    database_.reset();
    database_ = Database::Open(path_).value();
    store_ = std::make_unique<MetadataStore>(*database_);
  }
  Status Write(const std::function<Status(Transaction&)>& body) { return database_->Write(body); }

  std::string directory_;
  std::string path_;
  std::unique_ptr<Database> database_;
  std::unique_ptr<MetadataStore> store_;
};

Run SomeRun(const std::string& id) {
  metadata::Run run;
  run.id = id;
  run.experiment_id = "e";
  run.display_name = "run";
  run.spec_json = "{}";
  run.parameters = {{"n", 3}, {"s", "x"}};
  run.created_at = FromMicros(1);
  run.state_history = {{FromMicros(1), RuntimeState::kPending, ""}};
  return run;
}

TEST_F(MetadataStoreTest, KeepsWhatIsWrittenSoon) {
  for (int i = 0; i < 200; ++i) {
    auto body = [&](Transaction& tx) {
      return store_->runs.Insert(tx, SomeRun("r" + std::to_string(i)));
    };
    ASSERT_TRUE(i % 3 == 0 ? database_->Write(body) : database_->WriteSoon(body));
  }
  auto twice = [&](Transaction& tx) { return store_->runs.Insert(tx, SomeRun("r7")); };
  EXPECT_FALSE(database_->WriteSoon(twice));
  Reopen();
  for (int i = 0; i < 200; ++i) EXPECT_TRUE(store_->runs.Get("r" + std::to_string(i)));
}

TEST(LogSync, TellsThatTheDiskHasRefused) {
  LogSync missing("/tmp/no-such-folder/m.db-wal");
  missing.Ask();
  LogSync refused("/tmp");  // cannot be written
  refused.Ask();
  while (!refused.failed()) std::this_thread::yield();
  EXPECT_FALSE(missing.failed());
  refused.Mended();
  refused.Ask();
  while (!refused.failed()) std::this_thread::yield();
}

TEST_F(MetadataStoreTest, KeepsExperiments) {
  Experiment experiment{"e1", "first", "what", FromMicros(5), std::nullopt, false};
  ASSERT_TRUE(Write([&](Transaction& tx) { return store_->experiments.Insert(tx, experiment); }));
  Status doubled = Write([&](Transaction& tx) {
    Experiment other = experiment;
    other.id = "e2";
    return store_->experiments.Insert(tx, other);
  });
  ASSERT_FALSE(doubled);
  EXPECT_EQ(doubled.error().code(), Code::kAlreadyExists);
  experiment.archived = true;
  experiment.last_run_created_at = FromMicros(9);
  ASSERT_TRUE(Write([&](Transaction& tx) { return store_->experiments.Update(tx, experiment); }));
  Reopen();
  Experiment kept = store_->experiments.Get("e1").value();
  EXPECT_TRUE(kept.archived);
  EXPECT_EQ(kept.last_run_created_at, FromMicros(9));
  EXPECT_EQ(store_->experiments.FindByName("first").value()->id, "e1");
  EXPECT_FALSE(store_->experiments.FindByName("none").value().has_value());
  auto missing = store_->experiments.Get("zz");
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().message(), "Experiment zz not found");
}

TEST_F(MetadataStoreTest, KeepsPipelinesAndTheirVersions) {
  Pipeline pipeline{"p", "pipe", "Pipe", "", FromMicros(1), {}};
  PipelineVersion version;
  version.id = "v1";
  version.pipeline_id = "p";
  version.name = "one";
  version.created_at = FromMicros(1);
  ASSERT_TRUE(Write([&](Transaction& tx) -> Status {
    PENSTOCK_RETURN_IF_ERROR(store_->pipelines.Insert(tx, pipeline));
    return store_->pipelines.InsertVersion(tx, version);
  }));
  version.id = "v2";
  EXPECT_EQ(Write([&](Transaction& tx) { return store_->pipelines.InsertVersion(tx, version); })
                .error()
                .code(),
            Code::kAlreadyExists);
  version.name = "two";
  version.created_at = FromMicros(2);
  ASSERT_TRUE(Write([&](Transaction& tx) { return store_->pipelines.InsertVersion(tx, version); }));
  EXPECT_EQ(store_->pipelines.NewestVersion("p").value()->id, "v2");
  Status blocked = Write([&](Transaction& tx) { return store_->pipelines.Delete(tx, "p"); });
  ASSERT_FALSE(blocked);
  EXPECT_EQ(blocked.error().code(), Code::kFailedPrecondition);
  ASSERT_TRUE(Write([&](Transaction& tx) -> Status {
    PENSTOCK_RETURN_IF_ERROR(store_->pipelines.DeleteVersionsOf(tx, "p"));
    return store_->pipelines.Delete(tx, "p");
  }));
  EXPECT_FALSE(store_->pipelines.Get("p"));
  version.pipeline_id = "gone";
  EXPECT_EQ(Write([&](Transaction& tx) { return store_->pipelines.InsertVersion(tx, version); })
                .error()
                .code(),
            Code::kNotFound);
}

TEST_F(MetadataStoreTest, KeepsRunsTasksAndArtifacts) {
  Task task;
  task.id = "t";
  task.run_id = "r";
  task.name = "train";
  task.kind = TaskKind::kLoop;
  task.outputs = {{"Output", text::Json::Array{1, 2.5, "x"}}};
  Artifact artifact{"a", "model", "system.Model", "0.0.1", "minio://b/k", {{"k", 1}}, FromMicros(3),
                    12,  true};
  ASSERT_TRUE(Write([&](Transaction& tx) -> Status {
    PENSTOCK_RETURN_IF_ERROR(store_->runs.Insert(tx, SomeRun("r")));
    PENSTOCK_RETURN_IF_ERROR(store_->tasks.Insert(tx, task));
    PENSTOCK_RETURN_IF_ERROR(store_->artifacts.Insert(tx, artifact));
    return store_->artifacts.InsertUse(tx, {"a", "t", "r", ArtifactUse::kOutput, "model", 0});
  }));
  task.state = RuntimeState::kSucceeded;
  task.exit_code = 0;
  task.fingerprint = "f";
  task.finished_at = FromMicros(8);
  ASSERT_TRUE(Write([&](Transaction& tx) { return store_->tasks.Update(tx, task); }));
  Reopen();
  EXPECT_EQ(store_->runs.Get("r")->parameters.at("n").as_integer(), 3);
  Task kept = store_->tasks.Get("t").value();
  EXPECT_EQ(kept.kind, TaskKind::kLoop);
  EXPECT_EQ(kept.exit_code, 0);
  EXPECT_EQ(text::FormatJson(kept.outputs.at("Output")), "[1,2.5,\"x\"]");
  EXPECT_EQ(store_->tasks.FindDone(task.run_id, "f").value().front().id, "t");
  EXPECT_TRUE(store_->tasks.FindDone("another", "f").value().empty());
  EXPECT_EQ(store_->artifacts.ListByRun("r")->at(0).size, 12);
  EXPECT_EQ(store_->artifacts.ListUsesByTask("t")->at(0).key, "model");

  ASSERT_TRUE(Write([&](Transaction& tx) { return store_->runs.Delete(tx, "r"); }));
  EXPECT_TRUE(store_->tasks.ListByRun("r")->empty());
  EXPECT_TRUE(store_->artifacts.ListUsesByRun("r")->empty());
  EXPECT_TRUE(store_->artifacts.Get("a"));
  EXPECT_EQ(Write([&](Transaction& tx) { return store_->runs.Delete(tx, "r"); }).error().code(),
            Code::kNotFound);
}

TEST_F(MetadataStoreTest, ReadsOnlyTheTasksThatHaveChanged) {
  Task task;
  task.run_id = "r";
  ASSERT_TRUE(Write([&](Transaction& tx) -> Status {
    PENSTOCK_RETURN_IF_ERROR(store_->runs.Insert(tx, SomeRun("r")));
    for (const char* id : {"a", "b"}) {
      task.id = id;
      PENSTOCK_RETURN_IF_ERROR(store_->tasks.Insert(tx, task));
    }
    return {};
  }));
  const auto read = [&](const std::vector<std::string>& known) {
    return ReadChangedTasks(store_->database, "r", known).value();
  };
  std::vector<std::string> stamps;
  for (const TaskRow& row : read({})) {
    EXPECT_TRUE(row.task);
    stamps.push_back(row.stamp);
  }
  for (const TaskRow& row : read(stamps)) EXPECT_FALSE(row.task);
  task.finished_at = FromMicros(1);
  ASSERT_TRUE(Write([&](Transaction& tx) { return store_->tasks.Update(tx, task); }));
  const auto rows = read(stamps);
  EXPECT_FALSE(rows[0].task);
  ASSERT_TRUE(rows[1].task);
  EXPECT_EQ(rows[1].task->finished_at, FromMicros(1));
  EXPECT_NE(rows[1].stamp, stamps[1]);
}

TEST_F(MetadataStoreTest, UndoesAWriteThatFailsHalfWay) {
  Status failed = Write([&](Transaction& tx) -> Status {
    PENSTOCK_RETURN_IF_ERROR(store_->runs.Insert(tx, SomeRun("r")));
    return base::Fail(Code::kAborted, "changed my mind");
  });
  EXPECT_EQ(failed.error().code(), Code::kAborted);
  EXPECT_FALSE(store_->runs.Get("r"));
}

TEST_F(MetadataStoreTest, ListsUnfinishedRunsOldestFirst) {
  for (int i = 0; i < 4; ++i) {
    metadata::Run run = SomeRun("r" + std::to_string(i));
    run.created_at = FromMicros(10 - i);
    if (i == 2) run.state = RuntimeState::kFailed;
    ASSERT_TRUE(Write([&](Transaction& tx) { return store_->runs.Insert(tx, run); }));
  }
  EXPECT_EQ(store_->runs.UnfinishedIds().value(), (std::vector<std::string>{"r3", "r1", "r0"}));
}

TEST_F(MetadataStoreTest, ServesReadersBesideAWriter) {
  std::atomic<bool> done{false};
  std::atomic<int> reads{0};
  std::vector<std::thread> readers;
  for (int i = 0; i < 4; ++i) {
    readers.emplace_back([&] {
      while (!done) {
        auto page = store_->runs.List("", {});
        EXPECT_TRUE(page);
        ++reads;
      }
    });
  }
  for (int i = 0; i < 50; ++i) {
    EXPECT_TRUE(Write([&](Transaction& tx) {
      return store_->runs.Insert(tx, SomeRun("r" + std::to_string(i)));
    }));
  }
  done = true;
  for (std::thread& reader : readers) reader.join();
  EXPECT_GT(reads, 0);
  EXPECT_EQ(store_->runs.List("", {})->total_size, 50);
}

TEST_F(MetadataStoreTest, RefusesANewerSchema) {
  database_.reset();
  sqlite3* handle = nullptr;
  ASSERT_EQ(sqlite3_open(path_.c_str(), &handle), SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(handle, "PRAGMA user_version=999", nullptr, nullptr, nullptr), SQLITE_OK);
  sqlite3_close(handle);
  auto opened = Database::Open(path_);
  ASSERT_FALSE(opened);
  EXPECT_NE(opened.error().message().find("999"), std::string::npos);
}

TEST_F(MetadataStoreTest, KeepsEveryAcknowledgedWriteWhenKilled) {
  store_.reset();
  database_.reset();
  int pipe_ends[2];
  ASSERT_EQ(pipe(pipe_ends), 0);
  pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    auto database = Database::Open(path_).value();
    RunTable runs(*database);
    for (int i = 0;; ++i) {
      Status done = database->Write(
          [&](Transaction& tx) { return runs.Insert(tx, SomeRun("r" + std::to_string(i))); });
      if (!done || write(pipe_ends[1], "x", 1) != 1) _exit(1);
    }
  }
  close(pipe_ends[1]);
  int acknowledged = 0;
  char byte = 0;
  while (acknowledged < 25 && read(pipe_ends[0], &byte, 1) == 1) ++acknowledged;
  kill(child, SIGKILL);
  while (read(pipe_ends[0], &byte, 1) == 1) ++acknowledged;
  waitpid(child, nullptr, 0);
  close(pipe_ends[0]);
  Reopen();
  for (int i = 0; i < acknowledged; ++i) {
    EXPECT_TRUE(store_->runs.Get("r" + std::to_string(i))) << i << " of " << acknowledged;
  }
}

}  // namespace
}  // namespace penstock::metadata
