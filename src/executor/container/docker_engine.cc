// SPDX-License-Identifier: Apache-2.0
#include "executor/container/docker_engine.h"

#include <future>
#include <thread>
#include <utility>

#include "executor/container/docker_api.h"
#include "executor/container/docker_messages.h"
#include "executor/container/log_frames.h"
#include "text/url.h"

namespace penstock::executor {
namespace {

using base::Code;
using base::Fail;
using base::Result;
using base::Status;
using std::chrono::milliseconds;
using std::chrono::seconds;
using text::Json;
using SteadyClock = std::chrono::steady_clock;

// How long the end of a log may come after the end of its container.
constexpr seconds kLogRest{10};
// A pull may say nothing while a layer is unpacked.
constexpr std::chrono::minutes kSilentPull{10};

class LineLimit final : public base::ByteSink {
 public:
  explicit LineLimit(sys::LineSink sink) : lines_(size_t{64} << 10, std::move(sink)) {}
  Status Write(std::string_view bytes) override {
    lines_.Add(bytes);
    return {};
  }
  void Finish() { lines_.Finish(); }

 private:
  sys::LineSplitter lines_;
};

// Output and error of a container, line by line.
class FollowedLog final : public base::ByteSink {
 public:
  explicit FollowedLog(const sys::LineSink& sink)
      : output_(size_t{64} << 10, sink),
        error_(size_t{64} << 10, sink),
        frames_([this](LogFrames::Stream stream, std::string_view bytes) {
          (stream == LogFrames::Stream::kError ? error_ : output_).Add(bytes);
        }) {}

  Status Write(std::string_view bytes) override { return frames_.Add(bytes); }
  void Finish() {
    output_.Finish();
    error_.Finish();
  }

 private:
  sys::LineSplitter output_, error_;
  LogFrames frames_;
};

// One container from its creation to its removal, which comes with destruction at the latest.
class DockerContainer {
 public:
  DockerContainer(DockerApi& api, const ContainerHooks& hooks) : api_(api), hooks_(hooks) {}
  DockerContainer(const DockerContainer&) = delete;
  DockerContainer& operator=(const DockerContainer&) = delete;
  ~DockerContainer() { static_cast<void>(Remove()); }

  Status Create(const ContainerRequest& request) {
    DockerApi::Call call;
    call.method = "POST";
    call.path = "/containers/create?name=" + text::PercentEncode(request.name);
    call.body = text::FormatJson(ContainerBody(request));
    PENSTOCK_TRY(Json created, Refusal(api_.AskJson(call)));
    id_ = created.StringOr("Id", "");
    if (id_.empty()) return Fail(Code::kDataLoss, "Docker gave the container no id");
    return {};
  }

  Status Start() {
    DockerApi::Call call;
    call.method = "POST";
    call.path = Path("/start");
    PENSTOCK_TRY(std::string ignored, Refusal(api_.Ask(call)));
    static_cast<void>(ignored);
    started_ = SteadyClock::now();
    if (hooks_.started) hooks_.started();
    Observe();
    return {};
  }

  // To its end, with its log.
  Result<ContainerEnd> Follow() {
    sys::CancelSignal enough;
    std::packaged_task<void()> follow([this, &enough] { FollowLog(enough); });
    std::future<void> log_ended = follow.get_future();
    std::thread follower(std::move(follow));
    auto end = AwaitEnd();
    if (!end || log_ended.wait_for(kLogRest) != std::future_status::ready) enough.Cancel();
    follower.join();
    return end;
  }

  Status Remove() {
    if (id_.empty()) return {};
    DockerApi::Call call;
    call.method = "DELETE";
    call.path = "/containers/" + std::exchange(id_, "") + "?force=1&v=1";
    auto removed = api_.Ask(call);
    if (removed || removed.error().code() == Code::kNotFound) return {};
    return Fail(std::move(removed).error());
  }

 private:
  std::string Path(const std::string& what) const { return "/containers/" + id_ + what; }

