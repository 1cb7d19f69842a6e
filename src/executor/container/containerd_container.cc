// SPDX-License-Identifier: Apache-2.0
#include "executor/container/containerd_container.h"

#include <filesystem>
#include <fstream>

#include <sys/stat.h>
#include <unistd.h>

#include "executor/container/container_root.h"
#include "executor/container/container_spec.h"
#include "executor/container/containerd_events.h"
#include "executor/container/image_users.h"
#include "executor/local/host_files.h"
#include "sys/remove_tree.h"
#include "sys/run_process.h"

namespace penstock::executor {
namespace {

namespace fs = std::filesystem;
using base::Code;
using base::Fail;
using base::Result;
using base::Status;
using std::chrono::milliseconds;
using std::chrono::seconds;
using SteadyClock = std::chrono::steady_clock;

// Events come from another process than the end of a log.
constexpr seconds kEventDelay{10};
constexpr seconds kNoStart{1};

Status WriteFile(const std::string& path, const std::string& text) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file << text;
  file.flush();
  if (file.good()) return {};
  return Fail(Code::kInternal, "cannot write " + path);
}

std::string HostName() {
  char name[256] = {};
  if (::gethostname(name, sizeof(name) - 1) != 0) return "localhost";
  return name;
}

bool CountsSwap() {
  return ::access("/sys/fs/cgroup/memory/memory.memsw.limit_in_bytes", F_OK) == 0 ||
         ::access("/sys/fs/cgroup/cgroup.controllers", F_OK) == 0;
}

// What containerd says no to is the fault of what was asked for: a command that is not there, a
// folder that cannot be mounted, a limit that is too low.
base::Error Refusal(const std::string& reason) {
  return base::Error(Code::kInvalidArgument, "containerd refuses the container: " + reason);
}

Status FineWhereAbsent(const Result<std::string>& answer) {
  if (answer || answer.error().code() == Code::kNotFound) return {};
  return Fail(base::Error(answer.error()));
}

// The output of a container with what its client says at the end, which tells why it never ran.
class FollowedOutput {
 public:
  explicit FollowedOutput(const sys::LineSink& sink) : sink_(sink) {}
  void Add(std::string_view line) {
    last_ = line.substr(0, 4000);
    sink_(line);
  }
  bool ends_with_error() const { return last_.starts_with("ctr: "); }
  std::string error() const { return ContainerdError(last_); }

 private:
  const sys::LineSink& sink_;
  std::string last_;
};

}  // namespace

Status ContainerdContainer::Prepare(const ContainerRequest& request, const std::string& image,
                                    const ImageConfig& config, const text::Json& usual_spec) {
  std::error_code error;
  fs::create_directories(Root(), error);
  if (!error) fs::permissions(Folder(), fs::perms::owner_all, error);
  if (error) return Fail(Code::kInternal, "cannot make " + Folder() + ": " + error.message());
  PENSTOCK_RETURN_IF_ERROR(MountFiles(image, config));
  PENSTOCK_RETURN_IF_ERROR(WriteSpec(request, config, usual_spec));
  return Create(request);
}

Status ContainerdContainer::MountFiles(const std::string& image, const ImageConfig& config) {
  const std::vector<std::string> prepare = {"snapshots", "prepare", "--mounts", name_,
                                            config.chain};
  auto mounts = client_.AskJson(prepare);
  if (!mounts && mounts.error().code() == Code::kNotFound) {
    // It was brought here without being unpacked, as looking at its files does.
    PENSTOCK_TRY(std::string mounted, client_.Ask({"images", "mount", image, Root()}));
    PENSTOCK_TRY(std::string unmounted, client_.Ask({"images", "unmount", "--rm", Root()}));
    mounts = client_.AskJson(prepare);
  }
  if (!mounts) {
    return Fail(std::move(mounts).error().Wrap("containerd has no files of image " + image));
  }
  PENSTOCK_TRY(std::vector<SnapshotMount> parsed, ParseSnapshotMounts(*mounts));
  return MountSnapshot(parsed, Root());
}

