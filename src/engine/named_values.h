// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "engine/executor.h"

namespace penstock::engine {

// What is kept under one name: values by their keys.
using ValueMap = std::map<std::string, std::string>;

// Secrets and config maps, which pipelines name and whose values only running tasks get to see.
// Thread-safe.
class NamedValues {
 public:
  virtual ~NamedValues() = default;
  // Nothing where there is none of that name.
  virtual base::Result<std::optional<ValueMap>> Get(NamedKind kind, std::string_view name) = 0;
  // A text that is another one after the values have changed, and tells nothing of them; "" where
  // there is none of that name.
  virtual base::Result<std::string> Version(NamedKind kind, std::string_view name) = 0;
  virtual base::Result<std::vector<std::string>> List(NamedKind kind) = 0;  // names, sorted
  // Takes the place of what is there; nothing changes where that is the same. kInvalidArgument
  // where a name or key cannot be one.
  virtual base::Status Put(NamedKind kind, std::string_view name, const ValueMap& values) = 0;
  // kNotFound where there is none.
  virtual base::Status Remove(NamedKind kind, std::string_view name) = 0;
};

std::string_view NamedKindName(NamedKind kind);  // "secret", "config map"

// Whether names and keys are as Kubernetes wants them: letters, digits, '-', '_' and '.', and not
// beginning with a dot.
base::Status CheckNamed(std::string_view name, const ValueMap& values);

// Fills in what the launch names, and forgets the names. kFailedPrecondition says what is not there
// and how to set it; `values` may be null: then nothing is there.
base::Status FillNamed(TaskLaunch& launch, NamedValues* values);

}  // namespace penstock::engine
