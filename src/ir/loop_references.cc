// SPDX-License-Identifier: Apache-2.0
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ir/sdk_quirks.h"
#include "text/json.h"

namespace penstock::ir {
namespace {

constexpr std::string_view kLoopItem = "loop-item";
constexpr std::string_view kMember = "-subvar-";
constexpr size_t kMostLevels = 32;
constexpr size_t kMostSteps = 1'000'000;

class LoopReferenceRepair {
 public:
  explicit LoopReferenceRepair(PipelineSpec& spec) : spec_(spec) {}

  void Run() {
    FindUses();
    SupplyInner(spec_.root);
    for (auto& [name, component] : spec_.components) SupplyInner(component);
    DropDangling(spec_.root);
    for (auto& [name, component] : spec_.components) DropDangling(component);
    while (!dropped_.empty()) {
      auto [component, input] = std::move(dropped_.back());
      dropped_.pop_back();
      Follow(*component, input);
    }
  }

 private:
  struct Use {
    ComponentSpec* outer;
    TaskSpec* task;
  };

  void FindUses() {
    auto add = [this](ComponentSpec& outer) {
      if (!outer.dag) return;
      for (auto& [name, task] : DagOf(outer).tasks)
        uses_[task.component].push_back({&outer, &task});
    };
    add(spec_.root);
    for (auto& [name, component] : spec_.components) add(component);
  }

  // Gives the tasks of a group the variables of loops further out that they take by name although
  // the group does not have them.
  void SupplyInner(ComponentSpec& group) {
    if (!group.dag) return;
    for (auto& [name, task] : DagOf(group).tasks) {
      for (auto& [target, binding] : task.parameters) {
        auto* source = std::get_if<ParameterSource::ComponentInput>(&binding.source);
        if (source == nullptr || source->name.find(kLoopItem) == std::string::npos) continue;
        if (group.input_parameters.contains(source->name)) continue;
        size_t member = source->name.rfind(kMember);
        std::string item = source->name.substr(0, member);
        if (member != std::string::npos && binding.selector.empty() && Supply(group, item, 0)) {
          binding.selector = MemberSelector(source->name.substr(member + kMember.size()));
          source->name = item;
        } else {
          Supply(group, source->name, 0);
        }
      }
    }
  }

  // Makes the group have the loop variable, from wherever the groups around it have it.
  bool Supply(ComponentSpec& group, const std::string& variable, size_t depth) {
    if (++steps_ > kMostSteps) return false;
    if (group.input_parameters.contains(variable)) return true;
    auto uses = uses_.find(group.name);
    if (uses == uses_.end() || depth > kMostLevels) return false;
    InputParameter input;
    for (const Use& use : uses->second) {
      if (!Supply(*use.outer, variable, depth + 1)) return false;
      input.type = use.outer->input_parameters.at(variable).type;
    }
    for (const Use& use : uses->second) {
      use.task->parameters[variable].source = ParameterSource::ComponentInput{variable};
    }
    group.input_parameters[variable] = input;
    return true;
  }

  static std::string MemberSelector(const std::string& key) {
    return "parseJson(string_value)[" + text::FormatJson(Json(key)) + "]";
  }

  bool Dangles(const ComponentSpec& outer, const ParameterSource& source) const {
    if (const auto* input = std::get_if<ParameterSource::ComponentInput>(&source.source)) {
      return !outer.input_parameters.contains(input->name);
    }
    if (const auto* output = std::get_if<ParameterSource::TaskOutput>(&source.source)) {
      auto task = DagOf(outer).tasks.find(output->producer_task);
      if (task == DagOf(outer).tasks.end()) return false;
      auto component = spec_.components.find(task->second.component);
      return component != spec_.components.end() &&
             !component->second.output_parameters.contains(output->output_key);
    }
    return false;
  }

  void DropDangling(ComponentSpec& outer) {
    if (!outer.dag) return;
    for (auto& entry : DagOf(outer).tasks) {
      TaskSpec& task = entry.second;
      auto component = spec_.components.find(task.component);
      if (component == spec_.components.end() || !component->second.dag) continue;
      std::erase_if(task.parameters, [&](const auto& binding) {
        if (binding.first.find(kLoopItem) == std::string::npos) return false;
        if (!Dangles(outer, binding.second)) return false;
        Drop(task, component->second, binding.first);
        return true;
      });
    }
  }

  // Nobody gives the task this input now; a loop gives its variable itself.
  void Drop(const TaskSpec& task, ComponentSpec& inner, const std::string& input) {
    if (task.parameter_iterator && task.parameter_iterator->item_input == input) return;
    auto declared = inner.input_parameters.find(input);
    if (declared == inner.input_parameters.end()) return;
    declared->second.is_optional = true;
    dropped_.emplace_back(&inner, input);
  }

  // Repairs the tasks of `component` that take the input nobody gives.
  void Follow(ComponentSpec& component, const std::string& input) {
    steps_ += DagOf(component).tasks.size();
    if (steps_ > kMostSteps) return;
    size_t member = input.rfind(kMember);
    if (member != std::string::npos) {
      std::string item = input.substr(0, member);
      if (component.input_parameters.contains(item)) {
        TakeMember(DagOf(component), input, item, input.substr(member + kMember.size()));
        return;
      }
    }
    for (auto& entry : DagOf(component).tasks) {
      TaskSpec& task = entry.second;
      auto inner = spec_.components.find(task.component);
      if (inner == spec_.components.end() || !inner->second.dag) continue;
      std::erase_if(task.parameters, [&](const auto& binding) {
        const auto* source = std::get_if<ParameterSource::ComponentInput>(&binding.second.source);
        if (source == nullptr || source->name != input) return false;
        if (!Requires(inner->second, binding.first)) return false;
        Drop(task, inner->second, binding.first);
        return true;
      });
    }
  }

  // Tasks that take `input` take the member `key` of the loop's item instead.
  static void TakeMember(DagSpec& dag, const std::string& input, const std::string& item,
                         const std::string& key) {
    for (auto& [name, task] : dag.tasks) {
      for (auto& [target, binding] : task.parameters) {
        auto* source = std::get_if<ParameterSource::ComponentInput>(&binding.source);
        if (source == nullptr || source->name != input || !binding.selector.empty()) continue;
        source->name = item;
        binding.selector = MemberSelector(key);
      }
    }
  }

  // False once the input is known to be missing, so that following it ends.
  static bool Requires(const ComponentSpec& component, const std::string& input) {
    auto declared = component.input_parameters.find(input);
    return declared != component.input_parameters.end() && !declared->second.is_optional;
  }

  PipelineSpec& spec_;
  std::map<std::string, std::vector<Use>> uses_;  // by component
  size_t steps_ = 0;  // over the whole pipeline: bounds the work a hostile one can ask for
  std::vector<std::pair<ComponentSpec*, std::string>> dropped_;  // component, its input
};

}  // namespace

void RepairLoopReferences(PipelineSpec& spec) { LoopReferenceRepair(spec).Run(); }

}  // namespace penstock::ir