Status ContainerdContainer::WriteSpec(const ContainerRequest& request, const ImageConfig& config,
                                      const text::Json& usual_spec) {
  SpecInput input;
  input.usual = usual_spec;
  input.root = Root();
  input.image = config;
  const bool shares_network = request.network == "host";
  input.hostname = shares_network ? HostName() : name_.substr(0, 63);
  PENSTOCK_TRY(
      std::string hosts,
      HostsText(request.hosts, shares_network ? ReadTextFile("/etc/hosts") : "", input.hostname));
  input.hosts_file = Folder() + "/hosts";
  PENSTOCK_RETURN_IF_ERROR(WriteFile(input.hosts_file, hosts));
  ::chmod(input.hosts_file.c_str(), 0644);
  if (shares_network && ::access("/etc/resolv.conf", R_OK) == 0) {
    input.resolver_file = "/etc/resolv.conf";
  }
  input.control_group = ControlGroup();
  input.counts_swap = CountsSwap();
  PENSTOCK_TRY(input.user,
               FindImageUser(request.user.empty() ? config.user : request.user,
                             ReadInRoot(Root(), "etc/passwd"), ReadInRoot(Root(), "etc/group")));
  return WriteFile(Folder() + "/config.json", text::FormatJson(ContainerSpec(input, request)));
}

Status ContainerdContainer::Create(const ContainerRequest& request) {
  std::vector<std::string> command = {"containers", "create", "--config",
                                      Folder() + "/config.json"};
  for (const auto& [name, value] : request.labels) {
    command.insert(command.end(), {"--label", name + "=" + value});
  }
  command.push_back(name_);
  auto created = client_.Ask(command);
  if (created) return {};
  if (created.error().code() == Code::kUnavailable) return Fail(std::move(created).error());
  return Fail(Refusal(created.error().message()));
}

Result<ContainerEnd> ContainerdContainer::Run(const ContainerHooks& hooks) {
  ContainerdEvents events(client_, place_.name_space, name_, [&] {
    if (hooks.started) hooks.started();
    if (!hooks.observed) return;
    if (auto group = sys::ObservedGroup::AtPath(ControlGroup())) hooks.observed(*group);
  });
  // The client does not say since when it listens: something harmless is told until it is heard.
  for (int i = 0; i < 100 && !events.AwaitFirst(milliseconds(50)); ++i) {
    PENSTOCK_TRY(std::string told, client_.Ask({"containers", "label", name_,
                                                "dev.penstock.heard=" + std::to_string(i)}));
  }
  FollowedOutput output(hooks.line);
  sys::RunOptions options;
  options.cancel = hooks.cancel;
  options.line = [&output](std::string_view line) { output.Add(line); };
  options.watch = [&](const sys::Process&) -> std::optional<std::string> {
    const auto started = events.started_at();
    if (!hooks.timeout || !started) return std::nullopt;
    // In seconds: the longest are more than the clock's own units hold.
    const auto time = std::chrono::duration_cast<seconds>(SteadyClock::now() - *started);
    if (time < *hooks.timeout) return std::nullopt;
    return "timed out";
  };
  options.watch_pause = [&] { return milliseconds(hooks.timeout ? 100 : 1000); };
  PENSTOCK_TRY(sys::RunEnd ended,
               sys::RunProcess(client_.Command({"tasks", "start", name_}), options));
  ContainerEnd end;
  if (ended.cause == sys::RunEnd::Cause::kCancelled) {
    end.cause = ContainerEnd::Cause::kCancelled;
    return end;
  }
  if (ended.cause == sys::RunEnd::Cause::kStopped) {
    end.cause = ContainerEnd::Cause::kTimedOut;
    return end;
  }
  const bool failed = ended.status.code == 1 && output.ends_with_error();
  auto exit = events.AwaitExit(failed && !events.started_at() ? kNoStart : kEventDelay);
  if (failed && !exit && !events.started_at()) return Fail(Refusal(output.error()));
  if (failed && !exit) {
    return Fail(Code::kUnavailable, "containerd has gone while the task ran: " + output.error());
  }
  end.exit_code =
      exit.value_or(ended.status.signal == 0 ? ended.status.code : 128 + ended.status.signal);
  end.out_of_memory = end.exit_code != 0 && events.out_of_memory();
  return end;
}

Status ContainerdContainer::Remove() {
  if (removed_) return {};
  PENSTOCK_RETURN_IF_ERROR(FineWhereAbsent(client_.Ask({"tasks", "rm", "--force", name_})));
  PENSTOCK_RETURN_IF_ERROR(FineWhereAbsent(client_.Ask({"containers", "rm", name_})));
  PENSTOCK_RETURN_IF_ERROR(Unmount(Root()));
  PENSTOCK_RETURN_IF_ERROR(FineWhereAbsent(client_.Ask({"snapshots", "rm", name_})));
  // Its root is no longer mounted here: nothing of an image is removed with it.
  PENSTOCK_RETURN_IF_ERROR(sys::RemoveTree(Folder()));
  removed_ = true;
  return {};
}

}  // namespace penstock::executor
