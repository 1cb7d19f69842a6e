// SPDX-License-Identifier: Apache-2.0
#include "store/encrypted_ingest.h"

#include <utility>

#include "store/encrypting_source.h"
#include "store/package_cipher.h"

namespace penstock::store {
namespace {

constexpr size_t kSaltBytes = 16;
constexpr size_t kMd5Bytes = 16;

}  // namespace

base::Result<Ingested> IngestEncrypted(base::ByteSource& source, const crypto::Secret& data_key,
                                       EncryptionKind kind, int part_number, size_t inline_limit,
                                       Core& core) {
  // A whole object has its data key to itself.
  std::string salt = part_number == 0 ? std::string() : core.random.Bytes(kSaltBytes);
  bool with_md5 = kind == EncryptionKind::kServerKey;
  EncryptingSource encrypting(source, PackageCipher(data_key, part_number, salt),
                              with_md5 ? &core.md5s : nullptr);
  PENSTOCK_TRY(Ingested ingested, Ingest(encrypting, inline_limit, core, /*with_md5=*/false));
  ingested.size = encrypting.plain_size();
  ingested.md5 = with_md5 ? encrypting.Md5() : core.random.Bytes(kMd5Bytes);
  ingested.salt = std::move(salt);
  return ingested;
}

}  // namespace penstock::store
