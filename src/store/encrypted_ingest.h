// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.h"
#include "store/core.h"
#include "store/data_keys.h"
#include "store/ingest.h"

namespace penstock::store {

// Ingest(), with the bytes encrypted under the data key of a version or, with its number, of a
// part. The size is that of the plain bytes. The MD5 is theirs only with the server's key, and
// random with others: it becomes an ETag, which would tell of bytes that are somebody's secret.
base::Result<Ingested> IngestEncrypted(base::ByteSource& source, const crypto::Secret& data_key,
                                       EncryptionKind kind, int part_number, size_t inline_limit,
                                       Core& core);

}  // namespace penstock::store
