// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "base/byte_stream.h"
#include "base/result.h"
#include "crypto/checksum.h"
#include "store/object_store.h"

namespace penstock::s3 {

// Computes a checksum of what passes through, where one is wanted.
class ChecksummedSource final : public base::ByteSource {
 public:
  // The source must outlive this.
  ChecksummedSource(base::ByteSource& source, std::optional<crypto::ChecksumKind> kind);

  base::Result<size_t> Read(std::span<char> buffer) override;

  // After the last byte, once: the checksum of all bytes, or none.
  std::vector<store::ObjectChecksum> Finish();

 private:
  base::ByteSource& source_;
  const std::optional<crypto::ChecksumKind> kind_;
  std::unique_ptr<crypto::Checksum> checksum_;
};

}  // namespace penstock::s3
