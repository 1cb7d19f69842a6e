// SPDX-License-Identifier: Apache-2.0
#include "ir/spec_readers.h"
#include "text/json.h"

namespace penstock::ir {
namespace {

// An amount in its current form, a quantity such as "500m" or "2Gi", or in the deprecated form, a
// number of CPUs or of gigabytes. Newer SDKs write both; the quantity is the exact one.
std::string ReadAmount(FieldReader& reader, std::string_view quantity, std::string_view number,
                       std::string_view unit) {
  std::string text = reader.String(quantity);
  double amount = reader.Number(number);
  if (amount < 0) reader.Fail(number, "must not be negative");
  if (text.empty() && amount > 0) text = text::FormatNumber(amount).append(unit);
  return text;
}

ResourceSpec ReadResources(FieldReader reader) {
  ResourceSpec resources;
  resources.cpu_limit = ReadAmount(reader, "resourceCpuLimit", "cpuLimit", "");
  resources.cpu_request = ReadAmount(reader, "resourceCpuRequest", "cpuRequest", "");
  resources.memory_limit = ReadAmount(reader, "resourceMemoryLimit", "memoryLimit", "G");
  resources.memory_request = ReadAmount(reader, "resourceMemoryRequest", "memoryRequest", "G");
  FieldReader accelerator = reader.Message("accelerator");
  std::string old_type = accelerator.String("type");
  int64_t old_count = accelerator.Integer("count", 0, INT64_MAX);
  resources.accelerator_type = accelerator.String("resourceType");
  resources.accelerator_count = accelerator.String("resourceCount");
  if (resources.accelerator_type.empty()) resources.accelerator_type = old_type;
  if (resources.accelerator_count.empty() && old_count > 0) {
    resources.accelerator_count = std::to_string(old_count);
  }
  accelerator.Finish();
  reader.Finish();
  return resources;
}

// The pre-cache-check hook, which no Kubeflow backend runs: its shape is checked, nothing kept.
void ReadLifecycle(FieldReader reader) {
  FieldReader hook = reader.Message("preCacheCheck");
  hook.Strings("command");
  hook.Strings("args");
  hook.Finish();
  reader.Finish();
}

ContainerSpec ReadContainer(FieldReader reader) {
  ContainerSpec container;
  container.image = reader.String("image");
  container.command = reader.Strings("command");
  container.args = reader.Strings("args");
  reader.MessageList("env", [&](FieldReader& variable) {
    std::string name = variable.String("name");
    if (name.empty() || name.find('=') != std::string::npos ||
        name.find('\0') != std::string::npos) {
      variable.Fail("name", "is no name for an environment variable");
    }
    container.env.emplace_back(std::move(name), variable.String("value"));
  });
  ReadLifecycle(reader.Message("lifecycle"));
  container.resources = ReadResources(reader.Message("resources"));
  if (container.image.empty()) reader.Fail("image", "is missing");
  reader.Finish();
  return container;
}

ImporterSpec ReadImporter(FieldReader reader) {
  ImporterSpec importer;
  FieldReader uri_field = reader.Message("artifactUri");
  ConstantOrParameter uri = ReadConstantOrParameter(uri_field);
  uri_field.Finish();
  if (uri.constant) importer.artifact_uri = *uri.constant;
  importer.artifact_uri_parameter = uri.parameter;
  if (!importer.artifact_uri.is_string() && importer.artifact_uri_parameter.empty()) {
    reader.Fail("artifactUri", "must be a constant string or name an input");
  }
  importer.type = ReadArtifactType(reader.Message("typeSchema"));
  ReadDeprecatedProperties(reader, importer.metadata);
  for (auto& [key, value] : reader.Struct("metadata")) importer.metadata[key] = value;
  importer.reimport = reader.Bool("reimport");
  importer.download_to_workspace = reader.Bool("downloadToWorkspace");
  reader.Finish();
  return importer;
}

}  // namespace

void ReadExecutor(FieldReader& reader, ExecutorSpec& executor) {
  std::string_view kind = reader.OneOf({"container", "importer", "resolver", "customJob"});
  if (kind == "container") {
    executor.container = ReadContainer(reader.Message(kind));
  } else if (kind == "importer") {
    executor.importer = ReadImporter(reader.Message(kind));
  } else if (kind.empty()) {
    reader.Fail("needs either 'container' or 'importer'");
  } else {
    reader.Fail(kind, "executors of this kind are not supported; use a container or an importer");
  }
}

}  // namespace penstock::ir
