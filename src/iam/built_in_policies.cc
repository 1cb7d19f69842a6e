// SPDX-License-Identifier: Apache-2.0
#include "base/check.h"
#include "iam/policies.h"

namespace penstock::iam {
namespace {

struct BuiltIn {
  std::string_view name;
  std::string_view text;
};

// Names and meanings as MinIO's users know them, with what they are to mean for pipelines; then
// those for pipelines alone.
constexpr BuiltIn kBuiltIns[] = {
    {"readwrite", R"({"Version":"2012-10-17","Statement":[
{"Effect":"Allow","Action":["s3:*"],"Resource":["arn:aws:s3:::*"]},
{"Effect":"Allow","Action":["pipelines:*"]}]})"},
    {"readonly", R"({"Version":"2012-10-17","Statement":[
{"Effect":"Allow","Action":["s3:GetBucketLocation","s3:GetObject"],"Resource":["arn:aws:s3:::*"]},
{"Effect":"Allow","Action":["pipelines:Read*"]}]})"},
    {"writeonly", R"({"Version":"2012-10-17","Statement":[
{"Effect":"Allow","Action":["s3:PutObject"],"Resource":["arn:aws:s3:::*"]}]})"},
    {"diagnostics", R"({"Version":"2012-10-17","Statement":[
{"Effect":"Allow","Action":["admin:ServerInfo","admin:ServerTrace","admin:ConsoleLog","admin:Profiling",
"admin:TopLocksInfo","admin:BandwidthMonitor","admin:OBDInfo","admin:Prometheus"],
"Resource":["arn:aws:s3:::*"]}]})"},
    {"consoleAdmin", R"({"Version":"2012-10-17","Statement":[
{"Effect":"Allow","Action":["admin:*"]},
{"Effect":"Allow","Action":["kms:*"]},
{"Effect":"Allow","Action":["pipelines:*"]},
{"Effect":"Allow","Action":["s3:*"],"Resource":["arn:aws:s3:::*"]}]})"},
    {"pipelinesReadOnly", R"({"Version":"2012-10-17","Statement":[
{"Effect":"Allow","Action":["pipelines:Read*"]}]})"},
    {"pipelinesRunner", R"({"Version":"2012-10-17","Statement":[
{"Effect":"Allow","Action":["pipelines:Read*","pipelines:Run"]}]})"},
    {"pipelinesDeveloper", R"({"Version":"2012-10-17","Statement":[
{"Effect":"Allow","Action":["pipelines:Read*","pipelines:Run","pipelines:WritePipelines",
"pipelines:WriteExperiments","pipelines:WriteRuns","pipelines:WriteRecurringRuns",
"pipelines:WriteTriggers","pipelines:WriteArtifacts","pipelines:WriteCache",
"pipelines:RecordTasks"]}]})"},
    {"pipelinesAdmin", R"({"Version":"2012-10-17","Statement":[
{"Effect":"Allow","Action":["pipelines:*"]}]})"},
};

}  // namespace

std::vector<NamedPolicy> BuiltInPolicies() {
  std::vector<NamedPolicy> policies;
  for (const BuiltIn& built_in : kBuiltIns) {
    NamedPolicy policy;
    policy.name = built_in.name;
    auto parsed = ParsePolicy(built_in.text, PolicyKind::kIdentity);
    PENSTOCK_CHECK(parsed.has_value());
    policy.policy = *std::move(parsed);
    policy.built_in = true;
    policies.push_back(std::move(policy));
  }
  return policies;
}

}  // namespace penstock::iam
