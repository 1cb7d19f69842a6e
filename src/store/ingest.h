// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "base/byte_stream.h"
#include "base/result.h"
#include "store/core.h"
#include "store/data_files.h"

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
  bool recorded = false;                 // the file has a row that says what it is to become
  std::string salt;                      // IngestEncrypted: of a part's packages
};

// How much of a source is read before it is written.
size_t IngestBytes(size_t inline_limit, size_t block_size);

// Reads the source to its end. Fewer bytes than `inline_limit` stay in memory, more go to a new
// data file, while the MD5 of what was read before is computed by other threads. Holds one buffer
// of IngestBytes() while the source is waited for.
base::Result<Ingested> Ingest(base::ByteSource& source, size_t inline_limit, Core& core,
                              bool with_md5);

}  // namespace penstock::store
