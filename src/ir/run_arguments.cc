// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "ir/parse.h"
#include "text/json.h"

namespace penstock::ir {
namespace {

using base::Code;
using base::Fail;

base::Status CheckComplete(const ComponentSpec& root, const Json::Object& arguments) {
  std::string missing;
  size_t count = 0;
  for (const auto& [name, input] : root.input_parameters) {
    if (arguments.contains(name) || input.is_optional || input.default_value) continue;
    missing += count == 0 ? "" : ", ";
    missing += "'" + name + "' (" + std::string(ParameterTypeName(input.type)) + ")";
    ++count;
  }
  if (count == 0) return {};
  return Fail(Code::kInvalidArgument,
              count == 1
                  ? "The run needs a value for parameter " + missing + "; pass it in arguments"
                  : "The run needs values for parameters " + missing + "; pass them in arguments");
}

std::string KnownNames(const ComponentSpec& root) {
  if (root.input_parameters.empty()) return "it has none";
  std::string names = "it has";
  for (const auto& [name, input] : root.input_parameters) {
    names += (names.size() > 6 ? ", '" : " '") + name + "'";
  }
  return names;
}

base::Status CheckArgument(const std::string& name, const Json& value,
                           const InputParameter& input) {
  std::string type(ParameterTypeName(input.type));
  if (input.type == ParameterType::kUnspecified || input.type == ParameterType::kTaskFinalStatus) {
    return Fail(Code::kInvalidArgument,
                "Parameter '" + name + "' is of type " + type + ", which no run can be given");
  }
  if (!HasType(value, input.type)) {
    std::string kind = value.is_number() ? text::FormatJson(value) : std::string(value.KindName());
    return Fail(Code::kInvalidArgument, "Parameter '" + name + "' needs a value of type " + type +
                                            ", but the run's arguments give " + kind);
  }
  if (input.literals.empty()) return {};
  if (std::find(input.literals.begin(), input.literals.end(), value) != input.literals.end()) {
    return {};
  }
  return Fail(Code::kInvalidArgument,
              "Parameter '" + name + "' must be one of " + text::FormatJson(Json(input.literals)));
}

}  // namespace

base::Status CheckRunArguments(const ComponentSpec& root, const Json::Object& arguments) {
  PENSTOCK_RETURN_IF_ERROR(CheckComplete(root, arguments));
  for (const auto& [name, value] : arguments) {
    auto input = root.input_parameters.find(name);
    if (input == root.input_parameters.end()) {
      return Fail(Code::kInvalidArgument,
                  "The pipeline has no parameter '" + name + "'; " + KnownNames(root));
    }
    PENSTOCK_RETURN_IF_ERROR(CheckArgument(name, value, input->second));
  }
  return {};
}

}  // namespace penstock::ir
