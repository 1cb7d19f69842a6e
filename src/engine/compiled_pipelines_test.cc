// SPDX-License-Identifier: Apache-2.0
#include <fstream>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/source_file.h"
#include "engine/test_run.h"
#include "ir/parse.h"

// Pipelines as the SDK compiles them, run with made-up outcomes.
namespace penstock::engine {
namespace {

using metadata::RuntimeState;

Json Compiled(const std::string& name) {
  std::ifstream file(base::SourceFile("tests/data/engine/") + name);
  std::stringstream text;
  text << file.rdbuf();
  auto package = ir::ParsePackage(text.str());
  EXPECT_TRUE(package) << package.error().message();
  return package ? package->spec_json : Json();
}

Behaviour Giving(const std::string& output, Json value) {
  return [=](const TaskLaunch& launch) {
    TaskOutcome outcome = Succeed(launch);
    outcome.parameters[output] = value;
    return outcome;
  };
}

TEST(CompiledPipelines, CensusOfTheFirstGenerationTakesEitherBranch) {
  for (bool present : {true, false}) {
    TestRun run(Compiled("census_2_0_1.yaml"), {{"table", "B01001"}});
    run.On("check", Giving("Output", present));
    run.Start();
    run.Finish();
    EXPECT_EQ(run.state(), RuntimeState::kSucceeded) << run.Summary();
    EXPECT_EQ(run.State("condition-1"), present ? "SUCCEEDED" : "SKIPPED");
    EXPECT_EQ(run.State("condition-2"), present ? "SKIPPED" : "SUCCEEDED");
    EXPECT_EQ(run.State("condition-2/save"), present ? "-" : "SUCCEEDED");
    // The pipeline's output is there where its branch ran, and its absence is no error.
    size_t outputs = 0;
    for (const auto& use : run.rows().uses) {
      outputs += use.task_id == run.Row("")->id && use.use == metadata::ArtifactUse::kOutput;
    }
    EXPECT_EQ(outputs, present ? 0u : 1u);
  }
}

TEST(CompiledPipelines, AllFeaturesOfTheLanguageTogether) {
  TestRun run(Compiled("features.yaml"), {{"n", 3}});
  run.On("make-list", Giving("Output", Json::Array{0, 1, 2}));
  run.On("flip", Giving("Output", "tails"));
  run.Start();
  run.Finish();
  EXPECT_EQ(run.state(), RuntimeState::kSucceeded) << run.Summary();
  EXPECT_EQ(text::FormatJson(run.Row("total")->inputs.at("values")), "[1,2,3]");
  EXPECT_EQ(text::FormatJson(run.Row("total-2")->inputs.at("values")), "[2,3,2,3]");
  EXPECT_EQ(run.LastLaunchOf("join-sets").input.artifacts.at("sets").size(), 3u);
  EXPECT_EQ(run.LaunchesOf("report"), 1u);
}

}  // namespace
}  // namespace penstock::engine
