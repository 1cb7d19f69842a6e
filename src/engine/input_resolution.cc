// SPDX-License-Identifier: Apache-2.0
#include "engine/input_resolution.h"

#include <string>
#include <type_traits>
#include <utility>
#include <variant>

#include "engine/final_status.h"
#include "ir/expression.h"
#include "ir/loop_item_name.h"

namespace penstock::engine {

using base::Code;
using base::Fail;
using base::Result;
using text::Json;

namespace {

// The value of one source; null where it has none. `lack` then says why, for the error of an input
// that cannot do without.
class Resolver {
 public:
  Resolver(const TaskNode& node, const RunContext& context) : node_(node), context_(context) {}

  Result<ResolvedInputs> Resolve() {
    ResolvedInputs inputs;
    // Constants last: they may refer to the other inputs, which f-strings are compiled to.
    for (bool constants : {false, true}) {
      Json::Object found;
      for (const auto& [name, source] : node_.planned->spec->parameters) {
        if (std::holds_alternative<ir::ParameterSource::Constant>(source.source) != constants) {
          continue;
        }
        auto value = Parameter(name, source);
        if (!value) return Fail(std::move(value).error().Wrap("input '" + name + "'"));
        if (!constants) referable_.emplace(name, *value);
        if (!value->is_null()) found.emplace(name, std::move(*value));
      }
      inputs.parameters.merge(found);
    }
    for (const auto& [name, source] : node_.planned->spec->artifacts) {
      PENSTOCK_RETURN_IF_ERROR(Artifact(name, source, inputs));
    }
    if (node_.has_children()) {
      inputs.parameters = WithDefaults(node_.component(), std::move(inputs.parameters));
    }
    return inputs;
  }

 private:
  Result<Json> Parameter(const std::string& name, const ir::ParameterSource& source) {
    lack_.clear();
    const ir::InputParameter* declared = nullptr;
    const auto& known = node_.component().input_parameters;
    if (auto found = known.find(name); found != known.end()) declared = &found->second;

    Json value = std::visit([this](const auto& from) { return From(from); }, source.source);
    if (!value.is_null() && !source.selector.empty()) {
      PENSTOCK_TRY(auto selector, ir::Expression::Parse(source.selector));
      PENSTOCK_TRY(value, selector->EvaluateSelector(value));
    }
    if (value.is_null()) {
      if (declared == nullptr || declared->is_optional || declared->default_value) return value;
      return Fail(Code::kFailedPrecondition, lack_.empty() ? "has no value" : lack_);
    }
    bool checked = declared != nullptr && !IteratesOver(name) &&
                   declared->type != ir::ParameterType::kUnspecified &&
                   declared->type != ir::ParameterType::kTaskFinalStatus;
    if (!checked) return value;
    return ir::ConvertParameter(TypedItem(source, declared->type, std::move(value)),
                                declared->type);
  }

  // An item that was text only because nobody knew what it is: what the text says.
  static Json TypedItem(const ir::ParameterSource& source, ir::ParameterType wanted, Json value) {
    const auto* from = std::get_if<ir::ParameterSource::ComponentInput>(&source.source);
    if (from == nullptr || !ir::IsLoopItemName(from->name) || !value.is_string() ||
        wanted == ir::ParameterType::kString) {
      return value;
    }
    auto parsed = text::ParseJson(value.as_string());
    return parsed ? *std::move(parsed) : value;
  }

  // Items may also come as the text of a list: loop_items.h checks them.
  bool IteratesOver(const std::string& name) const {
    const auto& iterator = node_.planned->spec->parameter_iterator;
    return iterator && !iterator->raw_items && iterator->items_input == name;
  }

  Json From(const ir::ParameterSource::TaskOutput& from) {
    const TaskNode* producer = node_.parent->Child(from.producer_task);
    if (producer != nullptr) {
      auto found = producer->row.outputs.find(from.output_key);
      if (found != producer->row.outputs.end()) return found->second;
    }
    lack_ = "task '" + from.producer_task + "' gave no output '" + from.output_key + "'";
    return nullptr;
  }
  Json From(const ir::ParameterSource::Constant& from) {
    return ir::ResolveConstant(from.value, context_.IdentityOf(node_), referable_);
  }
  Json From(const ir::ParameterSource::RuntimeParameter& from) {
    const TaskNode* root = &node_;
    while (!root->is_root()) root = root->parent;
    return ValueOf(*root, from.name);
  }
  Json From(const ir::ParameterSource::ComponentInput& from) {
    return ValueOf(*node_.parent, from.name);
  }
  Json From(const ir::ParameterSource::TaskFinalStatus& from) {
    const auto& named = node_.planned->spec->dependent_tasks;
    std::string producer = from.producer_task;
    if (producer.empty() && !named.empty()) producer = named.front();
    const TaskNode* task = node_.parent->Child(producer);
    if (task == nullptr) return nullptr;
    return FinalStatus(*task, context_.resource_name());
  }
  Json ValueOf(const TaskNode& dag, const std::string& name) {
    auto found = dag.row.inputs.find(name);
    if (found != dag.row.inputs.end()) return found->second;
    lack_ = "input '" + name + "' of " + DescribeTask(dag) + " has no value";
    return nullptr;
  }

  base::Status Artifact(const std::string& name, const ir::ArtifactSource& source,
                        ResolvedInputs& inputs) {
    std::string lack;
    const std::vector<ir::RuntimeArtifact>* found = nullptr;
    if (auto* output = std::get_if<ir::ArtifactSource::TaskOutput>(&source.source)) {
      const TaskNode* producer = node_.parent->Child(output->producer_task);
      if (producer != nullptr) found = FindIn(producer->output_artifacts, output->output_key);
      lack = "task '" + output->producer_task + "' gave no artifact '" + output->output_key + "'";
    } else {
      const auto& input = std::get<ir::ArtifactSource::ComponentInput>(source.source);
      found = FindIn(node_.parent->input_artifacts, input.name);
      lack = "artifact input '" + input.name + "' of " + DescribeTask(*node_.parent) + " is absent";
    }
    if (found != nullptr) {
      inputs.artifacts[name] = *found;
      return {};
    }
    const auto& known = node_.component().input_artifacts;
    auto declared = known.find(name);
    if (declared != known.end() && declared->second.is_list) {
      inputs.artifacts[name];  // no artifacts are a list too
      return {};
    }
    if (declared == known.end() || declared->second.is_optional) return {};
    return Fail(Code::kFailedPrecondition, "input '" + name + "': " + lack);
  }

  static const std::vector<ir::RuntimeArtifact>* FindIn(const ArtifactMap& map,
                                                        const std::string& name) {
    auto found = map.find(name);
    return found == map.end() ? nullptr : &found->second;
  }

  const TaskNode& node_;
  const RunContext& context_;
  Json::Object referable_;  // what constants may name: all inputs that are none themselves
  std::string lack_;
};

}  // namespace

Result<ResolvedInputs> ResolveInputs(const TaskNode& node, const RunContext& context) {
  return Resolver(node, context).Resolve();
}

Json::Object RootInputs(const ir::ComponentSpec& root, const Json::Object& arguments) {
  return WithDefaults(root, arguments);
}

Json::Object WithDefaults(const ir::ComponentSpec& component, Json::Object parameters) {
  for (const auto& [name, input] : component.input_parameters) {
    if (input.default_value && !input.default_value->is_null()) {
      parameters.try_emplace(name, *input.default_value);
    }
  }
  return parameters;
}

}  // namespace penstock::engine
