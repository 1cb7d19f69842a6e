// SPDX-License-Identifier: Apache-2.0
// The first byte says how the body is framed and in what pieces it comes, the second how long it
// says to be; the rest is the body.
#include <algorithm>
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "s3/aws_chunked_reader.h"

namespace {

class PieceSource final : public penstock::base::ByteSource {
 public:
  PieceSource(std::string_view bytes, size_t piece) : rest_(bytes), piece_(piece) {}
  penstock::base::Result<size_t> Read(std::span<char> buffer) override {
    size_t count = std::min({buffer.size(), piece_, rest_.size()});
    std::copy_n(rest_.data(), count, buffer.data());
    rest_.remove_prefix(count);
    return count;
  }

 private:
  std::string_view rest_;
  size_t piece_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using penstock::s3::PayloadKind;
  if (size < 2) return 0;
  constexpr PayloadKind kKinds[] = {PayloadKind::kUnsignedChunksTrailer, PayloadKind::kSignedChunks,
                                    PayloadKind::kSignedChunksTrailer};
  penstock::s3::AwsChunkedOptions options;
  options.kind = kKinds[data[0] % 3];
  options.decoded_length = data[1];
  options.signing_key = "key";
  options.amz_date = "20261123T080910Z";
  options.scope_text = "20261123/us-east-1/s3/aws4_request";
  options.seed_signature = "seed";
  PieceSource source({reinterpret_cast<const char*>(data) + 2, size - 2}, size_t{1} + data[0] / 3);
  penstock::s3::AwsChunkedReader reader(source, options);
  auto body = penstock::base::ReadAll(reader, size);
  if (body) PENSTOCK_CHECK(body->size() == options.decoded_length);
  return 0;
}
