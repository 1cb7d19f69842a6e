// SPDX-License-Identifier: Apache-2.0
#include "store/adoptions.h"

#include "store/index.h"
#include "store/names.h"
#include "store/records.h"
#include "store/row_key.h"

namespace penstock::store {

using base::Code;
using base::Fail;
using base::Result;
using base::Status;

Adoptions::Adoptions(Core& core, Buckets& buckets, Objects& objects, LocalDataFiles& files,
                     base::Logger& logger)
    : core_(core), buckets_(buckets), objects_(objects), files_(files), logger_(logger) {}

Adoptions::~Adoptions() {
  {
    std::lock_guard lock(mutex_);
    stop_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

Status Adoptions::Start() {
  const std::string prefix = row_key::AdoptionPrefix();
  IndexCursor cursor = core_.index.Scan(prefix, row_key::PrefixEnd(prefix));
  for (; cursor.Valid(); cursor.Next()) {
    PENSTOCK_TRY(std::string_view text, cursor.record());
    PENSTOCK_TRY(AdoptionRecord record, AdoptionRecord::Decode(text));
    auto pending = std::make_shared<Pending>();
    pending->place = {std::move(record.bucket), std::move(record.key)};
    pending->file = row_key::NumberOf(cursor.row());
    pending->size = record.size;
    pending->state = State::kRecorded;
    pending_[pending->place] = pending;
    queue_.push_back(std::move(pending));
  }
  PENSTOCK_RETURN_IF_ERROR(cursor.status());
  count_ = pending_.size();
  if (!queue_.empty()) {
    logger_.Info("going on with files that an earlier process has taken over",
                 {{"files", queue_.size()}});
  }
  thread_ = std::thread([this] { Work(); });
  return {};
}

Result<std::optional<uint64_t>> Adoptions::Take(std::string_view bucket, std::string_view key,
                                                const std::string& path, uint64_t least) {
  PENSTOCK_RETURN_IF_ERROR(CheckKey(key));
  PENSTOCK_TRY(auto found, buckets_.Find(bucket));
  PENSTOCK_RETURN_IF_ERROR(core_.reserve.Check());
  auto pending = Reserve({std::string(bucket), std::string(key)});
  auto size = TakeReserved(pending, path, least);
  const bool taken = size && *size;
  {
    std::lock_guard lock(mutex_);
    pending->state = taken ? State::kRecorded : State::kGivenUp;
  }
  changed_.notify_all();
  if (!taken) Release(*pending, size ? Status() : Status(Fail(size.error())));
  return size;
}

// What comes to the same key one after the other becomes an object one after the other.
std::shared_ptr<Adoptions::Pending> Adoptions::Reserve(Place place) {
  auto pending = std::make_shared<Pending>();
  pending->place = std::move(place);
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return !pending_.contains(pending->place); });
  pending_[pending->place] = pending;
  count_ = pending_.size();
  return pending;
}

// The digests are begun before the disk has everything; the object is made after it has.
Result<std::optional<uint64_t>> Adoptions::TakeReserved(const std::shared_ptr<Pending>& pending,
                                                        const std::string& path, uint64_t least) {
  PENSTOCK_TRY(const uint64_t id, core_.numbers.Next());
  PENSTOCK_TRY(auto taken, files_.TakeIn(id, path, least));
  if (!taken) return std::nullopt;
  {
    std::lock_guard lock(mutex_);
    pending->file = id;
    pending->size = taken->size;
    pending->ours = true;
    queue_.push_back(pending);
  }
  changed_.notify_all();
  PENSTOCK_RETURN_IF_ERROR(Record(*pending, *taken));
  return taken->size;
}

Status Adoptions::Record(const Pending& pending, LocalDataFiles::TakenFile& taken) {
  if (Status synced = files_.SyncTaken(pending.file, taken); !synced) {
    files_.Drop(pending.file);
    return synced;
  }
  IndexBatch batch;
  batch.Put(row_key::Adoption(pending.file),
            AdoptionRecord{pending.place.first, pending.place.second, pending.size}.Encode());
  return core_.writer.Commit(batch, {pending.file});
}

void Adoptions::Release(Pending& pending, Status status) {
  std::vector<std::function<void(Status)>> told;
  {
    std::lock_guard lock(mutex_);
    told = std::move(pending.told);
    pending_.erase(pending.place);
    count_ = pending_.size();
  }
  changed_.notify_all();
  for (auto& tell : told) tell(status);
}

void Adoptions::Await(std::string_view bucket, std::string_view key) {
  if (count_ == 0) return;
  const Place place{std::string(bucket), std::string(key)};
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return !pending_.contains(place); });
}

void Adoptions::AwaitAll(std::string_view bucket, std::string_view prefix) {
  if (count_ == 0) return;
  const Place first{std::string(bucket), std::string(prefix)};
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] {
    auto next = pending_.lower_bound(first);
    return next == pending_.end() || next->first.first != bucket ||
           !next->first.second.starts_with(prefix);
  });
}

