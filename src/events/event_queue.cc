// SPDX-License-Identifier: Apache-2.0
#include "events/event_queue.h"

#include <algorithm>
#include <charconv>
#include <utility>
#include <vector>

namespace penstock::events {
namespace {

using base::Code;
using base::Fail;
using base::Result;
using base::Status;

constexpr size_t kReadBytes = size_t{64} << 10;
constexpr size_t kMaxCursorBytes = 100;

// "0000000000000007.log"; nothing for other names.
std::optional<uint64_t> NumberOf(const std::string& name) {
  if (name.size() != 20 || !name.ends_with(".log")) return std::nullopt;
  uint64_t number = 0;
  auto [end, error] = std::from_chars(name.data(), name.data() + 16, number, 16);
  if (error != std::errc() || end != name.data() + 16) return std::nullopt;
  return number;
}

}  // namespace

std::string EventQueue::PathOf(uint64_t number) const {
  std::string digits(16, '0');
  for (size_t i = 16; i-- > 0; number >>= 4) digits[i] = "0123456789abcdef"[number & 15];
  return directory_ + "/" + digits + ".log";
}

Result<std::unique_ptr<EventQueue>> EventQueue::Open(const std::string& directory,
                                                     sys::FileSystem& files, uint64_t max_bytes,
                                                     uint64_t segment_bytes) {
  PENSTOCK_RETURN_IF_ERROR(files.MakeDirectories(directory));
  std::unique_ptr<EventQueue> queue(new EventQueue(directory, files, max_bytes, segment_bytes));
  PENSTOCK_RETURN_IF_ERROR(queue->Load());
  return queue;
}

// Goes on in a new segment always: the last one may end in the middle of a line.
Status EventQueue::Load() {
  PENSTOCK_TRY(auto entries, files_.List(directory_));
  std::vector<uint64_t> numbers;
  for (const sys::DirectoryEntry& entry : entries) {
    if (auto number = NumberOf(entry.name)) numbers.push_back(*number);
  }
  std::sort(numbers.begin(), numbers.end());
  for (uint64_t number : numbers) {
    PENSTOCK_TRY(std::shared_ptr<sys::File> file, files_.OpenForRead(PathOf(number)));
    PENSTOCK_TRY(uint64_t size, file->Size());
    segments_.push_back({number, size, std::move(file)});
    bytes_ += size;
  }
  PENSTOCK_RETURN_IF_ERROR(LoadCursor());
  return StartSegment();
}

// "<segment> <offset>". What lies before it has been delivered.
Status EventQueue::LoadCursor() {
  std::string path = directory_ + "/cursor";
  if (!files_.Exists(path)) return {};
  PENSTOCK_TRY(std::string text, sys::ReadFile(files_, path, kMaxCursorBytes));
  uint64_t number = 0;
  uint64_t offset = 0;
  const char* end = text.data() + text.size();
  auto first = std::from_chars(text.data(), end, number);
  auto second = first.ptr < end ? std::from_chars(first.ptr + 1, end, offset) : first;
  if (first.ec != std::errc() || second.ec != std::errc()) {
    return Fail(Code::kDataLoss, path + " is damaged; remove it, and events are delivered again");
  }
  while (!segments_.empty() && segments_.front().number < number) {
    PENSTOCK_RETURN_IF_ERROR(DropFirstSegment());
  }
  if (!segments_.empty() && segments_.front().number == number) {
    offset_ = std::min(offset, segments_.front().size);
  }
  return {};
}

Status EventQueue::StartSegment() {
  uint64_t number = segments_.empty() ? 1 : segments_.back().number + 1;
  // Numbers go on behind those that are delivered and gone, so that the cursor never lies ahead.
  std::string cursor = directory_ + "/cursor";
  if (segments_.empty() && files_.Exists(cursor)) {
    PENSTOCK_TRY(std::string text, sys::ReadFile(files_, cursor, kMaxCursorBytes));
    uint64_t last = 0;
    std::from_chars(text.data(), text.data() + text.size(), last);
    number = last + 1;
  }
  PENSTOCK_TRY(std::shared_ptr<sys::File> file, files_.Create(PathOf(number)));
  segments_.push_back({number, 0, std::move(file)});
  return files_.SyncDirectory(directory_);
}

Status EventQueue::Append(std::string_view line) {
  std::string text(line);
  text.push_back('\n');
  std::lock_guard lock(mutex_);
  if (bytes_ + text.size() > max_bytes_) {
    return Fail(Code::kResourceExhausted, "the queue of events in " + directory_ + " is full");
  }
  if (segments_.back().size >= segment_bytes_) PENSTOCK_RETURN_IF_ERROR(StartSegment());
  Segment& segment = segments_.back();
  // A failed write is overwritten by the next one, since the size stays.
  PENSTOCK_RETURN_IF_ERROR(segment.file->WriteAt(segment.size, text));
  segment.size += text.size();
  segment.unsynced = true;
  bytes_ += text.size();
  changed_.notify_all();
  return {};
}

void EventQueue::Stop() {
  std::lock_guard lock(mutex_);
  stopped_ = true;
  changed_.notify_all();
}

uint64_t EventQueue::waiting_bytes() const {
  std::lock_guard lock(mutex_);
  return bytes_ - std::min(offset_, bytes_);
}

Result<std::optional<std::string>> EventQueue::Next() {
  while (true) {
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [this] {
        return stopped_ || line_ || segments_.size() > 1 || offset_ < segments_.front().size;
      });
      // Also where a line is known that could not be delivered: it is for the next start.
      if (stopped_) return std::nullopt;
    }
    if (line_) return line_;
    PENSTOCK_TRY(line_, ReadLine());
    if (line_) return line_;
    std::lock_guard lock(mutex_);
    // It may have grown since, before another segment was started.
    bool at_end = seen_size_ == segments_.front().size;
    if (at_end && segments_.size() > 1) PENSTOCK_RETURN_IF_ERROR(DropFirstSegment());
  }
}

