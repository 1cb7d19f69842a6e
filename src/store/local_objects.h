// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "store/object_store.h"

namespace penstock::store {

// Objects and local files without copies: what a store on one drive can do besides. Thread-safe.
class LocalObjects {
 public:
  virtual ~LocalObjects() = default;
  // As PutObject, with the bytes of a plain local file, which becomes the store's and is gone from
  // where it was, also where the write fails then. No value, and the file is left alone, where it
  // would have to be copied all the same, or may still be written to. Large ones have no MD5 for an
  // ETag, but one like that of an upload in parts (see DigestFile).
  virtual base::Result<std::optional<ObjectInfo>> AdoptFile(std::string_view bucket,
                                                            std::string_view key,
                                                            const std::string& path,
                                                            const PutOptions& options) = 0;
  // Makes `path` a file with the newest version's bytes by giving the store's own file another name
  // there; nobody may write to it, and it stays when the object goes. Every block was verified
  // since the process began. False where they are not in one file as they are, or `path` is on
  // another file system: then they have to be read.
  virtual base::Result<bool> LinkObject(std::string_view bucket, std::string_view key,
                                        const std::string& path) = 0;
};

// Of that store; null where it cannot.
inline LocalObjects* LocalObjectsOf(ObjectStore& store) {
  return dynamic_cast<LocalObjects*>(&store);
}

}  // namespace penstock::store