  // What Docker says no to is the fault of what was asked for: a command that is not there, a
  // folder that cannot be mounted, a limit that is too low.
  template <typename T>
  static Result<T> Refusal(Result<T> answer) {
    if (answer || answer.error().code() == Code::kUnavailable ||
        answer.error().code() == Code::kDeadlineExceeded) {
      return answer;
    }
    return Fail(Code::kInvalidArgument,
                "Docker refuses the container: " + answer.error().message());
  }

  void Observe() {
    if (!hooks_.observed) return;
    DockerApi::Call call;
    call.path = Path("/json");
    auto container = api_.AskJson(call);
    const int64_t pid = container ? ParseProcess(*container) : 0;
    if (pid <= 0) return;  // it has ended already, or the engine has processes of its own
    if (auto group = sys::ObservedGroup::OfProcess(static_cast<pid_t>(pid))) {
      hooks_.observed(*group);
    }
  }

  void FollowLog(const sys::CancelSignal& enough) {
    FollowedLog log(hooks_.line);
    DockerApi::Call call;
    call.path = Path("/logs?follow=1&stdout=1&stderr=1");
    call.timeout = milliseconds(0);
    call.stop_fd = enough.fd();
    call.sink = &log;
    auto sent = api_.Send(call);
    log.Finish();
    if (sent && sent->status < 400) return;
    const std::string why = sent ? DockerError(sent->body) : sent.error().message();
    hooks_.line("(the rest of the log is missing: " + why + ")");
  }

  Result<ContainerEnd> AwaitEnd() {
    while (true) {
      DockerApi::Call call;
      call.method = "POST";
      call.path = Path("/wait");
      call.timeout = TimeLeft();
      if (hooks_.cancel != nullptr) call.stop_fd = hooks_.cancel->fd();
      auto waited = api_.Ask(call);
      if (waited) return ReadEnd();
      if (hooks_.cancel != nullptr && hooks_.cancel->IsCancelled()) {
        return Kill(ContainerEnd::Cause::kCancelled);
      }
      if (waited.error().code() != Code::kDeadlineExceeded) {
        return Fail(Code::kUnavailable,
                    "Docker has gone while the task ran: " + waited.error().message());
      }
      if (IsOver()) return Kill(ContainerEnd::Cause::kTimedOut);
    }
  }

  bool IsOver() const { return hooks_.timeout && SteadyClock::now() - started_ >= *hooks_.timeout; }

  // Until the time-out, or a good while where that is far; 0 for ever.
  milliseconds TimeLeft() const {
    constexpr milliseconds kLongest = std::chrono::hours(24);
    if (!hooks_.timeout || *hooks_.timeout > std::chrono::hours(24 * 365)) return milliseconds(0);
    const auto left =
        std::chrono::ceil<milliseconds>(started_ + *hooks_.timeout - SteadyClock::now());
    return std::clamp(left, milliseconds(1), kLongest);
  }

  Result<ContainerEnd> Kill(ContainerEnd::Cause cause) {
    DockerApi::Call call;
    call.method = "POST";
    call.path = Path("/kill");
    // Where it has ended in the meantime there is nothing to kill, and removal kills anyway.
    static_cast<void>(api_.Ask(call));
    ContainerEnd end;
    end.cause = cause;
    return end;
  }

  Result<ContainerEnd> ReadEnd() {
    DockerApi::Call call;
    call.path = Path("/json");
    PENSTOCK_TRY(Json container, api_.AskJson(call));
    return ParseEnd(container);
  }

  DockerApi& api_;
  const ContainerHooks& hooks_;
  std::string id_;
  SteadyClock::time_point started_;
};

class DockerEngine final : public ContainerEngine {
 public:
  explicit DockerEngine(std::string socket) : api_(std::move(socket)) {}

  Result<std::string> Describe() override {
    DockerApi::Call call;
    call.path = "/version";
    call.timeout = seconds(10);
    auto version = api_.AskJson(call);
    if (version) return "Docker " + version->StringOr("Version", "?");
    return Fail(Code::kUnavailable, version.error().message());
  }

