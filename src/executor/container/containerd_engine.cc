// SPDX-License-Identifier: Apache-2.0
#include "executor/container/containerd_engine.h"

#include <filesystem>
#include <mutex>
#include <set>
#include <sstream>

#include <unistd.h>

#include "executor/container/containerd_client.h"
#include "executor/container/containerd_container.h"
#include "executor/container/containerd_messages.h"
#include "executor/local/safe_name.h"
#include "sys/run_process.h"

namespace penstock::executor {
namespace {

namespace fs = std::filesystem;
using base::Code;
using base::Fail;
using base::Result;
using base::Status;
using text::Json;

constexpr const char* kUsualSocket = "/run/containerd/containerd.sock";
constexpr const char* kRegistrySettings = "/etc/containerd/certs.d";
constexpr std::chrono::hours kLongestPull{1};

#if defined(__x86_64__)
constexpr std::string_view kArchitecture = "amd64";
#elif defined(__aarch64__)
constexpr std::string_view kArchitecture = "arm64";
#elif defined(__powerpc64__)
constexpr std::string_view kArchitecture = "ppc64le";
#elif defined(__s390x__)
constexpr std::string_view kArchitecture = "s390x";
#elif defined(__riscv)
constexpr std::string_view kArchitecture = "riscv64";
#else
constexpr std::string_view kArchitecture = "unknown";
#endif

class ContainerdEngine final : public ContainerEngine {
 public:
  explicit ContainerdEngine(ContainerdPlace place)
      : place_(std::move(place)), client_(place_.socket, place_.name_space) {}

  Result<std::string> Describe() override {
    PENSTOCK_RETURN_IF_ERROR(client_.CheckHere());
    auto version = client_.Ask({"--connect-timeout", "5s", "version"});
    if (!version) return Fail(Code::kUnavailable, version.error().message());
    return "containerd " + ServerVersion(*version);
  }

  Result<ContainerImage> GetImage(const std::string& image, PullPolicy policy,
                                  const sys::LineSink& progress,
                                  const sys::CancelSignal& cancel) override {
    PENSTOCK_RETURN_IF_ERROR(client_.CheckHere());
    PENSTOCK_TRY(ImageName parsed, ParseImageName(image));
    const std::string name = FullImageName(parsed);
    auto config = PullPolicy::kAlways == policy
                      ? Result<ImageConfig>(Fail(Code::kNotFound, "not looked for"))
                      : Inspect(name);
    if (!config && config.error().code() == Code::kNotFound) {
      if (policy == PullPolicy::kNever) {
        return Fail(Code::kNotFound, "image '" + image +
                                         "' is not on this machine (containerd's name space '" +
                                         place_.name_space + "'), and its pull policy is Never");
      }
      PENSTOCK_RETURN_IF_ERROR(Pull(image, name, progress, cancel));
      config = Inspect(name);
    }
    if (!config) return Fail(std::move(config).error());
    ContainerImage found;
    found.id = config->id;
    found.user = config->user;
    found.has_command = !config->entrypoint.empty() || !config->command.empty();
    return found;
  }

  Result<ContainerEnd> Run(const ContainerRequest& request, const ContainerHooks& hooks) override {
    PENSTOCK_RETURN_IF_ERROR(client_.CheckHere());
    if (request.network != "host" && request.network != "none") {
      return Fail(Code::kInvalidArgument,
                  "containerd gives containers the network of this machine or none: start the "
                  "server with --container-network host or none, or use Docker, for '" +
                      request.network + "'");
    }
    PENSTOCK_TRY(ImageName parsed, ParseImageName(request.image));
    const std::string name = FullImageName(parsed);
    PENSTOCK_TRY(ImageConfig config, Inspect(name));
    PENSTOCK_TRY(Json usual, UsualSpec());
    ContainerdContainer container(client_, place_, request.name);
    PENSTOCK_RETURN_IF_ERROR(container.Prepare(request, name, config, usual));
    auto end = container.Run(hooks);
    if (Status removed = container.Remove(); !removed && end) {
      return Fail(std::move(removed).error().Wrap("the container cannot be removed"));
    }
    return end;
  }

