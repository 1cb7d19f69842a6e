// SPDX-License-Identifier: Apache-2.0
#include "crypto/md5_stream.h"

#include <algorithm>

namespace penstock::crypto {
namespace {

// Less than this is hashed sooner than handed over.
constexpr size_t kSmall = size_t{16} << 10;

}  // namespace

Md5Stream::Md5Stream(Md5Batches& batches) : batches_(batches) {}

Md5Stream::~Md5Stream() {
  if (entered_) batches_.Leave();
}

void Md5Stream::Hash(const Md5Job& job) {
  if (job.blocks * kMd5Block < kSmall) return HashMd5Blocks(state_, job.lane.bytes, job.blocks);
  if (!entered_) batches_.Enter();
  entered_ = true;
  batches_.Add(state_, job.lane.bytes, job.blocks);
}

void Md5Stream::Update(std::string_view bytes) { Hash(Begin(bytes)); }

Md5Job Md5Stream::Begin(std::string_view bytes) {
  size_t had = bytes_ % kMd5Block;
  bytes_ += bytes.size();
  if (had > 0) {
    size_t taken = std::min(kMd5Block - had, bytes.size());
    std::copy_n(bytes.data(), taken, rest_.data() + had);
    bytes.remove_prefix(taken);
    if (had + taken < kMd5Block) return {{&state_, nullptr}, 0};
    HashMd5Blocks(state_, rest_.data(), 1);
  }
  size_t blocks = bytes.size() / kMd5Block;
  std::string_view rest = bytes.substr(blocks * kMd5Block);
  std::copy(rest.begin(), rest.end(), rest_.begin());
  return {{&state_, bytes.data()}, blocks};
}

std::string Md5Stream::Finish() {
  uint64_t bits = bytes_ * 8;
  std::string padding("\x80");
  padding.resize(1 + (kMd5Block * 2 - 9 - bytes_ % kMd5Block) % kMd5Block, '\0');
  for (int shift = 0; shift < 64; shift += 8) padding.push_back(static_cast<char>(bits >> shift));
  Update(padding);
  std::string digest;
  for (uint32_t word : state_) {
    for (int shift = 0; shift < 32; shift += 8) digest.push_back(static_cast<char>(word >> shift));
  }
  return digest;
}

}  // namespace penstock::crypto
