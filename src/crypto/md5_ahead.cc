// SPDX-License-Identifier: Apache-2.0
#include "crypto/md5_ahead.h"

#include <algorithm>
#include <thread>
#include <utility>
#include <vector>

namespace penstock::crypto {
namespace {

// What their pieces hold in memory meanwhile is not much.
constexpr size_t kFewMessages = 16;

// Where several are hashed at once, half of the processors do for all.
base::PieceWorkers::Limits LimitsFor(size_t messages) {
  const size_t processors = std::max(1u, std::thread::hardware_concurrency());
  if (messages == 0) messages = std::max(kFewMessages, processors);
  if (!CanHashMd5Lanes()) return {.threads = processors, .streams = messages};
  return {.threads = (processors + 1) / 2, .streams = messages, .together = kMd5Lanes};
}

}  // namespace

Md5Workers::Md5Workers(size_t messages)
    : pieces_(LimitsFor(messages), [](std::span<base::PieceStream* const> streams) {
        std::vector<Md5Job> jobs;
        for (base::PieceStream* stream : streams) {
          auto* message = static_cast<Md5Ahead*>(stream);
          jobs.push_back(message->stream_.Begin(message->taken().front().bytes));
        }
        HashMd5Jobs(std::move(jobs));
      }) {}

Md5Ahead::Md5Ahead(Md5Workers& workers) : PieceStream(workers.pieces_), stream_(workers.batches_) {}

bool Md5Ahead::Update(std::string_view bytes, const std::shared_ptr<const void>& keeper) {
  if (bytes.empty()) return true;
  if (Offer(bytes, keeper)) return false;
  UpdateNow(bytes);
  return true;
}

void Md5Ahead::UpdateNow(std::string_view bytes) {
  Await();
  stream_.Update(bytes);
}

std::string Md5Ahead::Finish() {
  Await();
  return stream_.Finish();
}

}  // namespace penstock::crypto
