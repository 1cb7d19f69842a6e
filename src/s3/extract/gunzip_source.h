// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <span>

#include "base/byte_stream.h"
#include "base/result.h"

namespace penstock::s3 {

// Unpacks a gzip file (RFC 1952) of one or more members as it comes. The source must outlive it.
// Errors are the source's, and InvalidArgument where the bytes are damaged.
class GunzipSource final : public base::ByteSource {
 public:
  explicit GunzipSource(base::ByteSource& packed);
  ~GunzipSource() override;

  base::Result<size_t> Read(std::span<char> buffer) override;

 private:
  struct State;
  base::Status Fill();

  base::ByteSource& packed_;
  std::unique_ptr<State> state_;
};

}  // namespace penstock::s3
