// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>

#include "ir/executor_io.h"

// What a task leaves behind: its output file, or the text of one parameter's file. The input's
// first byte chooses the parameter's type; the text is also used as a word of a command.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace penstock::ir;
  if (size == 0) return 0;
  std::string text(reinterpret_cast<const char*>(data) + 1, size - 1);
  ComponentSpec component;
  component.output_parameters["p"].type = static_cast<ParameterType>(data[0] % 9);
  component.input_parameters["optional"].is_optional = true;

  ExecutorInput input;
  input.parameters["x"] = Json("text");
  input.output_artifacts["model"].uri = "minio://b/m";
  input.output_file = "/minio/b/output_metadata.json";
  auto output = ParseExecutorOutput(text, {{"p", text}}, component);
  if (output) (void)MergeOutputArtifacts(input, *output);
  (void)ParseExecutorOutput("", {{"p", text}}, component);

  TaskIdentity identity;
  (void)ResolveCommand({text}, input, component, identity);
  (void)ResolveConstant(Json(text), identity, input.parameters);
  return 0;
}
