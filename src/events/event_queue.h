// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "sys/file_system.h"

namespace penstock::events {

// Lines on disk that wait to be delivered, oldest first, over restarts of the server. Kept in
// segments, `<number>.log`; `cursor` says where delivery is. A line that was appended survives a
// crash of the process at once, and of the machine after the next Sync. After a crash lines may be
// delivered again that were delivered already. Bounded: a full queue takes no more.
class EventQueue {
 public:
  static constexpr uint64_t kMaxBytes = uint64_t{64} << 20;
  static constexpr uint64_t kSegmentBytes = uint64_t{1} << 20;

  // The directory is made where absent. `files` must outlive the queue.
  static base::Result<std::unique_ptr<EventQueue>> Open(const std::string& directory,
                                                        sys::FileSystem& files,
                                                        uint64_t max_bytes = kMaxBytes,
                                                        uint64_t segment_bytes = kSegmentBytes);

  // From many threads. kResourceExhausted where the queue is full. The line has no line feed.
  base::Status Append(std::string_view line);
  // Wakes whoever waits in Next, now and later.
  void Stop();
  uint64_t waiting_bytes() const;

  // The rest is for the one thread that delivers.
  // The oldest line, waiting for one; nothing once stopped. The same until Pop.
  base::Result<std::optional<std::string>> Next();
  base::Status Pop();
  // Makes appended lines and the cursor durable.
  base::Status Sync();

 private:
  struct Segment {
    uint64_t number = 0;
    uint64_t size = 0;
    std::shared_ptr<sys::File> file;  // shared with those who read or sync without the lock
    bool unsynced = false;
  };

  EventQueue(std::string directory, sys::FileSystem& files, uint64_t max_bytes,
             uint64_t segment_bytes)
      : directory_(std::move(directory)),
        files_(files),
        max_bytes_(max_bytes),
        segment_bytes_(segment_bytes) {}
  base::Status Load();
  base::Status LoadCursor();
  base::Status StartSegment();
  std::string PathOf(uint64_t number) const;
  // Reads the line at the cursor; empty where the first segment has no more.
  base::Result<std::optional<std::string>> ReadLine();
  base::Status DropFirstSegment();

  const std::string directory_;
  sys::FileSystem& files_;
  const uint64_t max_bytes_;
  const uint64_t segment_bytes_;

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Segment> segments_;  // the last one is appended to
  uint64_t bytes_ = 0;            // of all segments
  bool stopped_ = false;

  uint64_t offset_ = 0;  // of the next line in the first segment; changed by the deliverer alone
  std::optional<std::string> line_;  // what Next has found
  std::string buffer_;               // read behind offset_
  uint64_t seen_size_ = 0;           // of the first segment when ReadLine found its end
};

}  // namespace penstock::events
