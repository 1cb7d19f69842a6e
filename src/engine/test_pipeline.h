// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "text/json.h"

// Pipelines for tests, built as the JSON that the SDK would compile.
namespace penstock::engine {

using text::Json;

// One task of a DAG.
class TestTask {
 public:
  explicit TestTask(Json& json) : json_(&json) {}

  TestTask& Constant(const std::string& input, Json value) {
    return Source(input, {{"runtimeValue", Json::Object{{"constant", std::move(value)}}}});
  }
  TestTask& Input(const std::string& input, const std::string& from,
                  const std::string& selector = "") {
    Json::Object source{{"componentInputParameter", from}};
    if (!selector.empty()) source["parameterExpressionSelector"] = selector;
    return Source(input, std::move(source));
  }
  TestTask& Output(const std::string& input, const std::string& task, const std::string& key) {
    return Source(input, {{"taskOutputParameter",
                           Json::Object{{"producerTask", task}, {"outputParameterKey", key}}}});
  }
  TestTask& Status(const std::string& input, const std::string& task) {
    return Source(input, {{"taskFinalStatus", Json::Object{{"producerTask", task}}}});
  }
  TestTask& ArtifactInput(const std::string& input, const std::string& from) {
    (*json_)["inputs"]["artifacts"][input]["componentInputArtifact"] = from;
    return *this;
  }
  TestTask& Artifact(const std::string& input, const std::string& task, const std::string& key) {
    (*json_)["inputs"]["artifacts"][input]["taskOutputArtifact"] =
        Json::Object{{"producerTask", task}, {"outputArtifactKey", key}};
    return *this;
  }
  TestTask& After(const std::string& task) {
    (*json_)["dependentTasks"].Append(task);
    return *this;
  }
  TestTask& If(const std::string& condition) {
    (*json_)["triggerPolicy"]["condition"] = condition;
    return *this;
  }
  TestTask& Exit() {
    (*json_)["triggerPolicy"]["strategy"] = "ALL_UPSTREAM_TASKS_COMPLETED";
    return *this;
  }
  TestTask& Cached() {
    (*json_)["cachingOptions"]["enableCache"] = true;
    return *this;
  }
  TestTask& Retries(int count, const std::string& wait = "0s") {
    (*json_)["retryPolicy"] = Json::Object{{"maxRetryCount", count},
                                           {"backoffDuration", wait},
                                           {"backoffFactor", 2.0},
                                           {"backoffMaxDuration", "3600s"}};
    return *this;
  }
  TestTask& ForEach(const std::string& item, const std::string& raw_items, int limit = 0) {
    return Loop({{"raw", raw_items}}, item, limit);
  }
  TestTask& ForEachOf(const std::string& item, const std::string& input, int limit = 0) {
    return Loop({{"inputParameter", input}}, item, limit);
  }

 private:
  TestTask& Source(const std::string& input, Json::Object source) {
    (*json_)["inputs"]["parameters"][input] = std::move(source);
    return *this;
  }
  TestTask& Loop(Json::Object items, const std::string& item, int limit) {
    (*json_)["parameterIterator"] = Json::Object{{"items", std::move(items)}, {"itemInput", item}};
    if (limit > 0) (*json_)["iteratorPolicy"]["parallelismLimit"] = limit;
    return *this;
  }

  Json* json_;
};

// A component that is a DAG, or the root.
class TestDag {
 public:
  explicit TestDag(Json& json) : json_(&json) {
    if (json["dag"].is_null()) json["dag"]["tasks"] = Json::Object{};
  }

