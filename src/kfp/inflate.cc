// SPDX-License-Identifier: Apache-2.0
#include "kfp/inflate.h"

#include <algorithm>

#include <zlib.h>

namespace penstock::kfp {
namespace {

using base::Code;
using base::Fail;
using base::Result;

constexpr int kRawWindow = -15;
constexpr int kGzipWindow = 15 + 16;
constexpr size_t kStepBytes = 64 << 10;

class Inflater {
 public:
  explicit Inflater(int window) { ready_ = inflateInit2(&stream_, window) == Z_OK; }
  ~Inflater() { inflateEnd(&stream_); }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;

  // Takes one compressed stream off the front of `packed` and appends its content to `out`.
  base::Status Take(std::string_view& packed, std::string& out, size_t limit) {
    if (!ready_ || inflateReset(&stream_) != Z_OK) {
      return Fail(Code::kResourceExhausted, "no memory to unpack the file");
    }
    // zlib does not write through this pointer; its interface is older than const.
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
    stream_.avail_in = static_cast<uInt>(packed.size());
    int state = Z_OK;
    while (state == Z_OK) {
      size_t before = out.size();
      size_t room = std::min(kStepBytes, limit + 1 - before);
      out.resize(before + room);
      stream_.next_out = reinterpret_cast<Bytef*>(out.data() + before);
      stream_.avail_out = static_cast<uInt>(room);
      state = inflate(&stream_, Z_NO_FLUSH);
      out.resize(before + room - stream_.avail_out);
      if (out.size() > limit) {
        return Fail(Code::kInvalidArgument,
                    "unpacked, the file is larger than " + std::to_string(limit >> 20) + " MiB");
      }
    }
    if (state != Z_STREAM_END) {
      return Fail(Code::kInvalidArgument, "the compressed data is damaged or cut off");
    }
    packed.remove_prefix(packed.size() - stream_.avail_in);
    return {};
  }

 private:
  z_stream stream_{};
  bool ready_ = false;
};

}  // namespace

Result<std::string> InflateRaw(std::string_view packed, size_t limit) {
  Inflater inflater(kRawWindow);
  std::string out;
  PENSTOCK_RETURN_IF_ERROR(inflater.Take(packed, out, limit));
  if (!packed.empty()) return Fail(Code::kInvalidArgument, "bytes follow the compressed data");
  return out;
}

Result<std::string> Gunzip(std::string_view packed, size_t limit) {
  Inflater inflater(kGzipWindow);
  std::string out;
  do {
    PENSTOCK_RETURN_IF_ERROR(inflater.Take(packed, out, limit));
  } while (!packed.empty());
  return out;
}

uint32_t Crc32(std::string_view bytes) {
  return static_cast<uint32_t>(
      crc32(0, reinterpret_cast<const Bytef*>(bytes.data()), static_cast<uInt>(bytes.size())));
}

}  // namespace penstock::kfp
