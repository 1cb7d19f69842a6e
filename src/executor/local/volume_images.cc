// SPDX-License-Identifier: Apache-2.0
#include "executor/local/volume_images.h"

#include <utility>

namespace penstock::executor {
namespace {

using base::Code;
using base::Fail;
using base::Result;
using engine::TaskLaunch;
using engine::TaskOutcome;

constexpr std::string_view kCreate = "argostub/createpvc";
constexpr std::string_view kDelete = "argostub/deletepvc";

std::string Input(const TaskLaunch& launch, const char* name) {
  auto found = launch.input.parameters.find(name);
  return found != launch.input.parameters.end() && found->second.is_string()
             ? found->second.as_string()
             : "";
}

Result<std::string> Name(const TaskLaunch& launch) {
  std::string name = Input(launch, "pvc_name");
  const std::string suffix = Input(launch, "pvc_name_suffix");
  if (name.empty() == suffix.empty()) {
    return Fail(Code::kInvalidArgument, "give either pvc_name or pvc_name_suffix");
  }
  return name.empty() ? launch.task_id + suffix : name;
}

}  // namespace

bool IsVolumeImage(const std::string& image) { return image == kCreate || image == kDelete; }

TaskOutcome RunVolumeImage(const TaskLaunch& launch, const KeptFolders& folders) {
  TaskOutcome outcome;
  base::Status done;
  if (launch.image == kDelete) {
    done = folders.RemoveVolume(Input(launch, "pvc_name"));
  } else if (auto name = Name(launch); !name) {
    done = Fail(std::move(name).error());
  } else if (auto made = folders.Volume(*name, ""); !made) {
    done = Fail(std::move(made).error());
  } else {
    outcome.parameters["name"] = *name;
  }
  outcome.kind = done ? TaskOutcome::Kind::kSucceeded : TaskOutcome::Kind::kFailed;
  if (!done) outcome.message = done.error().message();
  return outcome;
}

}  // namespace penstock::executor
