// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/byte_stream.h"
#include "crypto/md5_ahead.h"
#include "store/package_cipher.h"

namespace penstock::store {

// The bytes of another source, encrypted in packages. Holds one package.
class EncryptingSource final : public base::ByteSource {
 public:
  // The source must outlive this one. The MD5 of the plain bytes costs more than encrypting
  // them, and is not computed without `md5s`.
  EncryptingSource(base::ByteSource& source, PackageCipher cipher, crypto::Md5Workers* md5s);

  base::Result<size_t> Read(std::span<char> buffer) override;

  // Once this has been read to its end.
  uint64_t plain_size() const { return plain_size_; }
  std::string Md5() { return md5_ ? md5_->Finish() : std::string(); }  // raw

 private:
  base::Status FillPlain();
  void GrowPlain();
  // Encrypts the next package to the buffer, which has room for a whole one.
  size_t SealNext(std::span<char> out);

  base::ByteSource& source_;
  PackageCipher cipher_;
  std::optional<crypto::Md5Ahead> md5_;
  // One byte more than a package: it tells whether there is another one behind.
  std::shared_ptr<char[]> plain_;
  size_t room_ = 0;
  size_t filled_ = 0;
  bool source_ended_ = false;
  bool ended_ = false;
  uint64_t next_package_ = 0;
  uint64_t plain_size_ = 0;
  std::vector<char> sealed_;  // what did not fit the caller's buffer
  size_t sealed_begin_ = 0;
  size_t sealed_end_ = 0;
};

}  // namespace penstock::store
