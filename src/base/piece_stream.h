// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <string_view>
#include <thread>
#include <vector>

namespace penstock::base {

class PieceStream;

// Bytes that stay as they are for as long as the keeper is held.
struct KeptPiece {
  std::string_view bytes;
  std::shared_ptr<const void> keeper;
};

// Threads that take the pieces of streams, to hash or to write them, while those who bring them
// receive what comes next. Thread-safe.
class PieceWorkers {
 public:
  struct Limits {
    size_t threads;  // which are made as they are needed
    // That have pieces at a time: the threads that bring many keep the processors and drives busy
    // themselves, and each holds some pieces meanwhile.
    size_t streams;
    // Streams whose pieces are taken at once. Half of them are enough to begin, or of all streams,
    // and one is where somebody waits for it, or soon would.
    size_t together = 1;
    size_t pieces = 1;   // of a stream that are taken at once
    size_t waiting = 4;  // pieces of a stream, with those being taken
  };
  // Is given streams with something in taken(), whose keepers it can let go. Must not throw.
  using Take = std::function<void(std::span<PieceStream* const>)>;

  PieceWorkers(Limits limits, Take take) : limits_(limits), take_(std::move(take)) {}
  PieceWorkers(const PieceWorkers&) = delete;
  PieceWorkers& operator=(const PieceWorkers&) = delete;
  ~PieceWorkers();  // no stream may be left

 private:
  friend class PieceStream;
  // These expect the lock to be held.
  void Post(PieceStream& stream);
  bool IsDue() const;  // whether pieces are to be taken now
  void Wake();
  void Run();
  void TakeNext(std::unique_lock<std::mutex>& lock);

  const Limits limits_;
  const Take take_;
  std::mutex mutex_;
  std::condition_variable work_;
  std::deque<PieceStream*> ready_;  // have pieces, none of which is being taken
  size_t streams_ = 0;              // that have brought pieces
  size_t busy_ = 0;                 // of these, with pieces that wait or are being taken
  size_t idle_ = 0;                 // threads
  bool ending_ = false;
  std::vector<std::thread> threads_;
};

// Large pieces that are taken in their order, by one thread at a time. One thread brings them.
class PieceStream {
 public:
  explicit PieceStream(PieceWorkers& workers) : workers_(workers) {}  // must outlive this object
  PieceStream(const PieceStream&) = delete;
  PieceStream& operator=(const PieceStream&) = delete;
  ~PieceStream() { GiveUp(); }

  // False where too many streams have pieces: the caller has to take them himself, and this one has
  // none then. If not, the bytes must stay as they are for as long as the keeper is held,
  // which is let go once they are taken. Waits where many pieces do so already.
  bool Offer(std::string_view bytes, const std::shared_ptr<const void>& keeper);
  void Await();   // returns when all have been taken
  void GiveUp();  // waits for those that are being taken; the others never are

  // Of whoever takes them.
  std::span<KeptPiece> taken() { return taken_; }

 private:
  friend class PieceWorkers;
  bool IsBusy() const { return !waiting_.empty() || !taken_.empty(); }
  bool IsPressing() const;
  template <typename Done>
  void AwaitUntil(std::unique_lock<std::mutex>& lock, Done done);

  PieceWorkers& workers_;
  // These under the workers' lock, taken_ outside of it where somebody takes them.
  std::deque<KeptPiece> waiting_;
  std::vector<KeptPiece> taken_;
  std::condition_variable changed_;  // fewer of both
  bool entered_ = false;
  bool awaited_ = false;
};

}  // namespace penstock::base
