// SPDX-License-Identifier: Apache-2.0
#include "server/master_keys.h"

#include <cstdlib>

#include "keys/master_key_file.h"

namespace penstock::server {
namespace {
constexpr const char* kVariable = "PENSTOCK_ENCRYPTION_KEY";
}  // namespace

base::Result<std::unique_ptr<keys::MasterKeySource>> FindMasterKeys(const std::string& named_file,
                                                                    const std::string& data_dir,
                                                                    sys::FileSystem& files) {
  std::unique_ptr<keys::MasterKeySource> source;
  const char* given = std::getenv(kVariable);
  if (given != nullptr && !named_file.empty()) {
    return base::Fail(base::Code::kInvalidArgument,
                      std::string("give the master key for encryption by ") + kVariable +
                          " or by --encryption-key-file, not by both");
  }
  if (given != nullptr) {
    source = std::make_unique<keys::MasterKeyVariable>(kVariable, crypto::Secret::Of(given));
  } else if (!named_file.empty()) {
    source = std::make_unique<keys::MasterKeyFile>(files, named_file, /*must_exist=*/true);
  } else {
    source = std::make_unique<keys::MasterKeyFile>(files, data_dir + "/encryption-key",
                                                   /*must_exist=*/false);
  }
  return source;
}

}  // namespace penstock::server
