// SPDX-License-Identifier: Apache-2.0
// Streams of changes, logs while they grow, the bytes of artifacts and /metrics.
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kfp/api_metrics.h"
#include "kfp/byte_range.h"
#include "kfp/live_streams.h"
#include "kfp/log_search.h"
#include "kfp/test_api.h"

namespace penstock::kfp {
namespace {

using metadata::RuntimeState;
using testing::HasSubstr;
using testing::Not;

class LiveTest : public testing::Test {
 protected:
  void SetUp() override {
    run_ = api_.CreateRun("r");
    metadata::Task task;
    task.id = "t1";
    task.run_id = run_;
    task.name = task.display_name = "step";
    task.state = RuntimeState::kRunning;
    task.attempt = 1;
    task.created_at = api_.clock.Now();
    api_.Store(task);
    api_.executor.logs[run_ + "/t1/1"] = "one\nTwo\nthree two\n";
    log_ = "/apis/v2beta1/tasks/t1/log";
  }

  RecordedResponse Range(const std::string& range) {
    net::Headers headers;
    headers.Set("Range", range);
    return api_.Send("GET", log_, "", headers);
  }
  void EndTask() {
    ASSERT_TRUE(api_.metadata().database.Write([&](metadata::Transaction& tx) -> base::Status {
      PENSTOCK_TRY(auto tasks, api_.metadata().tasks.ListByRun(tx, run_));
      tasks[0].state = RuntimeState::kSucceeded;
      tasks[0].finished_at = api_.clock.Now();
      return api_.metadata().tasks.Update(tx, tasks[0]);
    }));
  }

