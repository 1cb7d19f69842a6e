// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"

namespace penstock::executor {

// `--image PATTERN=ROOT`: images that stand for a root file system that is here already.
class ImageRoots {
 public:
  static constexpr const char* kHost = "host";  // the machine's own

  // Of (pattern, root): patterns as a shell has them, roots "host" or an absolute folder.
  // kInvalidArgument names an option that is wrong.
  static base::Result<ImageRoots> Make(std::vector<std::pair<std::string, std::string>> entries);

  // The root that the image stands for: of several patterns the first that matches, with the tag or
  // digest or without. Nothing where none does.
  std::optional<std::string> Find(const std::string& image) const;

 private:
  std::vector<std::pair<std::string, std::string>> entries_;
};

}  // namespace penstock::executor
