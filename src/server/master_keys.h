// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "keys/key_ring.h"
#include "sys/file_system.h"

namespace penstock::server {

// Where the master key for encryption comes from: PENSTOCK_ENCRYPTION_KEY, else the file that the
// operator names, else DATA-DIR/encryption-key, which is made at the first start. Naming both is an
// error: one of them would be ignored.
base::Result<std::unique_ptr<keys::MasterKeySource>> FindMasterKeys(const std::string& named_file,
                                                                    const std::string& data_dir,
                                                                    sys::FileSystem& files);

}  // namespace penstock::server
