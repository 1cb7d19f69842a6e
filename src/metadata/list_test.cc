// SPDX-License-Identifier: Apache-2.0
#include <cstdlib>
#include <filesystem>
#include <set>

#include <gtest/gtest.h>

#include "metadata/metadata_store.h"

namespace penstock::metadata {
namespace {

using base::FromMicros;

class ListTest : public testing::Test {
 protected:
  void SetUp() override {
    char pattern[] = "/tmp/penstock-list-XXXXXX";
    directory_ = mkdtemp(pattern);
    database_ = Database::Open(directory_ + "/m.db").value();
    store_ = std::make_unique<MetadataStore>(*database_);
  }
  void TearDown() override {
    store_.reset();
    database_.reset();
    std::filesystem::remove_all(directory_);
  }

  void AddRun(const std::string& id, int64_t second, RuntimeState state = RuntimeState::kSucceeded,
              const std::string& experiment = "e1") {
    metadata::Run run;
    run.id = id;
    run.experiment_id = experiment;
    run.display_name = "name of " + id;
    run.created_at = FromMicros(second * 1'000'000);
    run.state = state;
    if (IsFinal(state)) run.finished_at = FromMicros((second + 5) * 1'000'000);
    ASSERT_TRUE(database_->Write([&](Transaction& tx) { return store_->runs.Insert(tx, run); }));
  }

  void AddMetric(const std::string& run, const std::string& name, double value) {
    Task task;
    task.id = "task of " + run;
    task.run_id = run;
    Artifact artifact;
    artifact.id = "metrics of " + run;
    artifact.schema_title = "system.Metrics";
    artifact.metadata = {{name, value}};
    const ArtifactTask use{artifact.id, task.id, run, ArtifactUse::kOutput, "metrics", 0};
    ASSERT_TRUE(database_->Write([&](Transaction& tx) -> base::Status {
      PENSTOCK_RETURN_IF_ERROR(store_->tasks.Insert(tx, task));
      PENSTOCK_RETURN_IF_ERROR(store_->artifacts.Insert(tx, artifact));
      return store_->artifacts.InsertUse(tx, use);
    }));
  }

  void AddPipeline(const std::string& id, std::map<std::string, std::string> tags) {
    Pipeline pipeline;
    pipeline.id = id;
    pipeline.name = id;
    pipeline.tags = std::move(tags);
    ASSERT_TRUE(
        database_->Write([&](Transaction& tx) { return store_->pipelines.Insert(tx, pipeline); }));
  }

  std::vector<std::string> Filtered(const std::string& predicates) {
    ListQuery query;
    query.filter = "{\"predicates\":[" + predicates + "]}";
    auto page = store_->runs.List("", query);
    EXPECT_TRUE(page) << (page ? "" : page.error().message());
    std::vector<std::string> ids;
    if (page) {
      for (const metadata::Run& run : page->items) ids.push_back(run.id);
    }
    return ids;
  }