  TestApi api_;
  std::string run_;
  std::string log_;
};

TEST_F(LiveTest, AWatchedRunIsShownAndFollowedToItsEnd) {
  std::thread later([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    EndTask();
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    EXPECT_TRUE(api_.engine->SetState(run_, RuntimeState::kSucceeded));
  });
  auto response = api_.Get("/apis/v2beta1/runs/" + run_ + ":watch");
  later.join();
  EXPECT_EQ(response.status(), 200);
  EXPECT_EQ(response.header("Content-Type"), "text/event-stream");
  const std::string& body = response.body();
  EXPECT_THAT(body, HasSubstr("event: task\ndata: {"));
  EXPECT_THAT(body, HasSubstr(R"("state":"RUNNING")"));
  EXPECT_LT(body.find(R"("state":"RUNNING")"), body.find(R"("state":"SUCCEEDED")"));
  EXPECT_THAT(body, HasSubstr("event: end\ndata: {\"reason\":\"FINISHED\"}\n\n"));
  EXPECT_THAT(body, Not(HasSubstr("pipeline_spec")));
  EXPECT_EQ(api_.Get("/apis/v2beta1/runs/nope:watch").status(), 404);
}

TEST_F(LiveTest, AWatchEndsWithTheRunItself) {
  EXPECT_TRUE(api_.engine->SetState(run_, RuntimeState::kFailed));
  std::thread later([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    EXPECT_TRUE(api_.engine->SetState(run_, RuntimeState::kFailed));
  });
  EXPECT_THAT(api_.Get("/apis/v2beta1/runs/" + run_ + ":watch").body(), HasSubstr("event: end"));
  later.join();
}

TEST_F(LiveTest, AllRunsAreWatchedUntilTheServerStops) {
  std::thread later([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    EXPECT_TRUE(api_.engine->SetState(run_, RuntimeState::kSucceeded));
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    api_.StopHandler();
  });
  auto response = api_.Get("/apis/v2beta1/events");
  later.join();
  EXPECT_THAT(response.body(), HasSubstr("event: run\ndata: {"));
  EXPECT_THAT(response.body(), HasSubstr(run_));
  EXPECT_EQ(api_.Get("/apis/v2beta1/events").status(), 503);
}

TEST_F(LiveTest, LogsAreSentWhollyOrInRanges) {
  auto whole = api_.Get(log_);
  EXPECT_EQ(whole.body(), "one\nTwo\nthree two\n");
  EXPECT_EQ(whole.header("Accept-Ranges"), "bytes");
  auto part = Range("bytes=4-6");
  EXPECT_EQ(part.status(), 206);
  EXPECT_EQ(part.body(), "Two");
  EXPECT_EQ(part.header("Content-Range"), "bytes 4-6/18");
  EXPECT_EQ(Range("bytes=-4").body(), "two\n");
  EXPECT_EQ(Range("bytes=14-").body(), "two\n");
  EXPECT_EQ(Range("bytes=0-99").body(), whole.body());
  EXPECT_EQ(Range("lines=1-2").status(), 200);
  auto beyond = Range("bytes=18-");
  EXPECT_EQ(beyond.status(), 416);
  EXPECT_EQ(beyond.header("Content-Range"), "bytes */18");
  EXPECT_EQ(api_.Get(log_ + "?attempt=0").status(), 404);
  EXPECT_EQ(api_.Get(log_ + "?attempt=x").status(), 400);
  EXPECT_EQ(api_.Get(log_ + "?follow=x").status(), 400);
}

TEST_F(LiveTest, LogsAreFollowedUntilTheTaskEnds) {
  std::thread later([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    EndTask();
  });
  auto response = api_.Get(log_ + "?follow=true");
  later.join();
  EXPECT_EQ(response.body(), "one\nTwo\nthree two\n");
}

TEST_F(LiveTest, LogsAreSearched) {
  auto found = api_.Get(log_ + ":search?text=TWO");
  EXPECT_EQ(found.body(), R"({"lines":3,"matches":[{"line":2,"offset":"4","text":"Two"},)"
                          R"({"line":3,"offset":"8","text":"three two"}],"total_size":2})");
  EXPECT_EQ(api_.Get(log_ + ":search?text=four").body(), R"({"lines":3})");
  EXPECT_EQ(api_.Get(log_ + ":search").status(), 400);
  EXPECT_EQ(api_.Get(log_ + "?search=two").body(), "Two\nthree two\n");
}

TEST_F(LiveTest, LogsThatTheExecutorHasNoMoreAreReadFromWhereTheyWerePublished) {
  metadata::Task task;
  task.id = "t2";
  task.run_id = run_;
  task.state = RuntimeState::kFailed;
  task.attempt = 1;
  task.details = text::ParseJson(R"({"log_uri":"minio://b/l1","attempts":[)"
                                 R"({"attempt":0,"log_uri":"minio://b/l0"}]})")
                     .value();
  api_.Store(task);
  api_.artifacts.objects["minio://b/l0"] = "first try\n";
  api_.artifacts.objects["minio://b/l1"] = "second try\n";
  EXPECT_EQ(api_.Get("/apis/v2beta1/tasks/t2/log").body(), "second try\n");
  EXPECT_EQ(api_.Get("/apis/v2beta1/tasks/t2/log?attempt=0").body(), "first try\n");
  EXPECT_EQ(api_.Get("/apis/v2beta1/tasks/t2/log?attempt=7").status(), 404);
  EXPECT_EQ(api_.Get("/apis/v2beta1/tasks/t2/log?search=TRY").body(), "second try\n");
  EXPECT_EQ(api_.Get("/apis/v2beta1/tasks/t2/log?follow=true").body(), "second try\n");
  api_.artifacts.objects.erase("minio://b/l1");
  EXPECT_EQ(api_.Get("/apis/v2beta1/tasks/t2/log").status(), 404);
}

TEST_F(LiveTest, ArtifactsAreReadByTheirNameInATask) {
  metadata::Artifact artifact;
  artifact.id = "a1";
  artifact.uri = "minio://b/model";
  artifact.size = 5;
  api_.Store(artifact, {"a1", "t1", run_, metadata::ArtifactUse::kOutput, "model", 0});
  api_.artifacts.objects["minio://b/model"] = "bytes";
  const std::string node = "/apis/v2beta1/runs/" + run_ + "/nodes/t1/artifacts/";
  EXPECT_EQ(api_.Get(node + "model:read").body(), R"({"data":"Ynl0ZXM="})");
  EXPECT_EQ(api_.Get(node + "main-logs:read").body(), R"({"data":"b25lClR3bwp0aHJlZSB0d28K"})");
  auto missing = api_.Get(node + "other:read");
  EXPECT_EQ(missing.status(), 404);
  EXPECT_EQ(missing.Text("error_message"), "Task t1 has no artifact other");
  EXPECT_EQ(api_.Get("/apis/v2beta1/runs/x/nodes/t1/artifacts/model:read").status(), 404);
}

TEST_F(LiveTest, NumbersAreTold) {
  ApiMetrics metrics(api_.backend());
  metrics.Start();
  EndTask();
  EXPECT_TRUE(api_.engine->SetState(run_, RuntimeState::kSucceeded));
  const std::string wanted = "penstock_runs_finished_total{state=\"SUCCEEDED\"} 1";
  std::string text;
  for (int i = 0; i < 400 && text.find(wanted) == std::string::npos; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
    text = metrics.Write().value();
  }
  metrics.Stop();
  EXPECT_THAT(text, HasSubstr(wanted));
  EXPECT_THAT(text, HasSubstr("penstock_tasks_finished_total{state=\"SUCCEEDED\"} 1"));
  EXPECT_THAT(text, HasSubstr("penstock_runs{state=\"SUCCEEDED\"} 1"));
  auto page = api_.Get("/metrics");
  EXPECT_EQ(page.status(), 200);
  EXPECT_THAT(page.body(), HasSubstr("penstock_build_info"));
}

TEST(LogSearch, FindsLinesAcrossPieces) {
  LogSearch search("needle", 2);
  for (const char* piece : {"hay\nhay nee", "dle hay\n\nNEEDLE", "\nneedle"}) search.Feed(piece);
  search.Finish();
  EXPECT_EQ(search.count(), 3);
  EXPECT_EQ(search.lines(), 5);
  ASSERT_EQ(search.matches().size(), 2U);
  EXPECT_EQ(search.matches()[0].line, 2);
  EXPECT_EQ(search.matches()[0].offset, 4U);
  EXPECT_EQ(search.matches()[0].text, "hay needle hay");
  EXPECT_EQ(search.matches()[1].offset, 20U);
}

TEST(LogSearch, IsBounded) {
  LogSearch search("x", 10);
  std::string piece(size_t{1} << 20, 'x');
  for (int i = 0; i < 8; ++i) search.Feed(piece);
  search.Finish();
  EXPECT_EQ(search.matches().size(), 10U);
  EXPECT_EQ(search.matches()[0].text.size(), LogSearch::kShownOfLine);
}

TEST(ByteRange, ReadsTheFormsThereAre) {
  for (const char* field : {"", "bytes", "bytes=", "bytes=-", "bytes=5-4", "bytes=a-b",
                            "bytes=0-1,3-4", "items=0-1", "bytes=99999999999999999999-"}) {
    EXPECT_FALSE(ParseByteRange(field)) << field;
  }
  EXPECT_FALSE(ParseByteRange("bytes=-0")->Within(5));
  EXPECT_FALSE(ParseByteRange("bytes=0-")->Within(0));
  EXPECT_EQ(ParseByteRange("bytes=-9")->Within(5)->begin, 0U);
  EXPECT_EQ(ParseByteRange("bytes=1-18446744073709551615")->Within(5)->end, 5U);
}

TEST(LiveStreams, AreBounded) {
  LiveStreams streams;
  std::vector<LiveStreams::Place> places;
  for (int i = 0; i < LiveStreams::kMost; ++i) places.push_back(streams.Enter().value());
  EXPECT_EQ(streams.Enter().error().code(), base::Code::kResourceExhausted);
  places.pop_back();
  EXPECT_TRUE(streams.Enter());
  streams.Close();
  EXPECT_FALSE(streams.Wait(std::chrono::hours(1)));
  EXPECT_EQ(streams.Enter().error().code(), base::Code::kUnavailable);
}

}  // namespace
}  // namespace penstock::kfp
