// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "keys/key_ring.h"
#include "store/index.h"
#include "store/index_writer.h"

namespace penstock::store {

// The ring of encryption keys, in a row of the index: it is replicated and lost with what it
// encrypts, and no sooner.
class RingRow final : public keys::RingStorage {
 public:
  RingRow(Index& index, IndexWriter& writer) : index_(index), writer_(writer) {}

  base::Result<std::optional<std::string>> Load() override;
  base::Status Save(std::string_view text) override;

 private:
  Index& index_;
  IndexWriter& writer_;
};

}  // namespace penstock::store
