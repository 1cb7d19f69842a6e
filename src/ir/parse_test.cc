// SPDX-License-Identifier: Apache-2.0
#include "ir/parse.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "base/source_file.h"
#include "text/json.h"

namespace penstock::ir {
namespace {

namespace fs = std::filesystem;

std::string ReadText(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::vector<fs::path> Cases(const std::string& folder) {
  std::vector<fs::path> paths;
  for (const auto& entry :
       fs::directory_iterator(fs::path(base::SourceFile("tests/data/ir")) / folder)) {
    if (entry.path().extension() == ".yaml") paths.push_back(entry.path());
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

PipelineSpec ParseGood(const std::string& name) {
  auto package = ParsePackage(ReadText(fs::path(base::SourceFile("tests/data/ir/good")) / name));
  EXPECT_TRUE(package) << name << ": " << (package ? "" : package.error().message());
  return package ? package->spec : PipelineSpec{};
}

TEST(ParsePackage, AcceptsWhatTheSdkCompiles) {
  auto cases = Cases("good");
  EXPECT_GT(cases.size(), 30u);
  for (const auto& path : cases) {
    auto package = ParsePackage(ReadText(path));
    ASSERT_TRUE(package) << path << ": " << package.error().message();
    EXPECT_FALSE(package->spec.root.dag->tasks.empty()) << path;
    // The JSON body of a run takes the same road.
    auto again = ParsePackageJson(package->spec_json);
    ASSERT_TRUE(again) << path << ": " << again.error().message();
  }
}

TEST(ParsePackage, RefusesAndNamesThePlace) {
  auto cases = Cases("bad");
  EXPECT_GT(cases.size(), 30u);
  for (const auto& path : cases) {
    std::string text = ReadText(path);
    const std::string mark = "# error: ";
    ASSERT_TRUE(text.starts_with(mark)) << path;
    std::string wanted = text.substr(mark.size(), text.find('\n') - mark.size());
    auto package = ParsePackage(text);
    ASSERT_FALSE(package) << path << " was accepted";
    EXPECT_EQ(package.error().code(), base::Code::kInvalidArgument) << path;
    EXPECT_NE(package.error().message().find(wanted), std::string::npos)
        << path << ": " << package.error().message();
  }
}

TEST(ParsePackage, LiftsAnOutputOutOfAConditionAsKfp201NamesIt) {
  PipelineSpec spec = ParseGood("2.0.1-census.yaml");
  const auto& selectors = spec.root.dag->output_artifacts.at("Output").selectors;
  ASSERT_EQ(selectors.size(), 1u);
  EXPECT_EQ(selectors[0].producer_subtask, "condition-2");
  const std::string name = "pipelinechannel--get-table-data-table_df";
  EXPECT_EQ(selectors[0].output_key, name);
  const ComponentSpec& group = spec.components.at("comp-condition-2");
  EXPECT_EQ(group.output_artifacts.at(name).type.schema_title, "system.Dataset");
  const auto& inner = group.dag->output_artifacts.at(name).selectors;
  ASSERT_EQ(inner.size(), 1u);
  EXPECT_EQ(inner[0].producer_subtask, "get-table-data");
  EXPECT_EQ(inner[0].output_key, "table_df");
}

TEST(ParsePackage, LiftsAnOutputThroughSeveralGroupsAndLoops) {
  PipelineSpec nested = ParseGood("2.0.1-output-in-nested-condition.yaml");
  EXPECT_EQ(nested.root.dag->output_parameters.at("Output").selectors[0].producer_subtask,
            "condition-1");
  const DagSpec& middle = *nested.components.at("comp-condition-1").dag;
  EXPECT_EQ(
      middle.output_parameters.at("pipelinechannel--echo-Output").selectors[0].producer_subtask,
      "condition-2");

  PipelineSpec loop = ParseGood("2.0.1-output-in-loop.yaml");
  EXPECT_EQ(loop.root.dag->output_parameters.at("Output").selectors[0].producer_subtask,
            "for-loop-2");
  // The body's output is one iteration's; the loop task makes the list.
  EXPECT_EQ(loop.components.at("comp-for-loop-2")
                .output_parameters.at("pipelinechannel--echo-Output")
                .type,
            ParameterType::kString);

  PipelineSpec inner = ParseGood("2.0.1-output-in-inner-condition.yaml");
  EXPECT_EQ(inner.root.dag->output_parameters.at("Output").selectors[0].producer_subtask,
            "inner-condition");
}

TEST(ParsePackage, RepairsLoopVariablesInsideFStrings) {
  PipelineSpec spec = ParseGood("2.17.0-loops.yaml");
  // Refers to nothing outside the loop, so it is no input of the loop task.
  const TaskSpec& loop = spec.root.dag->tasks.at("for-loop-4");
  EXPECT_TRUE(loop.parameters.empty());
  const ComponentSpec& body = spec.components.at("comp-for-loop-4");
  const ParameterSource& member =
      body.dag->tasks.at("echo-2").parameters.at("pipelinechannel--loop-item-param-3-subvar-y");
  EXPECT_EQ(std::get<ParameterSource::ComponentInput>(member.source).name,
            "pipelinechannel--loop-item-param-3");
  EXPECT_EQ(member.selector, "parseJson(string_value)[\"y\"]");
  EXPECT_TRUE(body.input_parameters.at("pipelinechannel--loop-item-param-3-subvar-y").is_optional);
}

TEST(ParsePackage, ReadsTasks) {
  PipelineSpec spec = ParseGood("2.17.0-settings.yaml");
  const TaskSpec& task = spec.root.dag->tasks.at("echo");
  ASSERT_TRUE(task.retry_policy);
  EXPECT_EQ(task.retry_policy->max_retry_count, 3);
  EXPECT_EQ(task.retry_policy->backoff_seconds, 10);
  EXPECT_EQ(task.retry_policy->backoff_factor, 1.5);
  EXPECT_EQ(task.retry_policy->backoff_max_seconds, 3600);
  EXPECT_TRUE(task.enable_cache);
  const TaskSpec& exit = spec.root.dag->tasks.at("echo-2");
  EXPECT_EQ(exit.strategy, TriggerStrategy::kAllUpstreamCompleted);
  EXPECT_EQ(exit.dependent_tasks, std::vector<std::string>{"fail"});
  const ContainerSpec& container = *spec.executors.at("exec-echo").container;
  EXPECT_EQ(container.resources.cpu_request, "500m");
  EXPECT_EQ(container.resources.memory_limit, "2Gi");
  EXPECT_EQ(container.resources.accelerator_type, "nvidia.com/gpu");
  EXPECT_EQ(container.env.at(0).second, "blue");

  // The deprecated forms, as 2.0.1 writes them: CPUs and gigabytes as numbers.
  PipelineSpec old = ParseGood("2.0.1-settings.yaml");
  const ResourceSpec& resources = old.executors.at("exec-echo").container->resources;
  EXPECT_EQ(resources.cpu_request, "0.5");
  EXPECT_EQ(resources.cpu_limit, "2");
  EXPECT_EQ(resources.memory_request, "1.073741824G");
  EXPECT_EQ(resources.accelerator_count, "1");
}

TEST(ParsePackage, ReadsLoopsBranchesAndExitHandlers) {
  PipelineSpec loops = ParseGood("2.17.0-loops.yaml");
  const TaskSpec& raw = loops.root.dag->tasks.at("for-loop-2");
  EXPECT_EQ(raw.parameter_iterator->raw_items, "[\"a\", \"b\", \"c\"]");
  EXPECT_EQ(raw.parameter_iterator->item_input, "pipelinechannel--loop-item-param-1");
  EXPECT_EQ(raw.parallelism_limit, 2);
  const TaskSpec& given = loops.root.dag->tasks.at("for-loop-5");
  EXPECT_FALSE(given.parameter_iterator->raw_items);
  EXPECT_EQ(given.parameter_iterator->items_input, "pipelinechannel--names");

  PipelineSpec branches = ParseGood("2.17.0-branches.yaml");
  const ComponentSpec& group = branches.components.at("comp-condition-branches-1");
  const auto& output =
      group.dag->output_parameters.at("pipelinechannel--condition-branches-1-oneof-1");
  EXPECT_TRUE(output.one_of);
  EXPECT_EQ(output.selectors.size(), 3u);
  EXPECT_EQ(group.dag->tasks.at("condition-2").condition,
            "inputs.parameter_values['pipelinechannel--flip-Output'] == 'heads'");

  PipelineSpec exits = ParseGood("2.0.1-exit-handlers.yaml");
  const TaskSpec& report = exits.root.dag->tasks.at("report");
  EXPECT_EQ(report.strategy, TriggerStrategy::kAllUpstreamCompleted);
  EXPECT_EQ(std::get<ParameterSource::TaskFinalStatus>(report.parameters.at("status").source)
                .producer_task,
            "exit-handler-1");
  EXPECT_EQ(exits.root.dag->tasks.at("exit-handler-1").display_name, "guard");
}

TEST(ParsePackage, KeepsThePlatformDocument) {
  auto package =
      ParsePackage(ReadText(fs::path(base::SourceFile("tests/data/ir/good/2.17.0-platform.yaml"))));
  ASSERT_TRUE(package) << package.error().message();
  EXPECT_NE(package->platform_json.Find("platforms")->Find("kubernetes"), nullptr);
  Json wrapped;
  wrapped["pipeline_spec"] = package->spec_json;
  wrapped["platform_spec"] = package->platform_json;
  auto again = ParsePackageJson(wrapped);
  ASSERT_TRUE(again) << again.error().message();
  EXPECT_EQ(again->platform_json, package->platform_json);
}

TEST(ParsePackage, TakesSnakeCaseNumbersForEnumsAndTextForIntegers) {
  auto package = ParsePackage(R"({
    "pipeline_info": {"name": "snake"}, "schema_version": "2.1.0", "sdk_version": null,
    "deployment_spec": {"executors": {"e": {"container": {"image": "i",
      "resources": {"accelerator": {"type": "gpu", "count": "2"}}}}}},
    "components": {"c": {"executor_label": "e",
      "input_definitions": {"parameters": {"n": {"parameter_type": 2}, "old": {"type": "INT"}}}}},
    "root": {"dag": {"tasks": {"t": {"component_ref": {"name": "c"},
      "retry_policy": {"max_retry_count": "4"}, "trigger_policy": {"strategy": 2},
      "inputs": {"parameters": {"n": {"runtime_value": {"constant": 1}},
                                "old": {"runtimeValue": {"constantValue": {"intValue": "7"}}}}}}}}}})");
  ASSERT_TRUE(package) << package.error().message();
  const TaskSpec& task = package->spec.root.dag->tasks.at("t");
  EXPECT_EQ(task.retry_policy->max_retry_count, 4);
  EXPECT_EQ(task.strategy, TriggerStrategy::kAllUpstreamCompleted);
  EXPECT_EQ(std::get<ParameterSource::Constant>(task.parameters.at("old").source).value, Json(7));
  const ComponentSpec& component = package->spec.components.at("c");
  EXPECT_EQ(component.input_parameters.at("n").type, ParameterType::kNumberInteger);
  EXPECT_EQ(component.input_parameters.at("old").type, ParameterType::kNumberInteger);
  EXPECT_EQ(package->spec.executors.at("e").container->resources.accelerator_count, "2");
}

// Chains and nests that recursive code would fall over on.
TEST(ParsePackage, StandsLongChainsAndDeepNests) {
  auto spec = [](const std::string& components, const std::string& tasks) {
    return R"({"pipelineInfo":{"name":"p"},"schemaVersion":"2.1.0","deploymentSpec":{"executors":
      {"e":{"container":{"image":"i"}}}},"components":{)" +
           components + R"("c":{"executorLabel":"e"}},"root":{"dag":{"tasks":{)" + tasks + "}}}}";
  };
  std::string chain;
  for (int i = 0; i < 5000; ++i) {
    chain += (i == 0 ? "\"t" : ",\"t") + std::to_string(i) +
             R"(":{"componentRef":{"name":"c"},"dependentTasks":["t)" +
             std::to_string((i + 1) % 5000) + "\"]}";
  }
  auto circle = ParsePackage(spec("", chain));
  ASSERT_FALSE(circle);
  EXPECT_NE(circle.error().message().find("in a circle"), std::string::npos);

  std::string nest;
  for (int i = 0; i < 1000; ++i) {
    nest += "\"n" + std::to_string(i) + R"(":{"dag":{"tasks":{"a":{"componentRef":{"name":"n)" +
            std::to_string(i + 1) + R"("}},"b":{"componentRef":{"name":"n)" +
            std::to_string(i + 1) + "\"}}}}},";
  }
  nest += R"("n1000":{"executorLabel":"e"},)";
  auto deep = ParsePackage(spec(nest, R"("t":{"componentRef":{"name":"n0"}})"));
  ASSERT_FALSE(deep);
  EXPECT_NE(deep.error().message().find("nested more than 50"), std::string::npos);
  auto wide = ParsePackage(spec(nest, R"("t":{"componentRef":{"name":"n970"}})"));
  ASSERT_FALSE(wide);
  EXPECT_NE(wide.error().message().find("more than 100000 tasks"), std::string::npos);
}

TEST(ParsePackage, PassesVariablesOfOuterLoopsInwards) {
  PipelineSpec spec = ParseGood("2.17.0-fan-in.yaml");
  const std::string variable = "pipelinechannel--loop-item-param-1";
  const TaskSpec& inner = spec.components.at("comp-for-loop-2").dag->tasks.at("for-loop-4");
  ASSERT_TRUE(inner.parameters.contains(variable));
  EXPECT_EQ(std::get<ParameterSource::ComponentInput>(inner.parameters.at(variable).source).name,
            variable);
  EXPECT_EQ(spec.components.at("comp-for-loop-4").input_parameters.at(variable).type,
            ParameterType::kString);
  // The variable of the inner loop is no input of the outer one.
  EXPECT_TRUE(spec.root.dag->tasks.at("for-loop-2").parameters.empty());
}

// The work grows with the size of the text, whatever its shape.
TEST(ParsePackage, StandsManyTasksOfManyInputs) {
  std::string inputs, tasks;
  for (int i = 0; i < 5000; ++i) {
    inputs += (i == 0 ? "\"i" : ",\"i") + std::to_string(i) + R"(":{"isOptional":true})";
    tasks += (i == 0 ? "\"t" : ",\"t") + std::to_string(i) + R"(":{"componentRef":{"name":"c"}})";
  }
  auto package = ParsePackage(
      R"({"pipelineInfo":{"name":"p"},"schemaVersion":"2.1.0","deploymentSpec":{"executors":
      {"e":{"container":{"image":"i"}}}},"components":{"c":{"executorLabel":"e","inputDefinitions":
      {"parameters":{)" +
      inputs + R"(}}}},"root":{"dag":{"tasks":{)" + tasks + "}}}}");
  ASSERT_TRUE(package) << package.error().message();
  EXPECT_EQ(package->spec.root.dag->tasks.size(), 5000u);
}

ComponentSpec RootWithInputs() {
  ComponentSpec root;
  root.input_parameters["dataset"].type = ParameterType::kString;
  root.input_parameters["year"].type = ParameterType::kNumberInteger;
  root.input_parameters["rate"].type = ParameterType::kNumberDouble;
  root.input_parameters["rate"].default_value = Json(0.5);
  root.input_parameters["note"].type = ParameterType::kString;
  root.input_parameters["note"].is_optional = true;
  root.input_parameters["colour"] = {
      ParameterType::kString, Json("red"), true, "", {Json("red"), Json("green")}};
  return root;
}

TEST(CheckRunArguments, NamesWhatIsMissing) {
  ComponentSpec root = RootWithInputs();
  auto one = CheckRunArguments(root, {{"year", Json(2020)}});
  ASSERT_FALSE(one);
  EXPECT_EQ(one.error().message(),
            "The run needs a value for parameter 'dataset' (STRING); pass it in arguments");
  auto both = CheckRunArguments(root, {});
  ASSERT_FALSE(both);
  EXPECT_EQ(both.error().message(),
            "The run needs values for parameters 'dataset' (STRING), 'year' (NUMBER_INTEGER); "
            "pass them in arguments");
}

TEST(CheckRunArguments, ChecksNamesTypesAndLiterals) {
  ComponentSpec root = RootWithInputs();
  Json::Object good = {{"dataset", Json("acs")}, {"year", Json(2020.0)}};
  EXPECT_TRUE(CheckRunArguments(root, good));
  auto with = [&](const std::string& name, Json value) {
    Json::Object arguments = good;
    arguments[name] = std::move(value);
    auto status = CheckRunArguments(root, arguments);
    return status ? std::string() : status.error().message();
  };
  EXPECT_EQ(with("rate", Json(2)), "");
  EXPECT_NE(with("nothing", Json(1)).find("has no parameter 'nothing'"), std::string::npos);
  EXPECT_NE(with("year", Json("2020")).find("'year' needs a value of type NUMBER_INTEGER"),
            std::string::npos);
  EXPECT_NE(with("year", Json(2020.5)).find("2020.5"), std::string::npos);
  EXPECT_NE(with("note", Json()).find("null"), std::string::npos);
  EXPECT_NE(with("dataset", Json(5)).find("STRING"), std::string::npos);
  EXPECT_EQ(with("colour", Json("green")), "");
  EXPECT_NE(with("colour", Json("blue")).find("must be one of [\"red\",\"green\"]"),
            std::string::npos);
}

}  // namespace
}  // namespace penstock::ir
