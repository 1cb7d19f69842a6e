// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "base/random.h"
#include "engine/named_values.h"
#include "store/object_store.h"

namespace penstock::server {

// Keeps secrets and config maps as documents of the object store, below "values/", sealed under the
// newest version of the store's own key. Both must outlive it.
class StoredNamedValues final : public engine::NamedValues {
 public:
  StoredNamedValues(store::ObjectStore& store, base::Random& random)
      : store_(store), random_(random) {}

  base::Result<std::optional<engine::ValueMap>> Get(engine::NamedKind kind,
                                                    std::string_view name) override;
  base::Result<std::string> Version(engine::NamedKind kind, std::string_view name) override;
  base::Result<std::vector<std::string>> List(engine::NamedKind kind) override;
  base::Status Put(engine::NamedKind kind, std::string_view name,
                   const engine::ValueMap& values) override;
  base::Status Remove(engine::NamedKind kind, std::string_view name) override;

 private:
  store::ObjectStore& store_;
  base::Random& random_;
};

}  // namespace penstock::server
