// SPDX-License-Identifier: Apache-2.0
#include "kfp/object_triggers.h"

#include <cstdlib>
#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kfp/arrived_objects.h"
#include "kfp/object_trigger_message.h"
#include "kfp/object_watcher.h"
#include "kfp/test_api.h"
#include "sys/file_system.h"

namespace penstock::kfp {
namespace {

constexpr char kAll[] = "/apis/v2beta1/triggers";

class ObjectTriggersTest : public testing::Test {
 protected:
  ObjectTriggersTest() : pipeline_(api_.UploadPipeline("p")) {}

  std::string Body(const std::string& more = "") {
    return R"({"display_name":"t","bucket":"in","suffix":".csv","pipeline_version_reference":)"
           R"({"pipeline_id":")" +
           pipeline_ + R"("},"runtime_config":{"parameters":{"a":1}})" + more + "}";
  }
  std::string Create(const std::string& body) {
    auto response = api_.Post(kAll, body);
    EXPECT_EQ(response.status(), 200) << response.body();
    return response.Text("trigger_id");
  }
  std::vector<metadata::Run> Runs() { return api_.metadata().runs.List("", {}).value().items; }

  TestApi api_;
  std::string pipeline_;
};

TEST_F(ObjectTriggersTest, AreMadeShownChangedAndDeleted) {
  std::string id = Create(Body(R"(,"description":"d")"));
  const std::string one = std::string(kAll) + "/" + id;
  EXPECT_EQ(api_.Get(one).Text("suffix"), ".csv");
  EXPECT_EQ(api_.Get(one).Text("enabled"), "true");
  auto changed = api_.Send("PATCH", one, R"({"enabled":false,"prefix":"a/"})");
  EXPECT_EQ(changed.Text("enabled"), "false");
  EXPECT_EQ(changed.Text("prefix"), "a/");
  EXPECT_EQ(changed.Text("runtime_config.parameters.a"), "1");
  EXPECT_EQ(api_.Get(kAll).Text("total_size"), "1");
  EXPECT_EQ(api_.Post(kAll, Body()).status(), 409);
  EXPECT_EQ(api_.Send("DELETE", one).body(), "{}");
  EXPECT_EQ(api_.Get(one).status(), 404);
}

TEST_F(ObjectTriggersTest, AreRefusedForWhatIsWrong) {
  EXPECT_EQ(api_.Post(kAll, "{}").status(), 400);
  EXPECT_EQ(api_.Post(kAll, R"({"display_name":"t","bucket":"b"})").status(), 400);
  EXPECT_EQ(api_.Post(kAll, R"({"display_name":"t","bucket":"b","pipeline_version_reference":)"
                            R"({"pipeline_id":"nope"}})")
                .status(),
            404);
  EXPECT_EQ(api_.Post(kAll, Body(R"(,"experiment_id":"nope")")).status(), 404);
  EXPECT_EQ(api_.Post(kAll, Body(R"(,"mood":1)")).status(), 400);
  std::string wrong_argument = Body();
  wrong_argument.replace(wrong_argument.find(R"("a":1)"), 5, R"("b":1)");
  EXPECT_EQ(api_.Post(kAll, wrong_argument).status(), 400);
}

TEST_F(ObjectTriggersTest, StartOneRunForAnObject) {
  std::string id = Create(Body());
  ObjectWatcher watcher(api_.backend());
  ArrivedObject object{"in", "x/y.csv", "v1", "e", 5, 7};
  ASSERT_TRUE(watcher.Arrived(object));
  ASSERT_TRUE(watcher.Arrived(object));  // once more after a crash
  ASSERT_TRUE(watcher.Arrived({"in", "y.txt", "", "", 0, 8}));
  ASSERT_TRUE(watcher.Arrived({"out", "y.csv", "", "", 0, 9}));
  ASSERT_EQ(Runs().size(), 1U);
  EXPECT_EQ(Runs()[0].display_name, "t-1");
  EXPECT_EQ(Runs()[0].description, "Started by in/x/y.csv");
  auto shown = api_.Get(std::string(kAll) + "/" + id);
  EXPECT_EQ(shown.Text("runs_started"), "1");
  EXPECT_EQ(shown.Text("last_run_id"), Runs()[0].id);
  ASSERT_TRUE(watcher.Arrived({"in", "x/y.csv", "v2", "e", 5, 10}));
  EXPECT_EQ(Runs().size(), 2U);
}

