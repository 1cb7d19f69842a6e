// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "crypto/md5_batches.h"
#include "crypto/md5_stream.h"

namespace penstock::crypto {

class Md5Ahead;

// Threads that hash messages while those who bring them receive and write what comes next. That is
// for a few messages: the threads that bring many keep the processors busy themselves, and it costs
// less not to pass pieces from one to another. Thread-safe.
class Md5Workers {
 public:
  static constexpr size_t kMostWaiting = 4;  // pieces of one message

  // Where there are more messages than that, each is hashed by who brings it; 0: as many as there
  // are processors.
  explicit Md5Workers(size_t most = 0);
  Md5Workers(const Md5Workers&) = delete;
  Md5Workers& operator=(const Md5Workers&) = delete;
  ~Md5Workers();  // no message may be left

  Md5Batches& batches() { return batches_; }

 private:
  friend class Md5Ahead;
  // These expect the lock to be held.
  void Post(Md5Ahead& message);
  bool Forget(Md5Ahead& message);

  void Run();
  void HashNext(std::unique_lock<std::mutex>& lock);

  const size_t most_;
  Md5Batches batches_;
  std::mutex mutex_;
  std::condition_variable work_;
  std::deque<Md5Ahead*> ready_;  // have pieces, none of which is being hashed
  size_t messages_ = 0;          // that have brought pieces
  size_t idle_ = 0;              // threads, of which there are most_ at most
  bool ending_ = false;
  std::vector<std::thread> threads_;
};

// The MD5 of one message that comes in large pieces, computed by others meanwhile. Not thread-safe.
class Md5Ahead {
 public:
  explicit Md5Ahead(Md5Workers& workers);  // which must outlive this object
  Md5Ahead(const Md5Ahead&) = delete;
  Md5Ahead& operator=(const Md5Ahead&) = delete;
  ~Md5Ahead();

  // Returns whether they are hashed. If not, the bytes must stay as they are for as long as
  // `keeper` is held, which is let go once they are. Waits where many pieces do so already.
  bool Update(std::string_view bytes, std::shared_ptr<const void> keeper);
  // Returns when they are hashed.
  void UpdateNow(std::string_view bytes);
  std::string Finish();  // raw, 16 bytes; nothing may follow

 private:
  friend class Md5Workers;
  struct Piece {
    std::string_view bytes;
    std::shared_ptr<const void> keeper;
  };
  void AwaitHashed(std::unique_lock<std::mutex>& lock);

  Md5Workers& workers_;
  Md5Stream stream_;  // of whoever hashes the first piece, or of the caller where there is none
  std::deque<Piece> pieces_;         // under the workers' lock, as is the next
  std::condition_variable changed_;  // fewer pieces
  bool entered_ = false;
};

}  // namespace penstock::crypto
