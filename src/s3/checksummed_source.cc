// SPDX-License-Identifier: Apache-2.0
#include "s3/checksummed_source.h"

#include "base/encoding.h"

namespace penstock::s3 {

ChecksummedSource::ChecksummedSource(base::ByteSource& source,
                                     std::optional<crypto::ChecksumKind> kind)
    : source_(source), kind_(kind), checksum_(kind ? crypto::MakeChecksum(*kind) : nullptr) {}

base::Result<size_t> ChecksummedSource::Read(std::span<char> buffer) {
  auto count = source_.Read(buffer);
  if (count && checksum_) checksum_->Update({buffer.data(), *count});
  return count;
}

std::vector<store::ObjectChecksum> ChecksummedSource::Finish() {
  if (!kind_) return {};
  return {{*kind_, base::Base64Encode(checksum_->Finish()), false}};
}

}  // namespace penstock::s3
