// SPDX-License-Identifier: Apache-2.0
#include "engine/cache_fingerprint.h"

#include <functional>

#include <gtest/gtest.h>

#include "ir/pipeline_spec.h"

namespace penstock::engine {
namespace {

// A task whose parts a test can change.
struct Subject {
  Subject() {
    executor.container.emplace();
    executor.container->image = "python:3.11";
    executor.container->command = {"run"};
    component.name = "comp-work";
    component.output_parameters["out"].type = ir::ParameterType::kString;
    node.row.inputs["x"] = 1;
    ir::RuntimeArtifact artifact;
    artifact.name = "id-1";
    artifact.content = "sha256:1";
    node.input_artifacts["data"].push_back(artifact);
  }
  std::string Fingerprint() {
    planned.spec = &spec;
    planned.component = &component;
    planned.executor = &executor;
    node.planned = &planned;
    metadata::Run run;
    run.id = "run-1";
    return CacheFingerprint(node, RunContext(run, pipeline, "minio://b/p"), named);
  }

  std::string pipeline = "p";
  text::Json::Object named;
  ir::TaskSpec spec;
  ir::ComponentSpec component;
  ir::ExecutorSpec executor;
  PlannedTask planned;
  TaskNode node;
};

TEST(CacheFingerprint, DependsOnWhatChangesTheOutcomeAndNothingElse) {
  const std::string base = Subject().Fingerprint();
  EXPECT_EQ(base.size(), 64u);
  EXPECT_EQ(base, Subject().Fingerprint());
  const std::vector<std::function<void(Subject&)>> matters = {
      [](Subject& s) { s.pipeline = "q"; },
      [](Subject& s) { s.executor.container->image = "python:3.12"; },
      [](Subject& s) { s.executor.container->command = {"ru", "n"}; },
      [](Subject& s) { s.executor.container->args = {"a"}; },
      [](Subject& s) { s.node.row.inputs["x"] = 2; },
      [](Subject& s) { s.node.row.inputs["x"] = "1"; },
      [](Subject& s) { s.component.input_parameters["y"].default_value = 1; },
      [](Subject& s) { s.executor.container->env = {{"A", "b"}}; },
      [](Subject& s) { s.node.input_artifacts["data"][0].content = "sha256:2"; },
      [](Subject& s) { s.node.input_artifacts["data"][0].content = ""; },
      [](Subject& s) { s.node.input_artifacts["data"][0].metadata["rows"] = 3; },
      [](Subject& s) { s.node.input_artifacts["data"][0].type.schema_title = "system.Model"; },
      [](Subject& s) { s.component.output_parameters["out"].type = ir::ParameterType::kList; },
      [](Subject& s) { s.component.output_artifacts["m"].type.schema_title = "system.Model"; },
      [](Subject& s) { s.spec.cache_key = "key"; },
      [](Subject& s) { s.named["secret s"] = "1"; },
  };
  for (size_t i = 0; i < matters.size(); ++i) {
    Subject subject;
    matters[i](subject);
    EXPECT_NE(subject.Fingerprint(), base) << i;
  }
  Subject same;
  same.node.input_artifacts["data"][0].name = "id-2";
  same.node.input_artifacts["data"][0].uri = "minio://elsewhere/data";
  same.executor.container->resources.cpu_limit = "2";
  same.node.row.attempt = 3;
  same.spec.name = "another task";
  EXPECT_EQ(same.Fingerprint(), base);
}

TEST(CacheFingerprint, KnowsAnArtifactWithoutContentByItsRecord) {
  Subject one, two;
  one.node.input_artifacts["data"][0].content = two.node.input_artifacts["data"][0].content = "";
  EXPECT_EQ(one.Fingerprint(), two.Fingerprint());
  two.node.input_artifacts["data"][0].name = "id-2";
  EXPECT_NE(one.Fingerprint(), two.Fingerprint());
}

TEST(CacheFingerprint, ACustomKeyReplacesEverythingButTheComponent) {
  Subject one, two;
  one.spec.cache_key = two.spec.cache_key = "key";
  two.node.row.inputs["x"] = 2;
  two.executor.container->image = "other";
  EXPECT_EQ(one.Fingerprint(), two.Fingerprint());
  two.component.name = "comp-other";
  EXPECT_NE(one.Fingerprint(), two.Fingerprint());
}

}  // namespace
}  // namespace penstock::engine
