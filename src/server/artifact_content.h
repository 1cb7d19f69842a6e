// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "base/encoding.h"
#include "crypto/digest.h"

namespace penstock::server {

// What engine::StoredArtifact::content says of a file: "sha256:<hex>".
class ContentDigest {
 public:
  void Add(std::string_view bytes) { digest_.Update(bytes); }
  std::string Text() { return "sha256:" + base::HexEncode(digest_.Finish()); }

 private:
  crypto::Digest digest_{crypto::DigestKind::kSha256};
};

// The same of a directory, from the names of its files and what they hold, in whatever order they
// are added. Empty folders do not count: the store does not have them.
class ContentManifest {
 public:
  void Add(const std::string& name, const std::string& content) { files_[name] = content; }
  std::string Text() const {
    ContentDigest digest;
    digest.Add("directory");
    for (const auto& [name, content] : files_) {
      digest.Add(std::string_view("\0", 1));
      digest.Add(name);
      digest.Add(std::string_view("\0", 1));
      digest.Add(content);
    }
    return digest.Text();
  }

 private:
  std::map<std::string, std::string> files_;
};

}  // namespace penstock::server
