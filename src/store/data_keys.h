// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/random.h"
#include "base/result.h"
#include "crypto/secret.h"
#include "keys/key_ring.h"
#include "store/encryption_types.h"
#include "store/sealed_data_key.h"

namespace penstock::store {

// What a data key is for. A bucket's number is never used twice, so that no sealed key opens in
// another bucket or under another name.
struct DataKeyOwner {
  uint64_t bucket = 0;
  std::string_view key;
};

// A new data key, and what the record keeps of it.
struct DataKey {
  crypto::Secret key;
  SealedDataKey sealed;
};

// Makes and opens the keys that bytes are encrypted with. Thread-safe.
class DataKeys {
 public:
  // Without a ring only customers' keys seal anything.
  DataKeys(const keys::KeyRing* ring, base::Random& random) : ring_(ring), random_(random) {}

  // Nothing where no encryption is asked for. no_such_encryption_key where the named key is not
  // there.
  base::Result<std::optional<DataKey>> Make(const EncryptionRequest& request, DataKeyOwner owner);
  // Nothing where there is none. customer_key_needed, wrong_customer_key or unwanted_customer_key
  // where the customer's key is not what is needed; kDataLoss where the record is damaged.
  base::Result<std::optional<crypto::Secret>> Open(const SealedDataKey& sealed, DataKeyOwner owner,
                                                   const crypto::Secret& customer_key);

 private:
  base::Result<const keys::KeyRing*> Ring() const;

  const keys::KeyRing* ring_;
  base::Random& random_;
};

}  // namespace penstock::store
