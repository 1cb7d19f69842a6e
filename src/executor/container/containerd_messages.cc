// SPDX-License-Identifier: Apache-2.0
#include "executor/container/containerd_messages.h"

#include <sstream>

#include "base/encoding.h"
#include "crypto/digest.h"

namespace penstock::executor {
namespace {

using base::Code;
using base::Fail;
using base::Result;
using text::Json;

constexpr std::string_view kSha256 = "sha256:";

std::vector<std::string> Words(const Json* list) {
  std::vector<std::string> words;
  if (list == nullptr || !list->is_array()) return words;
  for (const Json& word : list->as_array()) {
    if (word.is_string()) words.push_back(word.as_string());
  }
  return words;
}

bool NamesRegistry(std::string_view first) {
  return first == "localhost" || first.find_first_of(".:") != std::string_view::npos;
}

// A snapshot is named after the layers in it: the first by its digest, each further by that of the
// name so far and its own.
std::string ChainOf(const std::vector<std::string>& layers) {
  std::string chain;
  for (const std::string& layer : layers) {
    chain = chain.empty()
                ? layer
                : std::string(kSha256) + base::HexEncode(crypto::Sha256(chain + " " + layer));
  }
  return chain;
}

}  // namespace

std::string FullImageName(const ImageName& name) {
  std::string full = name.name;
  const size_t slash = full.find('/');
  if (slash == std::string::npos) {
    full = "docker.io/library/" + full;
  } else if (!NamesRegistry(std::string_view(full).substr(0, slash))) {
    full = "docker.io/" + full;
  }
  return name.tag.empty() ? full : full + ":" + name.tag;
}

std::string ListedDigest(std::string_view table, std::string_view image) {
  std::istringstream lines{std::string(table)};
  for (std::string line; std::getline(lines, line);) {
    std::istringstream columns(line);
    std::string name, type, digest;
    columns >> name >> type >> digest;
    if (name == image && digest.starts_with(kSha256)) return digest;
  }
  return "";
}

Result<std::optional<std::string>> ChooseManifest(const Json& document,
                                                  std::string_view architecture) {
  const Json* manifests = document.Find("manifests");
  if (manifests == nullptr || !manifests->is_array()) return std::optional<std::string>();
  std::optional<std::string> unnamed;
  for (const Json& manifest : manifests->as_array()) {
    const std::string digest = manifest.StringOr("digest", "");
    if (!digest.starts_with(kSha256)) continue;
    const Json* platform = manifest.Find("platform");
    if (platform == nullptr) {
      if (!unnamed) unnamed = digest;
    } else if (platform->StringOr("os", "") == "linux" &&
               platform->StringOr("architecture", "") == architecture) {
      return std::optional<std::string>(digest);
    }
  }
  if (unnamed) return unnamed;
  return Fail(Code::kNotFound,
              "it is for other machines, none of its parts for linux/" + std::string(architecture));
}

Result<std::string> ConfigDigest(const Json& manifest) {
  const Json* config = manifest.Find("config");
  std::string digest = config == nullptr ? "" : config->StringOr("digest", "");
  if (digest.starts_with(kSha256)) return digest;
  return Fail(Code::kDataLoss, "the image's manifest names no configuration");
}

ImageConfig ParseImageConfig(std::string id, const Json& config) {
  ImageConfig parsed;
  parsed.id = std::move(id);
  if (const Json* root = config.Find("rootfs"))
    parsed.chain = ChainOf(Words(root->Find("diff_ids")));
  const Json* run = config.Find("config");
  if (run == nullptr) return parsed;
  parsed.user = run->StringOr("User", "");
  parsed.working_directory = run->StringOr("WorkingDir", "");
  parsed.entrypoint = Words(run->Find("Entrypoint"));
  parsed.command = Words(run->Find("Cmd"));
  parsed.env = Words(run->Find("Env"));
  return parsed;
}

Result<std::vector<SnapshotMount>> ParseSnapshotMounts(const Json& mounts) {
  std::vector<SnapshotMount> parsed;
  if (mounts.is_array()) {
    for (const Json& mount : mounts.as_array()) {
      parsed.push_back(
          {mount.StringOr("Type", ""), mount.StringOr("Source", ""), Words(mount.Find("Options"))});
      if (parsed.back().type.empty()) parsed.clear();
    }
  }
  if (!parsed.empty()) return parsed;
  return Fail(Code::kDataLoss, "containerd does not say how the snapshot is mounted");
}

std::optional<ContainerdEvent> ParseEvent(std::string_view line) {
  // "2026-01-31 10:00:00.1 +0000 UTC default /tasks/start {…}"
  const size_t brace = line.find('{');
  if (brace == std::string_view::npos || brace < 2) return std::nullopt;
  const size_t slash = line.rfind(" /", brace);
  if (slash == std::string_view::npos) return std::nullopt;
  ContainerdEvent event;
  event.topic = line.substr(slash + 1, brace - slash - 2);
  const auto body = text::ParseJson(line.substr(brace));
  if (!body || !body->is_object()) return std::nullopt;
  if (event.topic.starts_with("/tasks/")) {
    event.container = body->StringOr("container_id", "");
    const std::string process = body->StringOr("id", "");
    event.first_process = process.empty() || process == event.container;
    event.exit_status = static_cast<int>(body->IntegerOr("exit_status", 0));
  } else if (event.topic.starts_with("/containers/")) {
    event.container = body->StringOr("id", "");
  }
  if (event.container.empty()) return std::nullopt;
  return event;
}

std::string ServerVersion(std::string_view text) {
  const size_t server = text.find("Server:");
  if (server == std::string_view::npos) return "";
  constexpr std::string_view kVersion = "Version:";
  const size_t found = text.find(kVersion, server);
  if (found == std::string_view::npos) return "";
  text.remove_prefix(found + kVersion.size());
  text = text.substr(0, text.find('\n'));
  const size_t first = text.find_first_not_of(" \tv");
  if (first == std::string_view::npos) return "";
  text.remove_prefix(first);
  // What a packager adds is of no use to anybody here.
  return std::string(text.substr(0, text.find_first_of(" ~+\r")));
}

}  // namespace penstock::executor
