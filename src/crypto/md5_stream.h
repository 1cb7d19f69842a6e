// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "crypto/md5_batches.h"

namespace penstock::crypto {

// The MD5 of one message that comes in large pieces, beside others. Not thread-safe.
class Md5Stream {
 public:
  explicit Md5Stream(Md5Batches& batches);  // which must outlive this object
  Md5Stream(const Md5Stream&) = delete;
  Md5Stream& operator=(const Md5Stream&) = delete;
  ~Md5Stream();

  void Update(std::string_view bytes);
  // As Update(), but that the caller has the whole blocks hashed before anything follows.
  Md5Job Begin(std::string_view bytes);
  std::string Finish();  // raw, 16 bytes; nothing may follow

 private:
  void Hash(const Md5Job& job);

  Md5Batches& batches_;
  Md5State state_ = kMd5Start;
  uint64_t bytes_ = 0;
  std::array<char, kMd5Block> rest_;  // bytes_ % kMd5Block of them
  bool entered_ = false;
};

}  // namespace penstock::crypto
