// SPDX-License-Identifier: Apache-2.0
#include "store/file_digests.h"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <span>
#include <string_view>
#include <thread>

#include "base/encoding.h"
#include "crypto/checksum.h"
#include "crypto/digest.h"

namespace penstock::store {
namespace {

using base::Status;

constexpr unsigned kMostThreads = 4;
constexpr size_t kEtagDigits = 32;

// Shares the stretches of one file among threads.
class StretchedDigest {
 public:
  StretchedDigest(sys::File& file, uint64_t size, size_t block_size, const std::atomic<bool>* stop)
      : file_(file),
        stop_(stop),
        size_(size),
        block_size_(block_size),
        stretch_(std::max<uint64_t>(1, kDigestStretch / block_size) * block_size),
        digests_((size + stretch_ - 1) / stretch_),
        block_sums_((size + block_size - 1) / block_size) {}

  base::Result<FileDigests> Run() {
    const size_t threads = std::min<size_t>(
        digests_.size(), std::clamp(std::thread::hardware_concurrency(), 1U, kMostThreads));
    std::vector<std::thread> others;
    for (size_t i = 1; i < threads; ++i) others.emplace_back([this] { Work(); });
    Work();
    for (std::thread& other : others) other.join();
    PENSTOCK_RETURN_IF_ERROR(std::move(failed_));
    crypto::Digest all(crypto::DigestKind::kSha256);
    for (const std::string& digest : digests_) all.Update(digest);
    return FileDigests{std::move(block_sums_),
                       base::HexEncode(all.Finish()).substr(0, kEtagDigits) + "-" +
                           std::to_string(digests_.size())};
  }

 private:
  void Work() {
    std::vector<char> buffer(block_size_);
    for (size_t stretch = next_++; stretch < digests_.size(); stretch = next_++) {
      Status done = DigestStretch(stretch, buffer);
      if (done) continue;
      std::lock_guard lock(mutex_);
      failed_ = std::move(done);
      next_ = digests_.size();
      return;
    }
  }

  Status DigestStretch(size_t stretch, std::vector<char>& buffer) {
    crypto::Digest digest(crypto::DigestKind::kSha256);
    const uint64_t end = std::min<uint64_t>(size_, (stretch + 1) * stretch_);
    for (uint64_t begin = stretch * stretch_; begin < end; begin += block_size_) {
      if (stop_ != nullptr && *stop_) {
        return base::Fail(base::Code::kCancelled, "it was told to stop");
      }
      const std::span<char> block(buffer.data(), std::min<uint64_t>(block_size_, end - begin));
      PENSTOCK_RETURN_IF_ERROR(file_.ReadAt(begin, block));
      const std::string_view bytes(block.data(), block.size());
      block_sums_[begin / block_size_] = crypto::Crc32c(bytes);
      digest.Update(bytes);
    }
    digests_[stretch] = digest.Finish();
    return {};
  }

  sys::File& file_;
  const std::atomic<bool>* const stop_;  // may be null
  const uint64_t size_;
  const size_t block_size_;
  const uint64_t stretch_;            // whole blocks
  std::vector<std::string> digests_;  // of the stretches
  std::vector<uint32_t> block_sums_;  // each written by the thread that has its stretch
  std::atomic<size_t> next_ = 0;
  std::mutex mutex_;
  Status failed_;
};

}  // namespace

base::Result<FileDigests> DigestFile(sys::File& file, uint64_t size, size_t block_size,
                                     const std::atomic<bool>* stop) {
  if (size >= kDigestStretch) return StretchedDigest(file, size, block_size, stop).Run();
  FileDigests digests;
  crypto::Digest md5(crypto::DigestKind::kMd5);
  std::vector<char> buffer(std::min<uint64_t>(block_size, size));
  for (uint64_t begin = 0; begin < size; begin += block_size) {
    const std::span<char> block(buffer.data(), std::min<uint64_t>(block_size, size - begin));
    PENSTOCK_RETURN_IF_ERROR(file.ReadAt(begin, block));
    const std::string_view bytes(block.data(), block.size());
    digests.block_sums.push_back(crypto::Crc32c(bytes));
    md5.Update(bytes);
  }
  digests.etag = base::HexEncode(md5.Finish());
  return digests;
}

}  // namespace penstock::store
