// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/result.h"
#include "crypto/secret.h"
#include "store/core.h"
#include "store/object_reader.h"
#include "store/object_store.h"
#include "store/records.h"

namespace penstock::store {

// MakeObjectReader() of an encrypted content. Decrypts the packages that a range touches, and no
// others. kDataLoss, and none of a package's bytes are sent, where it does not open.
base::Result<std::unique_ptr<ObjectReader>> MakeDecryptingReader(
    Core& core, std::string place, ObjectInfo info, const SealedDataKey& sealed_key,
    ContentRecord content, std::optional<ContentView> view, crypto::Secret data_key);

// A seal on which parts a content has, and their order: what SealedDataKey::layout is.
std::string SealLayout(const crypto::Secret& data_key, const ContentRecord& content);

}  // namespace penstock::store
