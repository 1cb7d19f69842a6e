// SPDX-License-Identifier: Apache-2.0
#include "executor/local/task_limits.h"

#include <algorithm>
#include <cstdio>

#include "ir/quantity.h"

namespace penstock::executor {
namespace {

using base::Code;
using base::Fail;
using base::Result;
using text::Json;

// No limit where the text is empty or says 0, as pods have it.
Result<std::optional<double>> Amount(const std::string& text, const char* what,
                                     const char* example) {
  if (text.empty()) return std::optional<double>();
  const auto amount = ir::ParseQuantity(text);
  if (!amount) {
    return Fail(Code::kInvalidArgument, std::string(what) + " '" + text +
                                            "' is no amount: write it as in '" + example + "'");
  }
  return *amount > 0 ? amount : std::optional<double>();
}

}  // namespace

Result<uint64_t> ParseDiskLimit(const std::string& text) {
  PENSTOCK_TRY(auto bytes, Amount(text, "--task-disk-limit", "10Gi"));
  return static_cast<uint64_t>(std::min(bytes.value_or(0), 0x1p62));
}

Json TaskLimits::ToJson() const {
  Json json{Json::Object{}};
  if (group.memory_bytes) json["memory_bytes"] = static_cast<int64_t>(*group.memory_bytes);
  if (group.cpus) json["cpus"] = *group.cpus;
  if (group.processes) json["processes"] = static_cast<int64_t>(*group.processes);
  if (disk_bytes) json["disk_bytes"] = static_cast<int64_t>(*disk_bytes);
  return json;
}

Result<TaskLimits> LimitsOf(const ir::ResourceSpec& resources, const TaskLimitOptions& options,
                            const sys::ControlGroups& groups) {
  TaskLimits limits;
  PENSTOCK_TRY(auto memory, Amount(resources.memory_limit, "the memory limit", "512Mi"));
  PENSTOCK_TRY(auto cpus, Amount(resources.cpu_limit, "the CPU limit", "500m"));
  constexpr double kMostBytes = 0x1p62;
  if (memory && *memory < kMostBytes) {
    if (groups.able("memory")) {
      limits.group.memory_bytes = static_cast<uint64_t>(*memory);
    } else {
      limits.not_enforced.push_back("memory");
    }
  }
  constexpr double kMostCpus = 1e6;
  if (cpus && *cpus < kMostCpus) {
    if (groups.able("cpu")) {
      limits.group.cpus = *cpus;
    } else {
      limits.not_enforced.push_back("cpu");
    }
  }
  if (options.processes > 0) limits.group.processes = options.processes;
  if (options.disk_bytes > 0) limits.disk_bytes = options.disk_bytes;
  return limits;
}

std::string DescribeBytes(uint64_t bytes) {
  constexpr const char* kUnits[] = {"KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
  if (bytes < 1024) return std::to_string(bytes) + " bytes";
  double amount = static_cast<double>(bytes);
  size_t unit = 0;
  for (amount /= 1024; amount >= 1024; amount /= 1024) ++unit;
  char text[32];
  std::snprintf(text, sizeof(text), "%.4g %s", amount, kUnits[unit]);
  return text;
}

}  // namespace penstock::executor
