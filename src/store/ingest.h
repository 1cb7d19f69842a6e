// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "base/byte_stream.h"
#include "base/result.h"
#include "crypto/md5_batches.h"
#include "store/data_files.h"
#include "store/numbers.h"

namespace penstock::store {

// The bytes of a source, taken in: kept here, or durable in a data file that is removed again
// unless its writer is told to keep it.
struct Ingested {
  uint64_t size = 0;
  std::string md5;                       // raw; "" where it was not asked for
  std::string etag;                      // where it is not to be the MD5
  std::string bytes;                     // where there is no file
  std::unique_ptr<DataFileWriter> file;  // nullptr where the bytes are here
  FileRecord file_record;                // of the file
  std::string salt;                      // IngestEncrypted: of a part's packages
};

// Reads the source to its end. Fewer bytes than `inline_limit` stay in memory, more go to a new
// data file; memory is bounded by the larger of the limit and the block size. Without `md5s` no MD5
// is computed.
base::Result<Ingested> Ingest(base::ByteSource& source, size_t inline_limit, DataFiles& data,
                              Numbers& numbers, crypto::Md5Batches* md5s);

}  // namespace penstock::store
