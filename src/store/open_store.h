// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "base/result.h"
#include "store/backing.h"
#include "store/object_store.h"

namespace penstock::store {

// ObjectStore::Open() with the indexes' files on other environments, for tests that make an index
// fail too; a null function is the real one.
base::Result<std::unique_ptr<ObjectStore>> OpenStore(const StoreOptions& options,
                                                     sys::FileSystem& files,
                                                     const base::Clock& clock, base::Random& random,
                                                     base::Logger& logger,
                                                     const IndexEnvs& index_envs);

}  // namespace penstock::store
