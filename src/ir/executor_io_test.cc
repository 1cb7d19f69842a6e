// SPDX-License-Identifier: Apache-2.0
#include "ir/executor_io.h"

#include <fstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "base/source_file.h"
#include "text/json.h"

namespace penstock::ir {
namespace {

Json Parsed(const std::string& text) {
  auto json = text::ParseJson(text);
  EXPECT_TRUE(json) << text;
  return json ? *json : Json();
}

// Lines "left => right" of a file in tests/data/placeholders; '#' begins a comment.
std::vector<std::pair<std::string, std::string>> ReadCases(const std::string& name) {
  std::ifstream file(base::SourceFile("tests/data/placeholders/") + name);
  std::vector<std::pair<std::string, std::string>> cases;
  for (std::string line; std::getline(file, line);) {
    size_t arrow = line.rfind(" => ");
    if (line.starts_with('#') || arrow == std::string::npos) continue;
    cases.emplace_back(line.substr(0, arrow), line.substr(arrow + 4));
  }
  EXPECT_GT(cases.size(), 20u) << name;
  return cases;
}

ExecutorInput TaskInput() {
  ExecutorInput input;
  input.parameters = Parsed(R"({"text":"t x","n":3,"f":0.5,"flag":true,"l":[1,2.0,{"a":3.0}],
      "d":{"k":"v"},"none":null,"tricky":"{{$.inputs.parameters['text']}}"})")
                         .as_object();
  RuntimeArtifact data;
  data.name = "data-1";
  data.uri = "minio://b/k";
  data.metadata = {{"rows", Json(7.0)}, {"note", Json("n")}};
  input.artifacts["data"] = {data};
  input.output_parameter_files["out"] = "/tmp/kfp/outputs/out";
  RuntimeArtifact model;
  model.name = "model";
  model.type.schema_title = "system.Model";
  model.type.schema_version = "0.0.1";
  model.uri = "minio://b/m";
  input.output_artifacts["model"] = model;
  input.output_file = "/minio/b/output_metadata.json";
  return input;
}

ComponentSpec Component() {
  ComponentSpec component;
  component.input_parameters["extra"].default_value = Json("dflt");
  component.input_parameters["optional"].is_optional = true;
  component.input_artifacts["maybe"].is_optional = true;
  return component;
}

TaskIdentity Identity() {
  return {"My run",
          "census-abc",
          "id-1",
          "train",
          "42",
          "minio://b/root",
          "2026-01-01T00:00:00Z",
          "2026-01-02T00:00:00Z"};
}

TEST(ExecutorInput, PrintsAsProtobufDoes) {
  EXPECT_EQ(
      text::FormatJson(ToJson(TaskInput())),
      R"({"inputs":{"artifacts":{"data":{"artifacts":[{"metadata":{"note":"n","rows":7},)"
      R"("name":"data-1","uri":"minio://b/k"}]}},"parameterValues":{"d":{"k":"v"},"f":0.5,)"
      R"("flag":true,"l":[1,2,{"a":3}],"n":3,"none":null,"text":"t x",)"
      R"("tricky":"{{$.inputs.parameters['text']}}"}},"outputs":{"artifacts":{"model":{"artifacts":)"
      R"([{"name":"model","type":{"schemaTitle":"system.Model","schemaVersion":"0.0.1"},)"
      R"("uri":"minio://b/m"}]}},"outputFile":"/minio/b/output_metadata.json",)"
      R"("parameters":{"out":{"outputFile":"/tmp/kfp/outputs/out"}}}})");
  EXPECT_EQ(text::FormatJson(ToJson(ExecutorInput{})), "{}");
}

TEST(ExecutorInput, LocalPaths) {
  EXPECT_EQ(LocalPath("minio://b/k/f"), "/minio/b/k/f");
  EXPECT_EQ(LocalPath("s3://b/k"), "/s3/b/k");
  EXPECT_EQ(LocalPath("gs://b/k"), "/gcs/b/k");
  EXPECT_EQ(LocalPath("oci://host/repo/image:1"), "/oci/host_repo_image:1");
  EXPECT_EQ(LocalPath("/already/local"), "/already/local");
  EXPECT_EQ(LocalPath("https://x/y"), "https://x/y");
  RuntimeArtifact artifact;
  artifact.uri = "minio://b/k";
  artifact.metadata["_kfp_workspace"] = Json(true);
  EXPECT_EQ(LocalPath(artifact), "/kfp-workspace/.artifacts/minio/b/k");
  artifact.custom_path = "/custom";
  EXPECT_EQ(LocalPath(artifact), "/custom");
}

TEST(Placeholders, FillWords) {
  for (const auto& [word, expected] : ReadCases("words.txt")) {
    auto words = ResolveCommand({word}, TaskInput(), Component(), Identity());
    const std::string error = "error: ";
    if (expected.starts_with(error)) {
      ASSERT_FALSE(words) << word;
      EXPECT_NE(words.error().message().find(expected.substr(error.size())), std::string::npos)
          << word << ": " << words.error().message();
      continue;
    }
    ASSERT_TRUE(words) << word << ": " << words.error().message();
    Json::Array got(words->begin(), words->end());
    EXPECT_EQ(text::FormatJson(Json(got)), expected) << word;
  }
}

TEST(Placeholders, WholeInputIsOneWord) {
  ExecutorInput input = TaskInput();
  auto words = ResolveCommand({"--executor_input", "{{$}}", "x"}, input, Component(), Identity());
  ASSERT_TRUE(words);
  ASSERT_EQ(words->size(), 3u);
  EXPECT_EQ((*words)[1], text::FormatJson(ToJson(input)));
  auto escaped = ResolveText("\"{{$.json_escape[1]}}\"", input, Component(), Identity());
  ASSERT_TRUE(escaped);
  EXPECT_EQ(Parsed(*escaped).as_string(), (*words)[1]);
  auto image = ResolveText("python:{{$.inputs.parameters['n']}}", input, Component(), Identity());
  ASSERT_TRUE(image);
  EXPECT_EQ(*image, "python:3");
}

TEST(Placeholders, BoundTheirGrowth) {
  ExecutorInput input;
  input.parameters["big"] = Json(std::string(100'000, 'x'));
  std::string word;
  for (int i = 0; i < 1000; ++i) word += "{{$.inputs.parameters['big']}}";
  auto words = ResolveCommand({word}, input, {}, {});
  ASSERT_FALSE(words);
  EXPECT_EQ(words.error().code(), base::Code::kResourceExhausted);
}

TEST(Placeholders, FillConstants) {
  Json::Object parameters = {{"pipelinechannel--a", Json("A")},
                             {"pipelinechannel--n", Json(4)},
                             {"pipelinechannel--l", Parsed("[1]")},
                             {"pipelinechannel--none", Json()}};
  auto resolve = [&](const std::string& json) {
    return text::FormatJson(ResolveConstant(Parsed(json), Identity(), parameters));
  };
  EXPECT_EQ(resolve(R"("{{$.pipeline_job_uuid}} at {{$.pipeline_job_create_time_utc}}")"),
            R"("id-1 at 2026-01-01T00:00:00Z")");
  EXPECT_EQ(resolve(R"("{{$.inputs.parameters['pipelinechannel--a']}}-{{$.workspace_path}}/x")"),
            R"("A-/kfp-workspace/x")");
  EXPECT_EQ(resolve(R"("n={{$.inputs.parameters['pipelinechannel--n']}}")"), R"("n=4")");
  EXPECT_EQ(resolve(R"("n={{$.inputs.parameters['pipelinechannel--none']}}")"), R"("n=")");
  // A placeholder and nothing else keeps the value's type, in structs too.
  EXPECT_EQ(resolve(R"("{{$.inputs.parameters['pipelinechannel--n']}}")"), "4");
  EXPECT_EQ(resolve(R"({"x":["{{$.inputs.parameters['pipelinechannel--l']}}",1]})"),
            R"({"x":[[1],1]})");
  EXPECT_EQ(resolve(R"("{{$.inputs.parameters['unknown']}}")"),
            R"("{{$.inputs.parameters['unknown']}}")");
  EXPECT_EQ(resolve("5"), "5");
  EXPECT_EQ(ResolveConstant(Json("{{$.pipeline_job_name}}"), Identity()), Json("My run"));
}

TEST(ConvertParameter, PrintsIntoStringsAndChecksTheRest) {
  auto to = [](const std::string& json, ParameterType type) {
    auto value = ConvertParameter(Parsed(json), type);
    return value ? text::FormatJson(*value) : "error: " + value.error().message();
  };
  EXPECT_EQ(to("\"x\"", ParameterType::kString), "\"x\"");
  EXPECT_EQ(to("3.0", ParameterType::kString), "\"3\"");
  EXPECT_EQ(to("0.5", ParameterType::kString), "\"0.5\"");
  EXPECT_EQ(to("true", ParameterType::kString), "\"true\"");
  EXPECT_EQ(to("[1, 2.0]", ParameterType::kString), "\"[1,2]\"");
  EXPECT_EQ(to("{\"a\": null}", ParameterType::kString), "\"{\\\"a\\\":null}\"");
  EXPECT_EQ(to("3.0", ParameterType::kNumberInteger), "3");
  EXPECT_TRUE(ConvertParameter(Json(3.0), ParameterType::kNumberInteger)->is_integer());
  EXPECT_EQ(to("3.5", ParameterType::kNumberInteger),
            "error: a value of type NUMBER_INTEGER is wanted, but this is the number 3.5");
  EXPECT_EQ(to("\"3\"", ParameterType::kNumberInteger),
            "error: a value of type NUMBER_INTEGER is wanted, but this is string");
  EXPECT_EQ(to("3", ParameterType::kNumberDouble), "3");
  EXPECT_TRUE(to("1", ParameterType::kBoolean).starts_with("error"));
  EXPECT_TRUE(to("null", ParameterType::kString).starts_with("error"));
  EXPECT_TRUE(to("{}", ParameterType::kList).starts_with("error"));
  EXPECT_EQ(to("{}", ParameterType::kTaskFinalStatus), "{}");
  EXPECT_EQ(to("null", ParameterType::kUnspecified), "null");
}

TEST(ExecutorOutput, ParsesPerParameterFiles) {
  const std::map<std::string, ParameterType> types = {
      {"STRING", ParameterType::kString}, {"NUMBER_INTEGER", ParameterType::kNumberInteger},
      {"LIST", ParameterType::kList},     {"NUMBER_DOUBLE", ParameterType::kNumberDouble},
      {"STRUCT", ParameterType::kStruct}, {"BOOLEAN", ParameterType::kBoolean}};
  for (const auto& [left, expected] : ReadCases("output_files.txt")) {
    size_t bar = left.find(" | ");
    ComponentSpec component;
    component.output_parameters["p"].type = types.at(left.substr(0, bar));
    auto output =
        ParseExecutorOutput("", {{"p", Parsed(left.substr(bar + 3)).as_string()}}, component);
    EXPECT_EQ(output ? text::FormatJson(output->parameters.at("p")) : "error", expected) << left;
  }
}

TEST(ExecutorOutput, PrefersTheOutputFileAndMissesNothing) {
  ComponentSpec component;
  component.output_parameters["a"].type = ParameterType::kNumberInteger;
  component.output_parameters["b"].type = ParameterType::kString;
  auto output = ParseExecutorOutput(
      R"({"parameterValues":{"a":1.0,"other":5},"unknown":{},"artifacts":{"m":{"artifacts":[
        {"name":"m","uri":"minio://x","metadata":{"k":1},"custom_path":"/p","type":{}}]}}})",
      {{"a", "2"}, {"b", "text"}}, component);
  ASSERT_TRUE(output) << output.error().message();
  EXPECT_EQ(text::FormatJson(Json(output->parameters)), R"({"a":1,"b":"text"})");
  EXPECT_EQ(output->artifacts.at("m").at(0).custom_path, "/p");

  auto missing = ParseExecutorOutput("", {{"a", "2"}}, component);
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().message(), "the task did not write its output parameter 'b' (STRING)");
  auto wrong = ParseExecutorOutput(R"({"parameterValues":{"a":"x"}})", {{"b", ""}}, component);
  ASSERT_FALSE(wrong);
  EXPECT_TRUE(wrong.error().message().starts_with("output parameter 'a': "))
      << wrong.error().message();
  for (const char* bad :
       {"{", "[]", R"({"artifacts":[]})", R"({"parameterValues":3})",
        R"({"artifacts":{"m":{"artifacts":{}}}})", R"({"artifacts":{"m":{"artifacts":[3]}}})"}) {
    EXPECT_FALSE(ParseExecutorOutput(bad, {{"a", "1"}, {"b", ""}}, component)) << bad;
  }
}

