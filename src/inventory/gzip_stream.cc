// SPDX-License-Identifier: Apache-2.0
#include "inventory/gzip_stream.h"

#include <array>

#include <zlib.h>

#include "base/check.h"

namespace penstock::inventory {

struct GzipStream::State {
  z_stream stream{};
};

GzipStream::GzipStream() : state_(std::make_unique<State>()) {
  constexpr int kGzip = 16 + MAX_WBITS;
  constexpr int kMemoryLevel = 8;
  // The lines are much alike: fast is good enough.
  PENSTOCK_CHECK(deflateInit2(&state_->stream, Z_BEST_SPEED, Z_DEFLATED, kGzip, kMemoryLevel,
                              Z_DEFAULT_STRATEGY) == Z_OK);
}

GzipStream::~GzipStream() { deflateEnd(&state_->stream); }

void GzipStream::Add(std::string_view bytes, std::string& packed) {
  // zlib does not change what it reads.
  state_->stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  state_->stream.avail_in = static_cast<uInt>(bytes.size());
  Run(Z_NO_FLUSH, packed);
}

void GzipStream::Finish(std::string& packed) { Run(Z_FINISH, packed); }

void GzipStream::Run(int flush, std::string& packed) {
  std::array<char, 16 << 10> buffer;
  do {
    state_->stream.next_out = reinterpret_cast<Bytef*>(buffer.data());
    state_->stream.avail_out = buffer.size();
    PENSTOCK_CHECK(deflate(&state_->stream, flush) != Z_STREAM_ERROR);
    packed.append(buffer.data(), buffer.size() - state_->stream.avail_out);
  } while (state_->stream.avail_out == 0);
}

}  // namespace penstock::inventory
