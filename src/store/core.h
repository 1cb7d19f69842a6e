// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

#include "base/clock.h"
#include "base/random.h"
#include "crypto/md5_ahead.h"
#include "store/content_pins.h"
#include "store/data_files.h"
#include "store/data_keys.h"
#include "store/file_remover.h"
#include "store/index.h"
#include "store/index_writer.h"
#include "store/locks.h"
#include "store/numbers.h"
#include "store/scratch_buffers.h"
#include "store/space_reserve.h"

namespace penstock::store {

// What buckets, objects and uploads all work on. Owns nothing.
struct Core {
  Index& index;
  IndexWriter& writer;
  Numbers& numbers;
  DataFiles& data;
  const SpaceReserve& reserve;
  FileRemover& remover;
  ContentPins& pins;
  DataKeys& data_keys;
  BucketLocks& bucket_locks;
  KeyLocks& key_locks;
  const base::Clock& clock;
  base::Random& random;
  crypto::Md5Workers& md5s;
  ScratchBuffers& blocks;    // what is taken in, of IngestBytes() each
  ScratchBuffers& packages;  // of sealed packages, of kSealedPackageBytes each
  size_t inline_limit;
};

}  // namespace penstock::store
