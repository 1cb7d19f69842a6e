// SPDX-License-Identifier: Apache-2.0
// Files of package overrides and of locks, and pip's configuration files.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "executor/local/package_locks.h"
#include "executor/local/package_overrides.h"
#include "executor/local/pip_settings.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  using namespace penstock::executor;
  PackageOverrides overrides;
  if (overrides.Add(text, "fuzz")) (void)overrides.Apply("pandas==1.3.5", {3, 11, 2});
  PackageLocks locks;
  if (locks.Add(text, "fuzz")) (void)locks.Find({});
  PipSettings settings;
  settings.AddFile(text);
  (void)settings.ForUv({});
  (void)settings.ForPip();
  (void)settings.LocalFolders();
  return 0;
}