  std::string directory_;
  std::unique_ptr<Database> database_;
  std::unique_ptr<MetadataStore> store_;
};

TEST_F(ListTest, PagesThroughTiesInBothDirections) {
  for (int i = 0; i < 45; ++i) AddRun("r" + std::to_string(100 + i), 1000 + i / 10);
  for (const char* sort : {"", "created_at", "created_at desc", "finished_at desc", "name asc"}) {
    ListQuery query;
    query.page_size = 7;
    query.sort_by = sort;
    std::vector<std::string> seen;
    for (int page_number = 0; page_number < 10; ++page_number) {
      auto page = store_->runs.List("e1", query);
      ASSERT_TRUE(page) << page.error().message();
      EXPECT_EQ(page->total_size, 45);
      for (const metadata::Run& run : page->items) seen.push_back(run.id);
      query.page_token = page->next_page_token;
      if (query.page_token.empty()) break;
    }
    EXPECT_EQ(seen.size(), 45u) << sort;
    EXPECT_EQ(std::set<std::string>(seen.begin(), seen.end()).size(), 45u) << sort;
    bool descending = std::string(sort).find("desc") != std::string::npos;
    EXPECT_EQ(seen.front(), descending ? "r144" : "r100") << sort;
  }
}

TEST_F(ListTest, PagesThroughAbsentValues) {
  for (int i = 0; i < 9; ++i) {
    AddRun("r" + std::to_string(i), i, i % 2 == 0 ? RuntimeState::kRunning : RuntimeState::kFailed);
  }
  for (const char* sort : {"finished_at", "finished_at desc"}) {
    ListQuery query;
    query.page_size = 2;
    query.sort_by = sort;
    std::set<std::string> seen;
    do {
      auto page = store_->runs.List("", query);
      ASSERT_TRUE(page) << page.error().message();
      for (const metadata::Run& run : page->items) EXPECT_TRUE(seen.insert(run.id).second);
      query.page_token = page->next_page_token;
    } while (!query.page_token.empty());
    EXPECT_EQ(seen.size(), 9u) << sort;
  }
}

TEST_F(ListTest, SortsRunsByAMetric) {
  const double values[] = {0.5, 3, 0.25, -1};
  for (int i = 0; i < 6; ++i) {
    const std::string id = "r" + std::to_string(i);
    AddRun(id, i);
    if (i < 4) AddMetric(id, "loss", values[i]);
  }
  const std::pair<const char*, std::string> cases[] = {
      {"metric:it's_accurate", "r0 r1 r2 r3 r4 r5 "},  // nobody has it: the ids decide
      {"metric:loss desc", "r1 r0 r2 r3 r5 r4 "},
      {"metric:loss", "r4 r5 r3 r2 r0 r1 "},
  };
  for (const auto& [sort_by, expected] : cases) {
    ListQuery query;
    query.sort_by = sort_by;
    query.page_size = 2;
    std::string ids;
    do {
      auto page = store_->runs.List("", query);
      ASSERT_TRUE(page) << page.error().message();
      for (const metadata::Run& run : page->items) ids += run.id + " ";
      query.page_token = page->next_page_token;
    } while (!query.page_token.empty());
    EXPECT_EQ(ids, expected) << sort_by;
  }
}

TEST_F(ListTest, FiltersWithEveryOperation) {
  AddRun("a", 100);
  AddRun("b", 200, RuntimeState::kFailed);
  AddRun("c", 300, RuntimeState::kRunning, "e2");
  using Ids = std::vector<std::string>;
  EXPECT_EQ(Filtered(R"({"operation":1,"key":"id","stringValue":"b"})"), Ids{"b"});
  EXPECT_EQ(Filtered(R"({"operation":"NOT_EQUALS","key":"run_id","string_value":"b"})"),
            (Ids{"a", "c"}));
  EXPECT_EQ(Filtered(R"({"operation":"IN","key":"state",
                         "string_values":{"values":["FAILED","RUNNING"]}})"),
            (Ids{"b", "c"}));
  EXPECT_EQ(Filtered(R"({"operation":9,"key":"display_name","string_value":"of b"})"), Ids{"b"});
  const char* kMoment = R"("timestamp_value":"1970-01-01T00:03:20Z")";
  auto by_time = [&](int operation) {
    return Filtered("{\"operation\":" + std::to_string(operation) + R"(,"key":"created_at",)" +
                    kMoment + "}");
  };
  EXPECT_EQ(by_time(1), Ids{"b"});
  EXPECT_EQ(by_time(3), Ids{"c"});
  EXPECT_EQ(by_time(5), (Ids{"b", "c"}));
  EXPECT_EQ(by_time(6), Ids{"a"});
  EXPECT_EQ(by_time(7), (Ids{"a", "b"}));
  EXPECT_EQ(Filtered(R"({"operation":1,"key":"experiment_id","string_value":"e1"},
                        {"operation":1,"key":"state","string_value":"FAILED"})"),
            Ids{"b"});
}

TEST_F(ListTest, FiltersByTags) {
  AddPipeline("p1", {{"team", "red"}, {"stage", "one"}});
  AddPipeline("p2", {{"team", "blue"}});
  ListQuery query;
  query.filter = R"({"predicates":[{"operation":1,"key":"tags.team","string_value":"red"}]})";
  auto page = store_->pipelines.List(query);
  ASSERT_TRUE(page) << page.error().message();
  ASSERT_EQ(page->items.size(), 1u);
  EXPECT_EQ(page->items[0].id, "p1");
  EXPECT_EQ(page->items[0].tags.at("stage"), "one");
}

TEST_F(ListTest, RefusesWrongQueries) {
  AddRun("a", 1);
  auto fails = [&](ListQuery query) {
    auto page = store_->runs.List("", query);
    return !page && page.error().code() == base::Code::kInvalidArgument;
  };
  EXPECT_TRUE(fails({-1, "", "", ""}));
  EXPECT_TRUE(fails({0, "junk", "", ""}));
  EXPECT_TRUE(fails({0, "", "no_such_field", ""}));
  EXPECT_TRUE(fails({0, "", "name sideways", ""}));
  EXPECT_TRUE(fails({0, "", "id; DROP TABLE runs", ""}));
  EXPECT_TRUE(fails({0, "", "metric:", ""}));
  EXPECT_TRUE(fails({0, "", "metric:a\"b", ""}));
  EXPECT_TRUE(fails({0, "", "metric:a sideways", ""}));
  for (const char* filter :
       {"{", "[]", R"({"predicates":[{"operation":4,"key":"id","string_value":"a"}]})",
        R"({"predicates":[{"operation":1,"key":"nope","string_value":"a"}]})",
        R"({"predicates":[{"operation":8,"key":"id","string_value":"a"}]})",
        R"({"predicates":[{"operation":1,"key":"id","string_values":{"values":["a"]}}]})",
        R"({"predicates":[{"operation":9,"key":"id","int_value":1}]})",
        R"({"predicates":[{"operation":1,"key":"id"}]})",
        R"({"predicates":[{"operation":1,"key":"created_at","timestamp_value":"soon"}]})"}) {
    EXPECT_TRUE(fails({0, "", "", filter})) << filter;
  }
}

TEST_F(ListTest, RefusesATokenOfAnotherQuery) {
  for (int i = 0; i < 3; ++i) AddRun("r" + std::to_string(i), i);
  ListQuery query;
  query.page_size = 1;
  query.page_token = store_->runs.List("", query)->next_page_token;
  query.sort_by = "name desc";
  EXPECT_FALSE(store_->runs.List("", query));
}

TEST_F(ListTest, BoundsThePageSize) {
  ASSERT_TRUE(database_->Write([&](Transaction& tx) -> base::Status {
    for (int i = 0; i < 250; ++i) {
      metadata::Run run;
      run.id = "r" + std::to_string(i);
      PENSTOCK_RETURN_IF_ERROR(store_->runs.Insert(tx, run));
    }
    return {};
  }));
  EXPECT_EQ(store_->runs.List("", {0, "", "", ""})->items.size(), 20u);
  EXPECT_EQ(store_->runs.List("", {1000, "", "", ""})->items.size(), 200u);
}

// Many rows have the part, so the pages are made from a few of them. Each list is held against one
// of the same runs, which are asked for by their whole name.
TEST_F(ListTest, PagesThroughManyNamesOfAPart) {
  constexpr int kRuns = 14'000;
  ASSERT_TRUE(database_->Write([&](Transaction& tx) -> base::Status {
    uint32_t random = 1;
    for (int i = 0; i < kRuns; ++i) {
      random = random * 1664525 + 1013904223;
      metadata::Run run;
      run.id = "r" + std::to_string(i);
      run.experiment_id = random % 7 == 0 ? "e2" : "e1";
      run.display_name = i % 2 == 0 ? "even one" : "odd";
      run.created_at = FromMicros((i / 3 + random % 900) * 1'000'000);
      run.state = i % 50 == 0 ? RuntimeState::kFailed : RuntimeState::kSucceeded;
      run.archived = i % 11 == 0;
      PENSTOCK_RETURN_IF_ERROR(store_->runs.Insert(tx, run));
    }
    return {};
  }));
  const std::string fast = R"({"operation":"IS_SUBSTRING","key":"name","string_value":"EVEN"})";
  const std::string slow = R"({"operation":"EQUALS","key":"name","string_value":"even one"})";
  for (const char* more :
       {"", R"(,{"operation":"EQUALS","key":"storage_state","string_value":"AVAILABLE"})",
        R"(,{"operation":"EQUALS","key":"storage_state","string_value":"ARCHIVED"})",
        R"(,{"operation":"EQUALS","key":"state","string_value":"FAILED"})",
        R"(,{"operation":"EQUALS","key":"state","string_value":"SKIPPED"})",
        R"(,{"operation":"IS_SUBSTRING","key":"name","string_value":"n o"})"}) {
    for (const char* sort : {"", "created_at desc", "name desc", "id"}) {
      for (const char* experiment : {"", "e2"}) {
        SCOPED_TRACE(std::string(more) + " " + sort + " " + experiment);
        ListQuery quick, plain;
        quick.filter = "{\"predicates\":[" + fast + more + "]}";
        plain.filter = "{\"predicates\":[" + slow + more + "]}";
        quick.sort_by = plain.sort_by = sort;
        quick.page_size = plain.page_size = 150;
        for (int page = 0; page < 6; ++page) {
          auto got = store_->runs.List(experiment, quick);
          auto wanted = store_->runs.List(experiment, plain);
          ASSERT_TRUE(got && wanted);
          EXPECT_EQ(got->total_size, wanted->total_size);
          ASSERT_EQ(got->items.size(), wanted->items.size());
          for (size_t i = 0; i < got->items.size(); ++i) {
            ASSERT_EQ(got->items[i].id, wanted->items[i].id) << page << " " << i;
          }
          EXPECT_EQ(got->next_page_token.empty(), wanted->next_page_token.empty());
          if (got->next_page_token.empty()) break;
          quick.page_token = got->next_page_token;
          plain.page_token = wanted->next_page_token;
        }
      }
    }
  }
}

}  // namespace
}  // namespace penstock::metadata
