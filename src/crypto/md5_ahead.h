// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "base/piece_stream.h"
#include "crypto/md5_batches.h"
#include "crypto/md5_stream.h"

namespace penstock::crypto {

// Threads that hash messages while those who bring them receive and write what comes next, several
// at once where the processor can. Thread-safe.
class Md5Workers {
 public:
  // For as many messages as that; 0: for a few, or as many as there are processors.
  explicit Md5Workers(size_t messages = 0);

  Md5Batches& batches() { return batches_; }

 private:
  friend class Md5Ahead;
  Md5Batches batches_;
  base::PieceWorkers pieces_;
};

// The MD5 of one message that comes in large pieces, computed by others meanwhile. Not thread-safe.
class Md5Ahead : private base::PieceStream {
 public:
  explicit Md5Ahead(Md5Workers& workers);  // which must outlive this object
  ~Md5Ahead() { GiveUp(); }

  // Returns whether they are hashed. If not, the bytes must stay as they are for as long as
  // `keeper` is held, which is let go once they are. Waits where many pieces do so already.
  bool Update(std::string_view bytes, const std::shared_ptr<const void>& keeper);
  // Returns when they are hashed.
  void UpdateNow(std::string_view bytes);
  std::string Finish();  // raw, 16 bytes; nothing may follow

 private:
  friend class Md5Workers;
  Md5Stream stream_;  // of whoever hashes the first piece, or of the caller where there is none
};

}  // namespace penstock::crypto
