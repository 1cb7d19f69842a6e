// SPDX-License-Identifier: Apache-2.0
#include "engine/named_values.h"

#include <utility>

namespace penstock::engine {

using base::Code;
using base::Fail;
using base::Result;
using base::Status;

namespace {

constexpr size_t kLongestName = 253;

bool IsName(std::string_view name) {
  constexpr std::string_view kGood =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.";
  return !name.empty() && name.size() <= kLongestName && name.front() != '.' &&
         name.find_first_not_of(kGood) == std::string_view::npos;
}

tl::unexpected<base::Error> Missing(const NamedUse& use, bool whole) {
  const std::string kind(NamedKindName(use.kind));
  const std::string command = use.kind == NamedKind::kSecret ? "secret" : "config-map";
  return Fail(Code::kFailedPrecondition,
              (whole ? "there is no " + kind + " '" + use.name + "' on this server"
                     : "the " + kind + " '" + use.name + "' has no key '" + use.key + "'") +
                  "; set it with: penstock " + command + " set " + use.name + " " +
                  (use.key.empty() ? "KEY" : use.key) + "=VALUE");
}

Status FillOne(const NamedUse& use, NamedValues* values, TaskLaunch& launch) {
  std::optional<ValueMap> found;
  if (values != nullptr) {
    PENSTOCK_TRY(found, values->Get(use.kind, use.name));
  }
  if (!found && !use.optional) return Missing(use, true);
  if (use.variable.empty()) {
    TaskFolder folder;
    folder.path = use.path;
    folder.files = found ? std::move(*found) : ValueMap();
    launch.folders.push_back(std::move(folder));
    return {};
  }
  if (!found) return {};
  auto value = found->find(use.key);
  if (value != found->end()) {
    launch.env.emplace_back(use.variable, std::move(value->second));
  } else if (!use.optional) {
    return Missing(use, false);
  }
  return {};
}

}  // namespace

std::string_view NamedKindName(NamedKind kind) {
  return kind == NamedKind::kSecret ? "secret" : "config map";
}

Status CheckNamed(std::string_view name, const ValueMap& values) {
  auto bad = [](std::string_view text) {
    return Fail(Code::kInvalidArgument,
                "'" + std::string(text.substr(0, kLongestName)) +
                    "' is no name: it may have letters, digits, '-', '_' and '.', may not begin "
                    "with a dot, and be 253 characters long at most");
  };
  if (!IsName(name)) return bad(name);
  for (const auto& [key, value] : values) {
    if (!IsName(key)) return bad(key);
  }
  return {};
}

Status FillNamed(TaskLaunch& launch, NamedValues* values) {
  for (const NamedUse& use : std::exchange(launch.named, {})) {
    PENSTOCK_RETURN_IF_ERROR(FillOne(use, values, launch));
  }
  return {};
}

}  // namespace penstock::engine
