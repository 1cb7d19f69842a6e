// SPDX-License-Identifier: Apache-2.0
#include "executor/container/docker_messages.h"

#include <algorithm>

namespace penstock::executor {
namespace {

using base::Code;
using base::Fail;
using base::Result;
using text::Json;

Json ListOf(const std::vector<std::string>& words) {
  return Json(Json::Array(words.begin(), words.end()));
}

Json MountOf(const ContainerMount& mount) {
  Json json;
  json["Type"] = "bind";
  json["Source"] = mount.source;
  json["Target"] = mount.target;
  json["ReadOnly"] = !mount.writable;
  return json;
}

// Nothing that a task of a pipeline needs takes more than an ordinary user may do.
void Confine(Json& host) {
  host["Privileged"] = false;
  host["CapDrop"] = ListOf({"ALL"});
  host["SecurityOpt"] = ListOf({"no-new-privileges"});
  host["IpcMode"] = "private";
}

void Limit(Json& host, const ContainerRequest& request) {
  if (request.memory_bytes > 0) {
    host["Memory"] = request.memory_bytes;
    host["MemorySwap"] = request.memory_bytes;  // of both together: no swap
  }
  if (request.cpu_millis > 0) host["NanoCpus"] = request.cpu_millis * 1'000'000;
  if (request.cpu_request > 0) {
    host["CpuShares"] = std::clamp<int64_t>(request.cpu_request * 1024 / 1000, 2, 262'144);
  }
  if (request.processes > 0) host["PidsLimit"] = request.processes;
  if (request.shared_memory > 0) host["ShmSize"] = request.shared_memory;
}

// The last part of what an image may be called; `text` is not empty.
bool IsTag(std::string_view text) {
  if (text.empty() || text.size() > 128 || text.front() == '.' || text.front() == '-') return false;
  return text.find_first_not_of(
             "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-") ==
         std::string_view::npos;
}

bool IsName(std::string_view text) {
  if (text.empty() || text.size() > 255 || text.front() == '/' || text.back() == '/') return false;
  if (text.find("//") != std::string_view::npos || text.find("..") != std::string_view::npos) {
    return false;
  }
  // Names are in small letters; registries need not be.
  return text.find_first_not_of(
             "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-/:") ==
         std::string_view::npos;
}

}  // namespace

Json ContainerBody(const ContainerRequest& request) {
  Json body;
  body["Image"] = request.image;
  // An image's own arguments are for its own entrypoint: Docker drops them where that is replaced.
  if (!request.command.empty()) body["Entrypoint"] = ListOf(request.command);
  if (!request.arguments.empty()) body["Cmd"] = ListOf(request.arguments);
  body["Env"] = Json::Array{};
  for (const auto& [name, value] : request.env) body["Env"].Append(name + "=" + value);
  body["User"] = request.user;
  body["Tty"] = false;
  for (const auto& [name, value] : request.labels) body["Labels"][name] = value;
  Json& host = body["HostConfig"];
  Confine(host);
  Limit(host, request);
  host["NetworkMode"] = request.network;
  host["ExtraHosts"] = Json::Array{};
  for (const auto& [name, address] : request.hosts) host["ExtraHosts"].Append(name + ":" + address);
  host["Mounts"] = Json::Array{};
  for (const ContainerMount& mount : request.mounts) host["Mounts"].Append(MountOf(mount));
  // Whatever is usual here: the log is read while it is written, and need not be large.
  host["LogConfig"]["Type"] = "json-file";
  host["LogConfig"]["Config"]["max-size"] = "128m";
  return body;
}

Result<ImageName> ParseImageName(std::string_view image) {
  ImageName parsed{std::string(image), ""};
  const size_t digest = image.find('@');
  std::string_view name = image.substr(0, digest);
  const size_t colon = name.rfind(':');
  std::string_view tag = "latest";
  if (colon != std::string_view::npos && name.find('/', colon) == std::string_view::npos) {
    tag = name.substr(colon + 1);
    name = name.substr(0, colon);
  }
  // Only a registry has a port.
  bool good = IsName(name) && IsTag(tag) && name.find(':', name.rfind('/') + 1) == name.npos;
  if (digest != std::string_view::npos) {
    const std::string_view rest = image.substr(digest + 1);
    const size_t middle = rest.find(':');
    good = good && middle != std::string_view::npos && IsTag(rest.substr(0, middle)) &&
           IsTag(rest.substr(middle + 1));
  } else {
    parsed = {std::string(name), std::string(tag)};
  }
  if (good) return parsed;
  return Fail(Code::kInvalidArgument, "'" + std::string(image) + "' is no name of an image");
}

ContainerImage ParseImage(const Json& image) {
  ContainerImage parsed;
  parsed.id = image.StringOr("Id", "");
  const Json* config = image.Find("Config");
  if (config == nullptr) return parsed;
  parsed.user = config->StringOr("User", "");
  for (const char* field : {"Entrypoint", "Cmd"}) {
    const Json* words = config->Find(field);
    if (words != nullptr && words->is_array() && !words->as_array().empty()) {
      parsed.has_command = true;
    }
  }
  return parsed;
}

int64_t ParseProcess(const Json& container) {
  const Json* state = container.Find("State");
  return state == nullptr ? 0 : state->IntegerOr("Pid", 0);
}

ContainerEnd ParseEnd(const Json& container) {
  ContainerEnd end;
  const Json* state = container.Find("State");
  if (state == nullptr) return end;
  end.exit_code = static_cast<int>(state->IntegerOr("ExitCode", -1));
  end.out_of_memory = state->BoolOr("OOMKilled", false);
  end.trouble = state->StringOr("Error", "");
  return end;
}

void PullProgress::Add(std::string_view line) {
  auto message = text::ParseJson(line);
  if (!message) return;  // an empty line, or something newer than we are
  if (const std::string error = message->StringOr("error", ""); !error.empty()) failure_ = error;
  const std::string status = message->StringOr("status", "");
  const Json* detail = message->Find("progressDetail");
  const bool moving = detail != nullptr && detail->is_object() && !detail->as_object().empty();
  if (status.empty() || moving || ++lines_ > kMostLines) return;
  const std::string id = message->StringOr("id", "");
  sink_(id.empty() ? status : id + ": " + status);
}

std::string DockerError(std::string_view body) {
  auto json = text::ParseJson(body);
  if (json) {
    if (std::string message = json->StringOr("message", ""); !message.empty()) return message;
  }
  return std::string(body.substr(0, 500));
}

}  // namespace penstock::executor
