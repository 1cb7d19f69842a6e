// SPDX-License-Identifier: Apache-2.0
#include "ir/parameter_type.h"

#include <cmath>

#include "ir/parse.h"

namespace penstock::ir {
namespace {

bool IsStruct(ParameterType type) {
  return type == ParameterType::kStruct || type == ParameterType::kTaskFinalStatus ||
         type == ParameterType::kTaskConfig;
}

}  // namespace

std::string_view ParameterTypeName(ParameterType type) {
  switch (type) {
    case ParameterType::kUnspecified:
      return "PARAMETER_TYPE_ENUM_UNSPECIFIED";
    case ParameterType::kNumberDouble:
      return "NUMBER_DOUBLE";
    case ParameterType::kNumberInteger:
      return "NUMBER_INTEGER";
    case ParameterType::kString:
      return "STRING";
    case ParameterType::kBoolean:
      return "BOOLEAN";
    case ParameterType::kList:
      return "LIST";
    case ParameterType::kStruct:
      return "STRUCT";
    case ParameterType::kTaskFinalStatus:
      return "TASK_FINAL_STATUS";
    case ParameterType::kTaskConfig:
      return "TASK_CONFIG";
  }
  return "";
}

bool HasType(const Json& value, ParameterType type) {
  switch (type) {
    case ParameterType::kUnspecified:
      return true;
    case ParameterType::kNumberDouble:
      return value.is_number();
    case ParameterType::kNumberInteger:
      return value.is_integer() ||
             (value.is_double() && value.as_number() == std::trunc(value.as_number()) &&
              std::isfinite(value.as_number()));
    case ParameterType::kString:
      return value.is_string();
    case ParameterType::kBoolean:
      return value.is_bool();
    case ParameterType::kList:
      return value.is_array();
    case ParameterType::kStruct:
    case ParameterType::kTaskFinalStatus:
    case ParameterType::kTaskConfig:
      return value.is_object();
  }
  return false;
}

bool IsAssignable(ParameterType from, ParameterType to) {
  if (from == to || to == ParameterType::kString) return true;
  if (from == ParameterType::kUnspecified || to == ParameterType::kUnspecified) return true;
  if (to == ParameterType::kNumberDouble) return from == ParameterType::kNumberInteger;
  return IsStruct(from) && IsStruct(to);
}

}  // namespace penstock::ir