Result<std::optional<std::string>> EventQueue::ReadLine() {
  while (true) {
    size_t end = buffer_.find('\n');
    if (end != std::string::npos) return buffer_.substr(0, end);
    std::shared_ptr<sys::File> file;
    uint64_t size = 0;
    {
      std::lock_guard lock(mutex_);
      file = segments_.front().file;
      size = segments_.front().size;
    }
    uint64_t position = offset_ + buffer_.size();
    if (position >= size) {
      // What a crash cut off in the middle of a line is no line.
      buffer_.clear();
      seen_size_ = size;
      return std::nullopt;
    }
    std::string piece(std::min<uint64_t>(kReadBytes, size - position), '\0');
    PENSTOCK_RETURN_IF_ERROR(file->ReadAt(position, piece));
    buffer_ += piece;
  }
}

Status EventQueue::DropFirstSegment() {
  uint64_t number = segments_.front().number;
  bytes_ -= segments_.front().size;
  segments_.pop_front();
  offset_ = 0;
  buffer_.clear();
  return files_.Remove(PathOf(number));
}

Status EventQueue::Pop() {
  if (!line_) return {};
  std::lock_guard lock(mutex_);
  offset_ += line_->size() + 1;
  buffer_.erase(0, line_->size() + 1);
  line_.reset();
  return {};
}

Status EventQueue::Sync() {
  std::vector<std::shared_ptr<sys::File>> unsynced;
  std::string cursor;
  {
    std::lock_guard lock(mutex_);
    for (Segment& segment : segments_) {
      if (std::exchange(segment.unsynced, false)) unsynced.push_back(segment.file);
    }
    cursor = std::to_string(segments_.front().number) + " " + std::to_string(offset_);
  }
  for (const auto& file : unsynced) PENSTOCK_RETURN_IF_ERROR(file->Sync());
  return sys::WriteFileAtomically(files_, directory_ + "/cursor", cursor);
}

}  // namespace penstock::events
