// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "base/clock.h"
#include "base/log.h"
#include "base/random.h"
#include "base/result.h"
#include "store/data_files.h"
#include "store/drive_admin.h"
#include "store/index.h"
#include "store/index_writer.h"
#include "store/local_data_files.h"
#include "store/object_store.h"
#include "store/space_reserve.h"
#include "sys/file_system.h"

namespace rocksdb {
class Env;
}

namespace penstock::store {

// Where tests put failing environments under the indexes, one a drive; nullptr is the real one.
using IndexEnvs = std::function<rocksdb::Env*(const std::string& drive_directory)>;

// What a store is kept on: one drive, or several.
class Backing {
 public:
  virtual ~Backing() = default;
  virtual Index& index() = 0;
  virtual DataFiles& data() = 0;
  // The same files, where they hold objects as they are; null where they do not.
  virtual LocalDataFiles* local_data() { return nullptr; }
  virtual SpaceReserve& reserve() = 0;
  // Smaller objects live in the index.
  virtual size_t inline_limit() const = 0;
  // Begins to look after the drives in the background, until what is returned is destroyed. Files
  // numbered `first_new_file` and above are this process's.
  virtual std::unique_ptr<DriveAdmin> StartCare(IndexWriter& writer, const base::Clock& clock,
                                                uint64_t first_new_file) = 0;
};

base::Result<std::unique_ptr<Backing>> OpenOneDrive(const StoreOptions& options,
                                                    sys::FileSystem& files, base::Logger& logger,
                                                    const IndexEnvs& index_envs);
base::Result<std::unique_ptr<Backing>> OpenSeveralDrives(const StoreOptions& options,
                                                         sys::FileSystem& files,
                                                         base::Random& random, base::Logger& logger,
                                                         const IndexEnvs& index_envs);

}  // namespace penstock::store