TEST_F(ObjectTriggersTest, TellWhyThereIsNoRun) {
  std::string id = Create(Body());
  EXPECT_EQ(api_.Send("DELETE", "/apis/v2beta1/pipelines/" + pipeline_ + "?cascade=true").status(),
            200);
  ObjectWatcher watcher(api_.backend());
  EXPECT_TRUE(watcher.Arrived({"in", "y.csv", "", "", 0, 1}));
  EXPECT_THAT(api_.Get(std::string(kAll) + "/" + id).Text("error.message"),
              testing::HasSubstr("not found"));
}

TEST_F(ObjectTriggersTest, HearOfWhatArrivesInTheirBuckets) {
  char pattern[] = "/tmp/penstock-arrived-XXXXXX";
  std::string directory = mkdtemp(pattern);
  auto files = sys::MakePosixFileSystem();
  base::NullLogger logger;
  ArrivedObjects arrived(events::EventQueue::Open(directory, *files).value(), api_.metadata(),
                         logger);
  EXPECT_FALSE(arrived.WantsBucket("in"));
  Create(Body());
  arrived.Refresh();
  EXPECT_TRUE(arrived.WantsBucket("in"));
  EXPECT_FALSE(arrived.WantsBucket("out"));
  events::Event event;
  event.bucket = "in";
  event.key = "k.csv";
  event.name = "s3:ObjectRemoved:Delete";
  arrived.Take(event);
  EXPECT_EQ(arrived.queue().waiting_bytes(), 0U);
  event.name = "s3:ObjectCreated:Put";
  arrived.Take(event);
  EXPECT_EQ(ParseArrived(**arrived.queue().Next())->key, "k.csv");
  std::filesystem::remove_all(directory);
}

TEST(ObjectTriggerMessage, PutsFactsIntoParameters) {
  metadata::ObjectTrigger trigger;
  trigger.parameters = {{"uri", "[[ObjectURI]]"},
                        {"text", "[[ObjectBucket]]:[[ObjectKey]] [[ObjectSize]] [[Other]]"},
                        {"version", "[[ObjectVersion]]/[[ObjectETag]]"},
                        {"number", 3}};
  ArrivedObject object{"b", "a/[[ObjectSize]].csv", "v", "e", 12, 1};
  auto parameters = ParametersFor(trigger, object);
  EXPECT_EQ(parameters["uri"].as_string(), "minio://b/a/[[ObjectSize]].csv");
  EXPECT_EQ(parameters["text"].as_string(), "b:a/[[ObjectSize]].csv 12 [[Other]]");
  EXPECT_EQ(parameters["version"].as_string(), "v/e");
  EXPECT_EQ(parameters["number"], text::Json(3));
}

TEST(ObjectTriggerMessage, WritesArrivedObjectsAsLines) {
  ArrivedObject object{"b", "a\nb \"c\"", "v", "e", 12, 18'000'000'000'000'000'000U};
  std::string line = FormatArrived(object);
  EXPECT_EQ(line.find('\n'), std::string::npos);
  auto again = ParseArrived(line);
  ASSERT_TRUE(again);
  EXPECT_EQ(again->key, object.key);
  EXPECT_EQ(again->size, object.size);
  EXPECT_EQ(again->sequence, object.sequence);
  for (const char* wrong : {"", "{}", "[]", R"({"bucket":"b","key":"k"})"}) {
    EXPECT_FALSE(ParseArrived(wrong)) << wrong;
  }
}

}  // namespace
}  // namespace penstock::kfp
