// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "iam/identity_storage.h"
#include "store/object_store.h"

namespace penstock::server {

// Keeps users, groups, policies and keys as documents of the object store, below "iam/", so that
// they are as durable and as replicated as its index. The store must outlive it.
class StoreIdentities final : public iam::IdentityStorage {
 public:
  explicit StoreIdentities(store::ObjectStore& store) : store_(store) {}

  base::Result<std::map<std::string, std::string>> LoadAll() override;
  base::Status Put(std::string_view name, std::string_view text) override;
  base::Status Remove(std::string_view name) override;

 private:
  store::ObjectStore& store_;
};

}  // namespace penstock::server
