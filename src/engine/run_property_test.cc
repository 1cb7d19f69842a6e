// SPDX-License-Identifier: Apache-2.0
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "engine/artifact_layout.h"
#include "engine/test_pipeline.h"
#include "engine/test_run.h"

// Random pipelines, compared with an interpreter that is too simple to be wrong: it evaluates tasks
// one after the other by recursion, knows no events, no storage and no crashes.
namespace penstock::engine {
namespace {

enum class Kind { kWork, kGroup, kLoop };

struct Model {
  std::string name;
  Kind kind = Kind::kWork;
  std::vector<size_t> after;    // earlier siblings
  std::optional<size_t> reads;  // the one of `after` whose output is the input x
  bool takes_x = false;         // x is that of the DAG around it
  bool exit = false;
  bool fails = false;
  int retries = 0;  // that its policy allows
  int flaky = 0;    // attempts that fail before one succeeds; at most `retries`
  int at_once = 0;  // iterations; 0: all
  std::optional<bool> condition;
  size_t items = 0;
  std::vector<Model> body;
};

class Generator {
 public:
  explicit Generator(unsigned seed) : random_(seed) {}

  std::vector<Model> Dag(int depth) {
    std::vector<Model> tasks(1 + Below(depth == 0 ? 7 : 4));
    for (size_t i = 0; i < tasks.size(); ++i) {
      Model& task = tasks[i];
      task.name = "t" + std::to_string(next_++);
      if (depth < 3 && Below(3) == 0) task.kind = Below(2) == 0 ? Kind::kGroup : Kind::kLoop;
      for (size_t other = 0; other < i; ++other) {
        if (Below(3) == 0) task.after.push_back(other);
      }
      if (task.kind != Kind::kLoop) {
        if (!task.after.empty() && Below(2) == 0) {
          task.reads = task.after[Below(task.after.size())];
        } else {
          task.takes_x = Below(2) == 0;
        }
      }
      task.exit = !task.after.empty() && Below(8) == 0;
      task.fails = task.kind == Kind::kWork && Below(9) == 0;
      if (task.kind == Kind::kWork && Below(4) == 0) {
        task.retries = 1 + static_cast<int>(Below(2));
        if (!task.fails)
          task.flaky = static_cast<int>(Below(static_cast<size_t>(task.retries) + 1));
      }
      if (task.kind == Kind::kLoop && Below(3) == 0) task.at_once = 1 + static_cast<int>(Below(2));
      if (task.kind == Kind::kGroup && Below(2) == 0) task.condition = Below(2) == 0;
      if (task.kind == Kind::kLoop) task.items = Below(4);
      if (task.kind != Kind::kWork) task.body = Dag(depth + 1);
    }
    return tasks;
  }

 private:
  size_t Below(size_t limit) {
    return std::uniform_int_distribution<size_t>(0, limit - 1)(random_);
  }
  std::mt19937 random_;
  size_t next_ = 0;
};

std::string Items(const Model& loop) {
  Json::Array items;
  for (size_t i = 0; i < loop.items; ++i) items.push_back(loop.name + "-" + std::to_string(i));
  return text::FormatJson(items);
}

bool GivesList(const std::vector<Model>& dag) {
  const Model& last = dag.back();
  return last.kind == Kind::kLoop || (last.kind == Kind::kGroup && GivesList(last.body));
}

void Build(TestPipeline& p, TestDag dag, const std::vector<Model>& tasks) {
  dag.Optional("x", "STRING");
  for (const Model& model : tasks) {
    const std::string component = model.kind == Kind::kWork ? "work" : "dag-" + model.name;
    TestTask task = dag.Task(model.name, component);
    for (size_t other : model.after) task.After(tasks[other].name);
    if (model.reads) task.Output("x", tasks[*model.reads].name, "out");
    if (model.takes_x) task.Input("x", "x");
    if (model.exit) task.Exit();
    if (model.retries > 0) task.Retries(model.retries, "2s");
    if (model.kind == Kind::kWork) continue;
    Build(p, p.Dag(component), model.body);
    if (model.kind == Kind::kLoop) task.ForEach("x", Items(model), model.at_once);
    if (model.condition) {
      p.Dag(component).Takes("go", "BOOLEAN");
      task.Constant("go", *model.condition).If("inputs.parameter_values['go'] == true");
    }
  }
  dag.Gives("out", GivesList(tasks) ? "LIST" : "STRING", tasks.back().name, "out");
}

struct Expected {
  std::string state;
  std::optional<Json> out;
};

class Interpreter {
 public:
  explicit Interpreter(bool nothing_fails) : nothing_fails_(nothing_fails) {}

