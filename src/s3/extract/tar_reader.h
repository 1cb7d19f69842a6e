// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/byte_stream.h"
#include "base/result.h"

namespace penstock::s3 {

struct TarEntry {
  std::string name;  // as written, with its folders; a folder's ends with '/'
  uint64_t size = 0;
  bool folder = false;
  // The records of its pax header besides path and size, in order.
  std::vector<std::pair<std::string, std::string>> records;
};

// Reads a tar file (POSIX.1-1988 ustar, names and sizes also by POSIX.1-2001 pax and GNU) as it
// comes, in bounded memory. Links and devices are passed over. Errors are the source's, and
// InvalidArgument where the bytes are no tar file.
class TarReader {
 public:
  static constexpr size_t kMaxPaxBytes = 64 << 10;

  explicit TarReader(base::ByteSource& source) : source_(source), content_(*this) {}

  // The next file or folder, or nothing at the end. What was not read of the last one is skipped.
  base::Result<std::optional<TarEntry>> Next();
  // The bytes of the entry that Next gave last.
  base::ByteSource& content() { return content_; }

 private:
  class Content final : public base::ByteSource {
   public:
    explicit Content(TarReader& reader) : reader_(reader) {}
    base::Result<size_t> Read(std::span<char> buffer) override {
      return reader_.ReadContent(buffer);
    }

   private:
    TarReader& reader_;
  };

  base::Result<size_t> ReadContent(std::span<char> buffer);
  base::Status SkipContent();
  base::Result<bool> ReadHeader(std::span<char> header);  // false: the source ends before it
  base::Result<std::string> ReadExtension(uint64_t size);
  base::Status TakeExtension(char type, uint64_t size, TarEntry& next);

  base::ByteSource& source_;
  Content content_;
  uint64_t left_ = 0;     // of the entry's bytes
  uint64_t padding_ = 0;  // behind them, up to the next header
};

}  // namespace penstock::s3
