// SPDX-License-Identifier: Apache-2.0
#include "s3/extract/gunzip_source.h"

#include <array>
#include <string>

#include <zlib.h>

#include "s3/error_codes.h"
#include "s3/error_map.h"

namespace penstock::s3 {

using base::Result;
using base::Status;

struct GunzipSource::State {
  z_stream stream = {};
  std::array<char, 32 << 10> input;
  bool source_ended = false;
  bool between_members = false;
  Status failed;
};

GunzipSource::GunzipSource(base::ByteSource& packed)
    : packed_(packed), state_(std::make_unique<State>()) {
  constexpr int kGzipOnly = 16 + MAX_WBITS;
  if (inflateInit2(&state_->stream, kGzipOnly) != Z_OK) {
    state_->failed = Refuse(code::kInternalError, "There is no memory to unpack with.");
  }
}

GunzipSource::~GunzipSource() { inflateEnd(&state_->stream); }

Status GunzipSource::Fill() {
  z_stream& stream = state_->stream;
  if (stream.avail_in != 0 || state_->source_ended) return {};
  PENSTOCK_TRY(size_t count, packed_.Read(state_->input));
  state_->source_ended = count == 0;
  stream.next_in = reinterpret_cast<Bytef*>(state_->input.data());
  stream.avail_in = static_cast<uInt>(count);
  return {};
}

Result<size_t> GunzipSource::Read(std::span<char> buffer) {
  PENSTOCK_RETURN_IF_ERROR(state_->failed);
  z_stream& stream = state_->stream;
  stream.next_out = reinterpret_cast<Bytef*>(buffer.data());
  stream.avail_out = static_cast<uInt>(buffer.size());
  while (stream.avail_out == buffer.size()) {
    PENSTOCK_RETURN_IF_ERROR(Fill());
    if (state_->between_members) {
      if (stream.avail_in == 0) return size_t{0};
      inflateReset(&stream);
      state_->between_members = false;
    }
    int code = inflate(&stream, Z_NO_FLUSH);
    if (code == Z_STREAM_END) {
      state_->between_members = true;
    } else if (code != Z_OK || (state_->source_ended && stream.avail_out == buffer.size())) {
      state_->failed = Refuse(code::kInvalidArgument, "The gzip file is damaged or cut off.");
      return base::Fail(state_->failed.error());
    }
  }
  return buffer.size() - stream.avail_out;
}

}  // namespace penstock::s3