std::optional<uint64_t> Adoptions::SizeOf(std::string_view bucket, std::string_view key) const {
  if (count_ == 0) return std::nullopt;
  std::lock_guard lock(mutex_);
  auto found = pending_.find({std::string(bucket), std::string(key)});
  if (found == pending_.end()) return std::nullopt;
  return found->second->size;
}

void Adoptions::WhenDone(std::string_view bucket, std::string_view key,
                         std::function<void(Status)> done) {
  {
    std::lock_guard lock(mutex_);
    auto found = pending_.find({std::string(bucket), std::string(key)});
    if (found != pending_.end()) {
      found->second->told.push_back(std::move(done));
      return;
    }
  }
  done({});
}

std::vector<std::shared_ptr<Adoptions::Pending>> Adoptions::Below(std::string_view bucket,
                                                                  std::string_view prefix) const {
  std::vector<std::shared_ptr<Pending>> found;
  auto next = pending_.lower_bound(Place{std::string(bucket), std::string(prefix)});
  for (; next != pending_.end(); ++next) {
    if (next->first.first != bucket || !next->first.second.starts_with(prefix)) break;
    found.push_back(next->second);
  }
  return found;
}

std::map<std::string, uint64_t> Adoptions::SizesBelow(std::string_view bucket,
                                                      std::string_view prefix) const {
  std::map<std::string, uint64_t> sizes;
  if (count_ == 0) return sizes;
  std::lock_guard lock(mutex_);
  for (const auto& pending : Below(bucket, prefix)) sizes[pending->place.second] = pending->size;
  return sizes;
}

// Several that are waited for as one.
struct Adoptions::Together {
  std::mutex mutex;
  size_t left = 0;
  Status status;
  std::function<void(Status)> done;

  void Add(const Status& one) {
    std::unique_lock lock(mutex);
    if (!one && status) status = Fail(one.error());
    if (--left > 0) return;
    lock.unlock();
    done(std::move(status));
  }
};

void Adoptions::WhenAllDone(std::string_view bucket, std::string_view prefix,
                            std::function<void(Status)> done) {
  {
    std::lock_guard lock(mutex_);
    const auto found = Below(bucket, prefix);
    if (!found.empty()) {
      auto together = std::make_shared<Together>();
      together->left = found.size();
      together->done = std::move(done);
      for (const auto& pending : found) {
        pending->told.push_back([together](const Status& status) { together->Add(status); });
      }
      return;
    }
  }
  done({});
}

Result<bool> Adoptions::Link(std::string_view bucket, std::string_view key,
                             const std::string& path) {
  if (count_ == 0) return false;
  uint64_t file = 0;
  {
    std::lock_guard lock(mutex_);
    auto found = pending_.find({std::string(bucket), std::string(key)});
    if (found == pending_.end()) return false;
    const Pending& pending = *found->second;
    if (!pending.ours || pending.state != State::kRecorded) return false;
    file = pending.file;
  }
  auto linked = files_.LinkTaken(file, path);
  // It has become an object meanwhile, and that has gone.
  if (!linked && linked.error().code() == Code::kNotFound) return false;
  return linked;
}

void Adoptions::Work() {
  for (;;) {
    std::shared_ptr<Pending> next;
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [&] { return stop_ || !queue_.empty(); });
      if (stop_) return;
      next = std::move(queue_.front());
      queue_.pop_front();
    }
    CompleteOne(*next);
    if (stop_) return;
  }
}

void Adoptions::CompleteOne(Pending& pending) {
  auto adopted = files_.Digest(pending.file, stop_);
  {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return stop_ || pending.state != State::kTaking; });
    if (pending.state == State::kGivenUp) return;  // Take() says so
    if (stop_) {
      // The next process does it.
      if (adopted) adopted->file->Keep();
      return;
    }
  }
  Status made = Complete(pending, std::move(adopted));
  if (!made) {
    logger_.Error("a file that the store has taken over did not become an object",
                  {{"bucket", pending.place.first},
                   {"key", pending.place.second},
                   {"error", made.error().message()}});
    if (Status forgotten = Forget(pending.file); !forgotten) {
      logger_.Warning("that could not be written down; the next start tries again",
                      {{"file", pending.file}, {"error", forgotten.error().message()}});
    }
  }
  Release(pending, std::move(made));
}

// Removes the file where that fails.
Status Adoptions::Complete(const Pending& pending, Result<AdoptedFile> adopted) {
  if (adopted) {
    return objects_.MakeAdopted(pending.place.first, pending.place.second, std::move(*adopted));
  }
  files_.Drop(pending.file);
  return Fail(std::move(adopted).error());
}

Status Adoptions::Forget(uint64_t file) {
  IndexBatch batch;
  batch.Delete(row_key::Adoption(file));
  return core_.writer.Commit(batch);
}

}  // namespace penstock::store
