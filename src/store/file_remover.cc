// SPDX-License-Identifier: Apache-2.0
#include "store/file_remover.h"

#include <chrono>

namespace penstock::store {
namespace {

constexpr std::chrono::seconds kLastWork{2};

}  // namespace

FileRemover::FileRemover(DataFiles& data) : data_(data) {
  thread_ = std::thread([this] { Run(); });
}

FileRemover::~FileRemover() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void FileRemover::Remove(const DoomedFiles& files) {
  if (files.bytes >= kLeastBytes) {
    std::lock_guard lock(mutex_);
    if (waiting_.size() + files.ids.size() <= kMostWaiting) {
      waiting_.insert(waiting_.end(), files.ids.begin(), files.ids.end());
      changed_.notify_all();
      return;
    }
  }
  data_.Remove(files.ids);
}

bool FileRemover::RemoveOne() {
  std::unique_lock lock(mutex_);
  if (!waiting_.empty()) {
    RemoveFirst(lock);
    return true;
  }
  if (being_removed_ == 0) return false;
  changed_.wait(lock, [this, before = removed_] { return removed_ != before; });
  return true;
}

void FileRemover::RemoveFirst(std::unique_lock<std::mutex>& lock) {
  uint64_t id = waiting_.front();
  waiting_.pop_front();
  ++being_removed_;
  lock.unlock();
  data_.Remove({id});
  lock.lock();
  --being_removed_;
  ++removed_;
  changed_.notify_all();
}

void FileRemover::Run() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
    if (stopping_) break;
    RemoveFirst(lock);
  }
  auto end = std::chrono::steady_clock::now() + kLastWork;
  while (!waiting_.empty() && std::chrono::steady_clock::now() < end) RemoveFirst(lock);
}

}  // namespace penstock::store