TEST(ExecutorOutput, ReadsTheDeprecatedParameters) {
  ComponentSpec component;
  component.output_parameters["a"].type = ParameterType::kNumberInteger;
  component.output_parameters["b"].type = ParameterType::kString;
  component.output_parameters["c"].type = ParameterType::kNumberDouble;
  auto output = ParseExecutorOutput(
      R"({"parameters":{"a":{"intValue":"3"},"b":{"stringValue":"s"},"c":{"doubleValue":0.5}}})",
      {}, component);
  ASSERT_TRUE(output) << output.error().message();
  EXPECT_EQ(text::FormatJson(Json(output->parameters)), R"({"a":3,"b":"s","c":0.5})");
}

TEST(ExecutorOutput, MergesArtifacts) {
  ExecutorInput input = TaskInput();
  input.output_artifacts["model"].metadata = {{"kept", Json(1)}, {"changed", Json(1)}};
  ExecutorOutput output;
  RuntimeArtifact said;
  said.metadata = {{"changed", Json(2)}, {"new", Json("x")}};
  output.artifacts["model"] = {said};
  output.artifacts["undeclared"] = {said};
  auto merged = MergeOutputArtifacts(input, output);
  ASSERT_EQ(merged.size(), 1u);
  const RuntimeArtifact& model = merged.at("model").at(0);
  EXPECT_EQ(model.uri, "minio://b/m");
  EXPECT_EQ(text::FormatJson(Json(model.metadata)), R"({"changed":2,"kept":1,"new":"x"})");
  output.artifacts["model"][0].uri = "s3://elsewhere";
  output.artifacts["model"][0].custom_path = "/p";
  merged = MergeOutputArtifacts(input, output);
  EXPECT_EQ(merged.at("model").at(0).uri, "s3://elsewhere");
  EXPECT_EQ(merged.at("model").at(0).custom_path, "/p");
}

}  // namespace
}  // namespace penstock::ir
