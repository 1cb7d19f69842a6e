// SPDX-License-Identifier: Apache-2.0
#include "executor/local/image_roots.h"

#include <filesystem>

#include <fnmatch.h>

namespace penstock::executor {
namespace {

using base::Code;
using base::Fail;
using base::Result;

// "registry:5000/a/b:1.0@sha256:…" -> "registry:5000/a/b"
std::string WithoutTag(const std::string& image) {
  std::string name = image.substr(0, image.find('@'));
  const size_t colon = name.rfind(':');
  if (colon != std::string::npos && name.find('/', colon) == std::string::npos) name.resize(colon);
  return name;
}

bool Matches(const std::string& pattern, const std::string& text) {
  return ::fnmatch(pattern.c_str(), text.c_str(), 0) == 0;
}

}  // namespace

Result<ImageRoots> ImageRoots::Make(std::vector<std::pair<std::string, std::string>> entries) {
  for (auto& [pattern, root] : entries) {
    if (root == kHost) continue;
    std::error_code error;
    if (!std::filesystem::is_directory(root, error)) {
      return Fail(Code::kInvalidArgument, "--image " + pattern + "=" + root +
                                              ": it takes 'host' or the folder of a root file "
                                              "system, and there is no such folder");
    }
    root = std::filesystem::canonical(root, error).string();
  }
  ImageRoots roots;
  roots.entries_ = std::move(entries);
  return roots;
}

std::optional<std::string> ImageRoots::Find(const std::string& image) const {
  for (const auto& [pattern, root] : entries_) {
    if (Matches(pattern, image) || Matches(pattern, WithoutTag(image))) return root;
  }
  return std::nullopt;
}

}  // namespace penstock::executor
