// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <map>
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
  // The same of a file of at least that many bytes, at once: the file is the store's and durable,
  // and its size is returned, while its digests are still worked out. Nobody sees the object before
  // it has them; who asks for it, or lists where it will be, waits. Nothing that happens to the
  // process or the machine keeps it from becoming an object, but a disk that cannot read the file
  // again, a full disk or bucket.
  virtual base::Result<std::optional<uint64_t>> AdoptSoon(std::string_view bucket,
                                                          std::string_view key,
                                                          const std::string& path,
                                                          uint64_t least) = 0;
  // The size of what is to be an object there soon; none where nothing is.
  virtual std::optional<uint64_t> PendingSize(std::string_view bucket, std::string_view key) = 0;
  // Calls `done` with what has become of what is to be an object there: on a thread of the store,
  // or at once where nothing is; not at all where the store is closed first.
  virtual void WhenAdopted(std::string_view bucket, std::string_view key,
                           std::function<void(base::Status)> done) = 0;
  // The same of all keys that begin so: their sizes; the first of their failures, when nothing is
  // awaited any more.
  virtual std::map<std::string, uint64_t> PendingSizes(std::string_view bucket,
                                                       std::string_view prefix) = 0;
  virtual void WhenAllAdopted(std::string_view bucket, std::string_view prefix,
                              std::function<void(base::Status)> done) = 0;
  // As ListObjects, of what are objects already: it does not wait for those that are to be.
  virtual base::Result<ListPage> ListWhole(std::string_view bucket, const ListOptions& options) = 0;
  // Makes `path` a file with the newest version's bytes by giving the store's own file another name
  // there; nobody may write to it, and it stays when the object goes. Every block was written, or
  // verified, by this process; it waits for no digests of what AdoptSoon() has taken. False where
  // they are not in one file as they are, or `path` is on another file system: then they have to be
  // read.
  virtual base::Result<bool> LinkObject(std::string_view bucket, std::string_view key,
                                        const std::string& path) = 0;
};

// Of that store; null where it cannot.
inline LocalObjects* LocalObjectsOf(ObjectStore& store) {
  return dynamic_cast<LocalObjects*>(&store);
}

}  // namespace penstock::store