  std::map<std::string, std::string> states;  // by path

  Expected Evaluate(const std::vector<Model>& tasks, const std::string& path,
                    const std::optional<Json>& x) {
    std::vector<Expected> results;
    bool failed = false;
    for (const Model& model : tasks) {
      const std::string at = path + model.name;
      results.push_back(One(model, at, results, x));
      states[at] = results.back().state;
      failed |= results.back().state == "FAILED";
    }
    return {failed ? "FAILED" : "SUCCEEDED",
            results.back().state == "SUCCEEDED" ? results.back().out : std::nullopt};
  }

 private:
  Expected One(const Model& model, const std::string& path, const std::vector<Expected>& results,
               const std::optional<Json>& outer) {
    bool failed = false, skipped = false;
    for (size_t other : model.after) {
      const std::string& state = results[other].state;
      failed |= state == "FAILED" || state == "RUNTIME_STATE_UNSPECIFIED";
      skipped |= state == "SKIPPED";
    }
    if (!model.exit && failed) return {"RUNTIME_STATE_UNSPECIFIED", {}};
    if (!model.exit && skipped) return {"SKIPPED", {}};
    std::optional<Json> x;
    if (model.takes_x) x = outer;
    if (model.reads) x = results[*model.reads].out;
    if (x && !x->is_string()) x = text::FormatJson(*x);
    if (model.kind == Kind::kLoop) return Loop(model, path);
    if (model.condition && !*model.condition) return {"SKIPPED", {}};
    if (model.kind == Kind::kGroup) return Evaluate(model.body, path + "/", x);
    if (model.fails && !nothing_fails_) return {"FAILED", {}};
    return {"SUCCEEDED", Json(model.name + "(" + (x ? "x=" + text::FormatJson(*x) : "") + ")")};
  }

  Expected Loop(const Model& model, const std::string& path) {
    bool failed = false;
    Json::Array list;
    for (size_t i = 0; i < model.items; ++i) {
      const std::string at = path + "/" + std::to_string(i);
      Expected one = Evaluate(model.body, at + "/", Json(model.name + "-" + std::to_string(i)));
      states[at] = one.state;
      failed |= one.state == "FAILED";
      if (!one.out) continue;
      if (GivesList(model.body)) {
        for (const Json& value : one.out->as_array()) list.push_back(value);
      } else {
        list.push_back(*one.out);
      }
    }
    return {failed ? "FAILED" : "SUCCEEDED", Json(std::move(list))};
  }

