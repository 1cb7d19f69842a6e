// SPDX-License-Identifier: Apache-2.0
#include "executor/container/container_spec.h"

#include <algorithm>
#include <cerrno>
#include <map>

#include <sched.h>

#include "sys/system_call_filter.h"

namespace penstock::executor {
namespace {

using text::Json;

constexpr const char* kUsualPath =
    "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

template <typename Words>
Json ListOf(const Words& words) {
  Json list(Json::Array{});
  for (const auto& word : words) list.Append(Json(word));
  return list;
}

// As Docker and pods have it: a command replaces the entrypoint and drops the image's arguments.
std::vector<std::string> CommandLine(const ImageConfig& image, const ContainerRequest& request) {
  std::vector<std::string> words = request.command.empty() ? image.entrypoint : request.command;
  const bool own = request.command.empty() && request.arguments.empty();
  const std::vector<std::string>& arguments = own ? image.command : request.arguments;
  words.insert(words.end(), arguments.begin(), arguments.end());
  return words;
}

// A later value of a name replaces an earlier one where that stood.
std::vector<std::string> Variables(const SpecInput& input, const ContainerRequest& request) {
  std::vector<std::string> variables = {kUsualPath, "HOSTNAME=" + input.hostname};
  auto set = [&variables](const std::string& variable) {
    const std::string start = variable.substr(0, variable.find('=') + 1);
    for (std::string& known : variables) {
      if (!start.empty() && known.starts_with(start)) {
        known = variable;
        return;
      }
    }
    variables.push_back(variable);
  };
  for (const std::string& variable : input.image.env) set(variable);
  for (const auto& [name, value] : request.env) set(name + "=" + value);
  return variables;
}

Json Bind(const std::string& target, const std::string& source, bool writable) {
  Json mount;
  mount["destination"] = target;
  mount["type"] = "bind";
  mount["source"] = source;
  mount["options"] = ListOf(std::vector<std::string>{"rbind", "rprivate", writable ? "rw" : "ro"});
  return mount;
}

void SetProcess(Json& spec, const SpecInput& input, const ContainerRequest& request) {
  Json& process = spec["process"];
  process["terminal"] = false;
  process["args"] = ListOf(CommandLine(input.image, request));
  process["env"] = ListOf(Variables(input, request));
  const std::string& folder = input.image.working_directory;
  process["cwd"] = folder.starts_with('/') ? folder : "/" + folder;
  process["user"] = Json(Json::Object{});
  process["user"]["uid"] = input.user.uid;
  process["user"]["gid"] = input.user.gid;
  if (!input.user.groups.empty()) process["user"]["additionalGids"] = ListOf(input.user.groups);
  // Nothing that a task of a pipeline needs takes more than an ordinary user may do.
  process["capabilities"] = Json(Json::Object{});
  process["noNewPrivileges"] = true;
  // The limit of open files is containerd's own, not the small one of its example.
  process.as_object().erase("rlimits");
}

size_t Depth(const std::string& path) {
  return static_cast<size_t>(std::count(path.begin(), path.end(), '/'));
}

void SetMounts(Json& spec, const SpecInput& input, const ContainerRequest& request) {
  Json::Array mounts;
  if (const Json* usual = spec.Find("mounts"); usual != nullptr && usual->is_array()) {
    for (Json mount : usual->as_array()) {
      const std::string target = mount.StringOr("destination", "");
      if (target == "/run") continue;  // what the image has there may be wanted
      if (target == "/dev/shm" && request.shared_memory > 0) {
        mount["options"] =
            ListOf(std::vector<std::string>{"nosuid", "noexec", "nodev", "mode=1777",
                                            "size=" + std::to_string(request.shared_memory)});
      }
      mounts.push_back(std::move(mount));
    }
  }
  if (!input.hosts_file.empty()) mounts.push_back(Bind("/etc/hosts", input.hosts_file, false));
  if (!input.resolver_file.empty()) {
    mounts.push_back(Bind("/etc/resolv.conf", input.resolver_file, false));
  }
  std::vector<ContainerMount> given = request.mounts;
  std::stable_sort(given.begin(), given.end(),
                   [](const ContainerMount& a, const ContainerMount& b) {
                     return Depth(a.target) < Depth(b.target);
                   });
  for (const ContainerMount& mount : given) {
    mounts.push_back(Bind(mount.target, mount.source, mount.writable));
  }
  spec["mounts"] = Json(std::move(mounts));
}

void SetLimits(Json& resources, const SpecInput& input, const ContainerRequest& request) {
  if (request.memory_bytes > 0) {
    resources["memory"]["limit"] = request.memory_bytes;
    // Of both together: no swap.
    if (input.counts_swap) resources["memory"]["swap"] = request.memory_bytes;
  }
  if (request.cpu_millis > 0) {
    constexpr int64_t kPeriod = 100'000;  // microseconds
    resources["cpu"]["period"] = kPeriod;
    resources["cpu"]["quota"] = std::max<int64_t>(request.cpu_millis * kPeriod / 1000, 1000);
  }
  if (request.cpu_request > 0) {
    resources["cpu"]["shares"] = std::clamp<int64_t>(request.cpu_request * 1024 / 1000, 2, 262'144);
  }
  if (request.processes > 0) resources["pids"]["limit"] = request.processes;
}

Json Rule(Json names, int error) {
  Json rule;
  rule["names"] = std::move(names);
  rule["action"] = "SCMP_ACT_ERRNO";
  rule["errnoRet"] = error;
  return rule;
}

// What tasks that are processes of this machine may not call (SystemCallFilter::ForTasks) is not
// for those in containers either.
Json SystemCalls() {
  Json filter;
  filter["defaultAction"] = "SCMP_ACT_ALLOW";
#ifdef __x86_64__
  filter["architectures"] =
      ListOf(std::vector<std::string>{"SCMP_ARCH_X86_64", "SCMP_ARCH_X86", "SCMP_ARCH_X32"});
#elif defined(__aarch64__)
  filter["architectures"] = ListOf(std::vector<std::string>{"SCMP_ARCH_AARCH64", "SCMP_ARCH_ARM"});
#endif
  filter["syscalls"].Append(Rule(ListOf(sys::DeniedSystemCalls()), EPERM));
  filter["syscalls"].Append(Rule(ListOf(std::vector<std::string>{"clone3"}), ENOSYS));
  for (const int64_t flag : {int64_t{CLONE_NEWNS}, int64_t{CLONE_NEWCGROUP}, int64_t{CLONE_NEWUTS},
                             int64_t{CLONE_NEWIPC}, int64_t{CLONE_NEWUSER}, int64_t{CLONE_NEWPID},
                             int64_t{CLONE_NEWNET}}) {
    Json rule = Rule(ListOf(std::vector<std::string>{"clone"}), EPERM);
    Json argument;
#ifdef __s390x__
    argument["index"] = 1;
#else
    argument["index"] = 0;
#endif
    argument["value"] = flag;
    argument["valueTwo"] = flag;
    argument["op"] = "SCMP_CMP_MASKED_EQ";
    rule["args"].Append(std::move(argument));
    filter["syscalls"].Append(std::move(rule));
  }
  return filter;
}

void SetNamespaces(Json& linux, const std::string& network) {
  Json::Array namespaces;
  for (const char* type : {"pid", "ipc", "uts", "mount"}) {
    namespaces.emplace_back();
    namespaces.back()["type"] = type;
  }
  if (network != "host") {
    namespaces.emplace_back();
    namespaces.back()["type"] = "network";
  }
  linux["namespaces"] = Json(std::move(namespaces));
}

}  // namespace

Json ContainerSpec(const SpecInput& input, const ContainerRequest& request) {
  Json spec = input.usual;
  spec["root"] = Json(Json::Object{});
  spec["root"]["path"] = input.root;
  spec["hostname"] = input.hostname;
  SetProcess(spec, input, request);
  SetMounts(spec, input, request);
  Json& linux = spec["linux"];
  linux["cgroupsPath"] = input.control_group;
  linux["seccomp"] = SystemCalls();
  SetNamespaces(linux, request.network);
  SetLimits(linux["resources"], input, request);
  return spec;
}

}  // namespace penstock::executor
