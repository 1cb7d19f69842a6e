// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "base/result.h"
#include "store/object_store.h"

namespace rocksdb {
class Env;
}

namespace penstock::store {

// ObjectStore::Open() with the index's files on another environment, for tests that make the index
// fail too; nullptr is the real one.
base::Result<std::unique_ptr<ObjectStore>> OpenStore(const StoreOptions& options,
                                                     sys::FileSystem& files,
                                                     const base::Clock& clock, base::Random& random,
                                                     base::Logger& logger, rocksdb::Env* index_env);

}  // namespace penstock::store
