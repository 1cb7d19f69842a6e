// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "base/byte_stream.h"
#include "base/result.h"
#include "engine/artifact_store.h"

namespace penstock::engine {

// A store of artifacts that can send a part of a file without reading what is before it.
// Thread-safe.
class ArtifactParts {
 public:
  virtual ~ArtifactParts() = default;

  // What is known of a stored file before its first byte is read.
  struct File {
    uint64_t size = 0;
    std::string tag = {};  // another one where the bytes are others
  };
  // Of a file, from one byte to before another.
  struct Part {
    uint64_t begin = 0;
    uint64_t end = 0;
  };
  using ChoosePart = std::function<base::Result<Part>(const File&)>;
  // Sends the part that is chosen once the file is known; both are of one state of it. kNotFound
  // where there is no file.
  virtual base::Status ReadPart(std::string_view uri, const ChoosePart& choose,
                                base::ByteSink& sink) = 0;
};

// Of that store; null where it gives whole files only.
inline ArtifactParts* PartsOf(ArtifactStore& store) { return dynamic_cast<ArtifactParts*>(&store); }

}  // namespace penstock::engine