  bool nothing_fails_;
};

// A flaky task's failures are counted by task; one that is lost in a crash counts all the same,
// which only lets it succeed sooner.
void CollectFailures(const std::vector<Model>& tasks, TestRun& run) {
  for (const Model& model : tasks) {
    if (model.fails) run.On(model.name, [](const TaskLaunch&) { return FailWith("planned"); });
    if (model.flaky > 0) {
      auto failed = std::make_shared<std::map<std::string, int>>();
      run.On(model.name, [failed, flaky = model.flaky](const TaskLaunch& launch) {
        return ++(*failed)[launch.task_id] <= flaky ? FailWith("once more") : Succeed(launch);
      });
    }
    CollectFailures(model.body, run);
  }
}

void ForgetFailures(const std::vector<Model>& tasks, TestRun& run) {
  for (const Model& model : tasks) {
    run.On(model.name, Succeed);
    ForgetFailures(model.body, run);
  }
}

void Compare(const TestRun& run, const std::vector<Model>& model, bool nothing_fails) {
  Interpreter interpreter(nothing_fails);
  Expected expected = interpreter.Evaluate(model, "", std::nullopt);
  EXPECT_EQ(metadata::RuntimeStateName(run.state()), expected.state);
  EXPECT_EQ(run.Output("", "out"), expected.out.value_or(Json()));
  for (const auto& [path, state] : interpreter.states) EXPECT_EQ(run.State(path), state) << path;
  EXPECT_EQ(run.DoublePublication(), "");
}

std::optional<CacheHit> HitFrom(const TestRun& origin, const CacheLookup& lookup) {
  const metadata::Task* row = origin.Row(lookup.path);
  const bool same = row != nullptr && row->fingerprint == lookup.fingerprint &&
                    (row->state == metadata::RuntimeState::kSucceeded || row->cached);
  if (!same) return std::nullopt;
  CacheHit hit;
  hit.task_id = row->id;
  hit.outputs = row->outputs;
  for (const auto& use : origin.rows().uses) {
    if (use.task_id != row->id || use.use != metadata::ArtifactUse::kOutput) continue;
    for (const auto& artifact : origin.rows().artifacts) {
      if (artifact.id == use.artifact_id) hit.artifacts[use.key] = {ToRuntimeArtifact(artifact)};
    }
  }
  return hit;
}

// A new run that takes over from the one that ended: it ends as one in which nothing fails, and
// runs nothing again that succeeded and follows nothing that ran.
void Resume(const Json& spec, const TestRun& origin, const std::vector<Model>& model,
            unsigned seed) {
  TestRun run(spec, {}, seed + 1'000'000);
  run.MadeFrom("RESUME", origin.run().id);
  run.AnswerCacheWith([&](const CacheLookup& lookup) { return HitFrom(origin, lookup); });
  std::mt19937 random(seed);
  run.Start();
  while (run.StepOrFire()) {
    if (random() % 8 == 0) run.LosePower(random() % 4);
  }
  ASSERT_TRUE(run.machine().finished()) << run.Summary();
  Interpreter interpreter(true);
  Expected expected = interpreter.Evaluate(model, "", std::nullopt);
  EXPECT_EQ(metadata::RuntimeStateName(run.state()), expected.state);
  EXPECT_EQ(run.Output("", "out"), expected.out.value_or(Json()));
  for (const auto& [path, state] : interpreter.states) {
    const std::string found = run.State(path) == "CACHED" ? "SUCCEEDED" : run.State(path);
    EXPECT_EQ(found, state) << path;
  }
  if (origin.state() == metadata::RuntimeState::kSucceeded) {
    EXPECT_TRUE(run.launches().empty()) << run.Summary();
  }
}

class PropertyTest : public testing::TestWithParam<unsigned> {};

TEST_P(PropertyTest, EndsAsTheInterpreterSays) {
  for (unsigned seed = GetParam() * 40; seed < GetParam() * 40 + 40; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::vector<Model> model = Generator(seed).Dag(0);
    TestPipeline p;
    p.Container("work", {{{"x", "?STRING"}}, {{"out", "STRING"}}, {}, {"data"}});
    Build(p, p.Root(), model);
    TestRun run(p.Spec(), {}, seed);
    CollectFailures(model, run);
    std::mt19937 random(seed);
    // The server dies now and then, before or after it has stored its decisions, and may lose some
    // of the last of them.
    bool dead = false;
    run.before_commit = [&] { return !(dead = dead || random() % 8 == 0); };
    run.Start();
    for (;;) {
      if (dead || random() % 8 == 0) {
        dead = false;
        run.LosePower(random() % 4);
      } else if (!run.StepOrFire()) {
        break;
      }
    }
    run.before_commit = nullptr;
    ASSERT_TRUE(run.machine().finished()) << run.Summary();
    Compare(run, model, false);
    Resume(p.Spec(), run, model, seed);
    if (run.state() != metadata::RuntimeState::kFailed) continue;

    ForgetFailures(model, run);
    ASSERT_TRUE(run.Retry());
    while (run.StepOrFire()) {
      if (random() % 8 == 0) run.LosePower(random() % 4);
    }
    ASSERT_TRUE(run.machine().finished()) << run.Summary();
    Interpreter interpreter(true);
    EXPECT_EQ(metadata::RuntimeStateName(run.state()),
              interpreter.Evaluate(model, "", std::nullopt).state);
    for (const auto& [path, state] : interpreter.states) EXPECT_EQ(run.State(path), state) << path;
    if (testing::Test::HasFailure()) return;
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, PropertyTest, testing::Range(0u, 4u));

}  // namespace
}  // namespace penstock::engine