  Result<size_t> RemoveAll(const std::string& label, const std::string& value) override {
    PENSTOCK_RETURN_IF_ERROR(client_.CheckHere());
    PENSTOCK_TRY(std::string listed, client_.Ask({"containers", "ls", "-q",
                                                  "labels.\"" + label + "\"==\"" + value + "\""}));
    std::set<std::string> names;
    std::istringstream lines(listed);
    for (std::string line; std::getline(lines, line);) {
      if (IsSafeName(line)) names.insert(line);
    }
    // Those that were being made, or removed, when their server was killed.
    std::error_code none;
    for (const auto& entry : fs::directory_iterator(place_.directory, none)) {
      names.insert(entry.path().filename().string());
    }
    for (const std::string& name : names) {
      PENSTOCK_RETURN_IF_ERROR(ContainerdContainer(client_, place_, name).Remove());
    }
    return names.size();
  }

 private:
  // kNotFound where there is no such image.
  Result<ImageConfig> Inspect(const std::string& name) const {
    PENSTOCK_TRY(std::string table, client_.Ask({"images", "ls", "name==\"" + name + "\""}));
    const std::string digest = ListedDigest(table, name);
    if (digest.empty()) return Fail(Code::kNotFound, "no image '" + name + "'");
    PENSTOCK_TRY(Json document, client_.AskJson({"content", "get", digest}));
    PENSTOCK_TRY(auto chosen, ChooseManifest(document, kArchitecture));
    if (chosen) {
      PENSTOCK_TRY(document, client_.AskJson({"content", "get", *chosen}));
    }
    PENSTOCK_TRY(std::string config, ConfigDigest(document));
    PENSTOCK_TRY(Json settings, client_.AskJson({"content", "get", config}));
    ImageConfig parsed = ParseImageConfig(config, settings);
    if (!parsed.chain.empty()) return parsed;
    return Fail(Code::kInvalidArgument, "image '" + name + "' has no layers to run");
  }

  // Asked for once.
  Result<Json> UsualSpec() {
    std::lock_guard lock(mutex_);
    if (usual_.is_null()) {
      PENSTOCK_TRY(usual_, client_.AskJson({"oci", "spec"}));
    }
    return usual_;
  }

  Status Pull(const std::string& image, const std::string& name, const sys::LineSink& progress,
              const sys::CancelSignal& cancel) const {
    progress("pulling image " + image);
    std::vector<std::string> command = {"images", "pull"};
    if (::access(kRegistrySettings, R_OK) == 0) {
      command.insert(command.end(), {"--hosts-dir", kRegistrySettings});
    }
    command.push_back(name);
    std::string last;
    sys::RunOptions options;
    options.cancel = &cancel;
    options.timeout = kLongestPull;
    // It draws its progress for a terminal, over and over; what is said last is why it failed.
    options.line = [&last](std::string_view line) { last = line.substr(0, 2000); };
    PENSTOCK_TRY(sys::RunEnd end, sys::RunProcess(client_.Command(command), options));
    if (end.cause == sys::RunEnd::Cause::kCancelled) return Fail(Code::kCancelled, "cancelled");
    if (end.cause == sys::RunEnd::Cause::kTimedOut) last = "it took longer than an hour";
    if (end.cause == sys::RunEnd::Cause::kEnded && end.status.success()) return {};
    return Fail(Code::kNotFound,
                "image '" + image + "' cannot be pulled: " + ContainerdError(last));
  }

  const ContainerdPlace place_;
  const ContainerdClient client_;
  std::mutex mutex_;
  Json usual_;
};

}  // namespace

std::unique_ptr<ContainerEngine> MakeContainerdEngine(const ContainerdPlace& given) {
  ContainerdPlace place = given;
  if (place.socket.empty()) place.socket = kUsualSocket;
  // As the client's own option is written.
  if (place.socket.starts_with("unix://")) place.socket.erase(0, 7);
  if (place.name_space.empty()) place.name_space = "default";
  // Others are told of it.
  std::error_code none;
  if (fs::path full = fs::absolute(place.directory, none); !none) place.directory = full.string();
  return std::make_unique<ContainerdEngine>(std::move(place));
}

}  // namespace penstock::executor