  Result<ContainerImage> GetImage(const std::string& image, PullPolicy policy,
                                  const sys::LineSink& progress,
                                  const sys::CancelSignal& cancel) override {
    PENSTOCK_TRY(ImageName name, ParseImageName(image));
    if (policy != PullPolicy::kAlways) {
      auto present = Inspect(image);
      if (present || present.error().code() != Code::kNotFound) return present;
      if (policy == PullPolicy::kNever) {
        return Fail(Code::kNotFound,
                    "image '" + image + "' is not on this machine, and its pull policy is Never");
      }
    }
    PENSTOCK_RETURN_IF_ERROR(Pull(image, name, progress, cancel));
    return Inspect(image);
  }

  Result<ContainerEnd> Run(const ContainerRequest& request, const ContainerHooks& hooks) override {
    DockerContainer container(api_, hooks);
    PENSTOCK_RETURN_IF_ERROR(container.Create(request));
    PENSTOCK_RETURN_IF_ERROR(container.Start());
    auto end = container.Follow();
    if (Status removed = container.Remove(); !removed && end) {
      return Fail(std::move(removed).error().Wrap("the container cannot be removed"));
    }
    return end;
  }

  Result<size_t> RemoveAll(const std::string& label, const std::string& value) override {
    Json filters;
    filters["label"].Append(label + "=" + value);
    DockerApi::Call list;
    list.path = "/containers/json?all=1&filters=" + text::PercentEncode(text::FormatJson(filters));
    PENSTOCK_TRY(Json found, api_.AskJson(list));
    if (!found.is_array()) return Fail(Code::kDataLoss, "Docker's list is no list");
    for (const Json& container : found.as_array()) {
      DockerApi::Call remove;
      remove.method = "DELETE";
      remove.path = "/containers/" + container.StringOr("Id", "") + "?force=1&v=1";
      auto removed = api_.Ask(remove);
      if (!removed && removed.error().code() != Code::kNotFound) {
        return Fail(std::move(removed).error());
      }
    }
    return found.as_array().size();
  }

 private:
  Result<ContainerImage> Inspect(const std::string& image) {
    DockerApi::Call call;
    call.path = "/images/" + image + "/json";
    PENSTOCK_TRY(Json found, api_.AskJson(call));
    return ParseImage(found);
  }

  Status Pull(const std::string& image, const ImageName& name, const sys::LineSink& progress,
              const sys::CancelSignal& cancel) {
    progress("pulling image " + image);
    PullProgress read(progress);
    LineLimit lines([&read](std::string_view line) { read.Add(line); });
    DockerApi::Call call;
    call.method = "POST";
    call.path = "/images/create?fromImage=" + text::PercentEncode(name.name) +
                (name.tag.empty() ? "" : "&tag=" + text::PercentEncode(name.tag));
    call.timeout = kSilentPull;
    call.stop_fd = cancel.fd();
    call.sink = &lines;
    auto answer = api_.Send(call);
    lines.Finish();
    if (cancel.IsCancelled()) return Fail(Code::kCancelled, "cancelled");
    if (!answer && answer.error().code() == Code::kUnavailable) {
      return Fail(std::move(answer).error());
    }
    std::string why = read.failure();
    if (!answer) why = answer.error().message();
    if (answer && answer->status >= 400) why = DockerError(answer->body);
    if (why.empty()) return {};
    return Fail(Code::kNotFound, "image '" + image + "' cannot be pulled: " + why);
  }

  DockerApi api_;
};

}  // namespace

std::unique_ptr<ContainerEngine> MakeDockerEngine(std::string socket) {
  return std::make_unique<DockerEngine>(std::move(socket));
}

Result<std::string> DockerSocket(const std::string& docker_host) {
  constexpr std::string_view kUnix = "unix://";
  if (docker_host.empty()) return std::string("/var/run/docker.sock");
  if (docker_host.starts_with(kUnix)) return docker_host.substr(kUnix.size());
  return Fail(
      Code::kInvalidArgument,
      "DOCKER_HOST is '" + docker_host +
          "', but tasks' folders can be mounted by an engine on this machine only: name its "
          "socket, unix:///path/to/docker.sock, or unset it");
}

}  // namespace penstock::executor
