// SPDX-License-Identifier: Apache-2.0
#include "engine/demand.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "ir/quantity.h"

namespace penstock::engine {

using base::Code;
using base::Fail;
using base::Status;

namespace {

constexpr double kOneProcessor = 1;
constexpr double kMost = 1e15;  // of processors or bytes; more would run over

bool IsPlaceholder(std::string_view text) { return text.find("{{") != std::string_view::npos; }

// The request, or else the limit, or else `without`; rounded up.
int64_t Asked(const std::string& request, const std::string& limit, double without, double unit) {
  const double amount = ir::ParseQuantity(request.empty() ? limit : request).value_or(without);
  return static_cast<int64_t>(std::ceil(std::min(amount, kMost) * unit));
}

std::string NameOf(const std::string& executor_label) {
  return executor_label.starts_with("exec-") ? executor_label.substr(5) : executor_label;
}

}  // namespace

Demand DemandOf(const ir::ResourceSpec& resources) {
  return {Asked(resources.cpu_request, resources.cpu_limit, kOneProcessor, 1000),
          Asked(resources.memory_request, resources.memory_limit, 0, 1)};
}

Status CheckResources(const ir::ResourceSpec& resources) {
  const std::pair<const char*, const std::string*> amounts[] = {
      {"CPU request", &resources.cpu_request},
      {"CPU limit", &resources.cpu_limit},
      {"memory request", &resources.memory_request},
      {"memory limit", &resources.memory_limit}};
  for (const auto& [what, text] : amounts) {
    if (text->empty() || IsPlaceholder(*text) || ir::ParseQuantity(*text)) continue;
    return Fail(Code::kInvalidArgument, "the " + std::string(what) + " '" + text->substr(0, 100) +
                                            "' is no quantity: write a number, or one with a "
                                            "suffix as in 500m, 2Gi or 512M");
  }
  return {};
}

Demand Within(const Capacity& capacity, Demand demand) {
  return {std::min(demand.cpu_millis, capacity.cpu_millis),
          std::min(demand.memory_bytes, capacity.memory_bytes)};
}

std::vector<std::string> OversizeNotices(const ir::PipelineSpec& spec, const Capacity& capacity) {
  std::vector<std::string> notices;
  for (const auto& [label, executor] : spec.executors) {
    if (!executor.container) continue;
    const Demand demand = DemandOf(executor.container->resources);
    if (demand.cpu_millis > capacity.cpu_millis) {
      notices.push_back(NameOf(label) + " asks for more processors than tasks may use here (" +
                        std::to_string(capacity.cpu_millis / 1000) +
                        "): it gets them all, and waits until no other task runs");
    }
    if (demand.memory_bytes > capacity.memory_bytes) {
      notices.push_back(NameOf(label) + " asks for more memory than this machine has (" +
                        std::to_string(capacity.memory_bytes >> 20) +
                        " MiB): it waits until no other task that asks for memory runs, and may "
                        "fail for want of it");
    }
  }
  return notices;
}

}  // namespace penstock::engine
