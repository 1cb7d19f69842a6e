// SPDX-License-Identifier: Apache-2.0
#include "engine/loop_items.h"

#include <utility>

namespace penstock::engine {

using base::Code;
using base::Fail;
using base::Result;
using base::Status;
using text::Json;

namespace {

Result<Json::Array> ParseItems(const std::string& text) {
  PENSTOCK_TRY(Json parsed, text::ParseJson(text));
  if (!parsed.is_array()) {
    return Fail(Code::kInvalidArgument,
                "expected a JSON array, got " + std::string(parsed.KindName()));
  }
  return std::move(parsed.as_array());
}

Result<Json::Array> ParameterItems(const TaskNode& loop, const ir::ParameterIterator& iterator) {
  if (iterator.raw_items) return ParseItems(*iterator.raw_items);
  auto found = loop.row.inputs.find(iterator.items_input);
  if (found == loop.row.inputs.end()) return Fail(Code::kFailedPrecondition, "has no value");
  const Json& value = found->second;
  if (value.is_array()) return value.as_array();
  if (value.is_string()) return ParseItems(value.as_string());
  return Fail(Code::kInvalidArgument, "expected a list, got " + std::string(value.KindName()));
}

}  // namespace

Status ReadLoopItems(TaskNode& loop) {
  const ir::TaskSpec& spec = *loop.planned->spec;
  if (spec.parameter_iterator) {
    auto items = ParameterItems(loop, *spec.parameter_iterator);
    if (!items) {
      const auto& from = spec.parameter_iterator->items_input;
      return Fail(std::move(items).error().Wrap(from.empty() ? "items" : "input '" + from + "'"));
    }
    loop.items = std::move(*items);
    return {};
  }
  const std::string& input = spec.artifact_iterator->items_input;
  auto found = loop.input_artifacts.find(input);
  if (found == loop.input_artifacts.end()) {
    return Fail(Code::kFailedPrecondition, "input '" + input + "': has no artifacts");
  }
  loop.artifact_items = found->second;
  return {};
}

size_t LoopSize(const TaskNode& loop) {
  return loop.planned->spec->parameter_iterator ? loop.items.size() : loop.artifact_items.size();
}

Result<ResolvedInputs> IterationInputs(const TaskNode& loop, size_t iteration) {
  const ir::TaskSpec& spec = *loop.planned->spec;
  ResolvedInputs inputs{loop.row.inputs, loop.input_artifacts};
  if (!spec.parameter_iterator) {
    inputs.artifacts.erase(spec.artifact_iterator->items_input);
    inputs.artifacts[spec.artifact_iterator->item_input] = {loop.artifact_items[iteration]};
    return inputs;
  }
  const ir::ParameterIterator& iterator = *spec.parameter_iterator;
  if (!iterator.raw_items) inputs.parameters.erase(iterator.items_input);
  Json item = loop.items[iteration];
  auto declared = loop.component().input_parameters.find(iterator.item_input);
  if (declared != loop.component().input_parameters.end() && !item.is_null() &&
      declared->second.type != ir::ParameterType::kUnspecified) {
    auto converted = ir::ConvertParameter(item, declared->second.type);
    if (!converted) {
      return Fail(std::move(converted).error().Wrap("input '" + iterator.item_input + "'"));
    }
    item = std::move(*converted);
  }
  inputs.parameters[iterator.item_input] = std::move(item);
  return inputs;
}

}  // namespace penstock::engine