  TestTask Task(const std::string& name, const std::string& component) {
    Json& task = (*json_)["dag"]["tasks"][name];
    task["taskInfo"]["name"] = name;
    task["componentRef"]["name"] = component;
    return TestTask(task);
  }
  TestDag& Takes(const std::string& name, const std::string& type) {
    (*json_)["inputDefinitions"]["parameters"][name]["parameterType"] = type;
    return *this;
  }
  TestDag& Optional(const std::string& name, const std::string& type, Json value = nullptr) {
    Json& input = (*json_)["inputDefinitions"]["parameters"][name];
    input = Json::Object{{"parameterType", type}, {"isOptional", true}};
    if (!value.is_null()) input["defaultValue"] = std::move(value);
    return *this;
  }
  TestDag& TakesArtifact(const std::string& name) {
    (*json_)["inputDefinitions"]["artifacts"][name]["artifactType"] = Dataset();
    return *this;
  }
  TestDag& Gives(const std::string& name, const std::string& type, const std::string& task,
                 const std::string& key) {
    (*json_)["outputDefinitions"]["parameters"][name]["parameterType"] = type;
    (*json_)["dag"]["outputs"]["parameters"][name]["valueFromParameter"] =
        Json::Object{{"producerSubtask", task}, {"outputParameterKey", key}};
    return *this;
  }
  TestDag& GivesOneOf(const std::string& name, const std::string& type,
                      const std::vector<std::pair<std::string, std::string>>& selectors) {
    (*json_)["outputDefinitions"]["parameters"][name]["parameterType"] = type;
    Json& list =
        (*json_)["dag"]["outputs"]["parameters"][name]["valueFromOneof"]["parameterSelectors"];
    for (const auto& [task, key] : selectors) {
      list.Append(Json::Object{{"producerSubtask", task}, {"outputParameterKey", key}});
    }
    return *this;
  }
  TestDag& GivesArtifact(const std::string& name,
                         const std::vector<std::pair<std::string, std::string>>& selectors) {
    (*json_)["outputDefinitions"]["artifacts"][name]["artifactType"] = Dataset();
    Json& list = (*json_)["dag"]["outputs"]["artifacts"][name]["artifactSelectors"];
    for (const auto& [task, key] : selectors) {
      list.Append(Json::Object{{"producerSubtask", task}, {"outputArtifactKey", key}});
    }
    return *this;
  }

  static Json Dataset() {
    return Json::Object{{"schemaTitle", "system.Dataset"}, {"schemaVersion", "0.0.1"}};
  }

 private:
  Json* json_;
};

class TestPipeline {
 public:
  TestPipeline() {
    json_["pipelineInfo"]["name"] = "test-pipeline";
    json_["schemaVersion"] = "2.1.0";
    json_["sdkVersion"] = "kfp-2.17.0";
    json_["root"]["dag"]["tasks"] = Json::Object{};
  }

  TestDag Root() { return TestDag(json_["root"]); }
  TestDag Dag(const std::string& name) { return TestDag(json_["components"][name]); }

  struct Ports {
    std::map<std::string, std::string> inputs;   // name -> parameter type; "?" before: optional
    std::map<std::string, std::string> outputs;  // name -> parameter type
    std::vector<std::string> input_artifacts;    // "[]" before: a list
    std::vector<std::string> output_artifacts;
  };
  void Container(const std::string& name, const Ports& ports,
                 const std::string& image = "python:3.11", const std::string& source = "") {
    Json& component = Declare(name, ports);
    component["executorLabel"] = "exec-" + name;
    Json::Array command{"run", name};
    if (!source.empty()) command.emplace_back(source);
    json_["deploymentSpec"]["executors"]["exec-" + name]["container"] =
        Json::Object{{"image", image}, {"command", std::move(command)}};
  }
  // With the output "artifact", from a constant or, where that is null, from the input "uri".
  void Importer(const std::string& name, Json uri, bool reimport = false,
                Json metadata = Json::Object{}) {
    Json& component = json_["components"][name];
    component["executorLabel"] = "exec-" + name;
    component["outputDefinitions"]["artifacts"]["artifact"]["artifactType"] = TestDag::Dataset();
    Json& importer = json_["deploymentSpec"]["executors"]["exec-" + name]["importer"];
    if (uri.is_null()) {
      component["inputDefinitions"]["parameters"]["uri"]["parameterType"] = "STRING";
      importer["artifactUri"]["runtimeParameter"] = "uri";
    } else {
      importer["artifactUri"]["constant"] = std::move(uri);
    }
    importer["typeSchema"] = TestDag::Dataset();
    importer["reimport"] = reimport;
    importer["metadata"] = std::move(metadata);
  }

  const Json& Spec() const { return json_; }

 private:
  Json& Declare(const std::string& name, const Ports& ports) {
    Json& component = json_["components"][name];
    for (const auto& [input, type] : ports.inputs) {
      Json& definition = component["inputDefinitions"]["parameters"][input];
      bool optional = type.starts_with("?");
      definition["parameterType"] = optional ? type.substr(1) : type;
      if (optional) definition["isOptional"] = true;
    }
    for (const auto& [output, type] : ports.outputs) {
      component["outputDefinitions"]["parameters"][output]["parameterType"] = type;
    }
    for (const std::string& input : ports.input_artifacts) {
      bool list = input.starts_with("[]");
      Json& definition = component["inputDefinitions"]["artifacts"][list ? input.substr(2) : input];
      definition["artifactType"] = TestDag::Dataset();
      if (list) definition["isArtifactList"] = true;
    }
    for (const std::string& output : ports.output_artifacts) {
      component["outputDefinitions"]["artifacts"][output]["artifactType"] = TestDag::Dataset();
    }
    return component;
  }

  Json json_{Json::Object{}};
};

}  // namespace penstock::engine
