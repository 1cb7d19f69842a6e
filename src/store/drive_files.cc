// SPDX-License-Identifier: Apache-2.0
#include "store/drive_files.h"

#include <algorithm>
#include <atomic>
#include <future>
#include <utility>

#include "crypto/checksum.h"
#include "store/file_digests.h"
#include "store/object_store.h"
#include "store/plain_file_reader.h"
#include "store/plain_file_writer.h"
#include "sys/file_handover.h"

namespace penstock::store {
namespace {

using base::Code;
using base::Error;
using base::Fail;
using base::Result;
using base::Status;

constexpr char kHex[] = "0123456789abcdef";
// How many files are remembered as verified.
constexpr size_t kMostVerified = size_t{1} << 16;

std::string ToHex(uint64_t number, int digits) {
  std::string text(static_cast<size_t>(digits), '0');
  for (size_t i = text.size(); i-- > 0; number >>= 4) text[i] = kHex[number & 15];
  return text;
}

std::optional<uint64_t> ParseId(std::string_view name) {
  if (name.size() != 16) return std::nullopt;
  uint64_t id = 0;
  for (char c : name) {
    size_t digit = std::string_view(kHex).find(c);
    if (digit == std::string_view::npos) return std::nullopt;
    id = id << 4 | digit;
  }
  return id;
}

// A full disk gets the reason that callers look for, and a file of the store that we may not touch
// is the machine's fault: nobody is to be told that he lacks a permission.
tl::unexpected<Error> FailStorage(const Error& error) {
  if (error.code() == Code::kPermissionDenied) return Fail(Code::kInternal, error.message());
  if (error.code() == Code::kResourceExhausted) {
    return Fail(error.code(), reason::kNoSpace, error.message());
  }
  return Fail(error);
}

class NullSink final : public base::ByteSink {
 public:
  Status Write(std::string_view) override { return {}; }
};

}  // namespace

Status ToStorageStatus(const Status& status) {
  if (!status) return FailStorage(status.error());
  return status;
}

DriveFiles::DriveFiles(sys::FileSystem& files, std::string directory, size_t block_size,
                       const SpaceReserve& reserve, base::Logger& logger)
    : files_(files),
      directory_(std::move(directory)),
      block_size_(block_size),
      reserve_(reserve),
      logger_(logger),
      scratch_(block_size),
      writers_(PlainFileWriter::WorkerLimits(), PlainFileWriter::WriteTaken) {}

std::string DriveFiles::ShardPath(int shard) const {
  return directory_ + "/" + ToHex(static_cast<uint64_t>(shard), 2);
}

std::string DriveFiles::PathOf(uint64_t id) const {
  return ShardPath(static_cast<int>(id & 0xFF)) + "/" + ToHex(id, 16);
}

Status DriveFiles::MakeDirectories() {
  for (int shard = 0; shard < kShards; ++shard) {
    PENSTOCK_RETURN_IF_ERROR(ToStorageStatus(files_.MakeDirectories(ShardPath(shard))));
  }
  return ToStorageStatus(files_.SyncDirectory(directory_));
}

Result<std::unique_ptr<DataFileWriter>> DriveFiles::Create(uint64_t id) {
  PENSTOCK_TRY(std::unique_ptr<sys::File> file, CreateFile(id));
  return std::make_unique<PlainFileWriter>(*this, id, std::move(file), block_size_);
}

Result<std::optional<LocalDataFiles::TakenFile>> DriveFiles::TakeIn(uint64_t id,
                                                                    const std::string& path,
                                                                    uint64_t least) {
  sys::FileHandover* handover = sys::HandoverOf(files_);
  if (handover == nullptr) return std::nullopt;
  {
    PENSTOCK_TRY(std::unique_ptr<sys::File> small, files_.OpenForRead(path));
    PENSTOCK_TRY(uint64_t size, small->Size());
    if (size < least) return std::nullopt;
  }
  auto taken = handover->TakeOver(path, PathOf(id));
  if (!taken && taken.error().code() == Code::kFailedPrecondition) return std::nullopt;
  if (!taken) return FailStorage(taken.error());
  auto size = (*taken)->Size();
  if (!size) {
    Remove({id});
    return FailStorage(size.error());
  }
  return TakenFile{std::move(*taken), *size};
}

Status DriveFiles::SyncTaken(uint64_t id, TakenFile& taken) {
  PENSTOCK_RETURN_IF_ERROR(ToStorageStatus(taken.file->Sync()));
  return SyncName(id);
}

Result<AdoptedFile> DriveFiles::Digest(uint64_t id, const std::atomic<bool>& stop) {
  PENSTOCK_TRY(std::unique_ptr<sys::File> file, OpenFile(id));
  PENSTOCK_TRY(const uint64_t size, file->Size());
  PENSTOCK_TRY(FileDigests digests, DigestFile(*file, size, block_size_, &stop));
  AdoptedFile adopted;
  adopted.file = std::make_unique<PlainFileWriter>(*this, id, std::move(file), block_size_);
  adopted.record.size = size;
  adopted.record.block_size = static_cast<uint32_t>(block_size_);
  adopted.record.block_sums = std::move(digests.block_sums);
  adopted.etag = std::move(digests.etag);
  NoteVerified(id);
  return adopted;
}

Result<std::optional<AdoptedFile>> DriveFiles::Adopt(uint64_t id, const std::string& path,
                                                     uint64_t least) {
  PENSTOCK_TRY(auto taken, TakeIn(id, path, least));
  if (!taken) return std::nullopt;
  // The disk and the processors work at the same time.
  const std::atomic<bool> to_the_end = false;
  auto digesting = std::async(std::launch::async, [&, this] { return Digest(id, to_the_end); });
  Status synced = SyncTaken(id, *taken);
  auto adopted = digesting.get();
  if (!adopted) Remove({id});
  PENSTOCK_RETURN_IF_ERROR(std::move(synced));
  if (!adopted) return Fail(std::move(adopted).error());
  return std::move(*adopted);
}

Result<std::unique_ptr<DataFileReader>> DriveFiles::OpenReader(uint64_t id, FileRecord record) {
  if (record.sharded()) {
    return Fail(Code::kDataLoss, "data file " + PathOf(id) + " is one of several drives'");
  }
  PENSTOCK_TRY(std::unique_ptr<sys::File> file, OpenFile(id));
  return std::make_unique<PlainFileReader>(std::move(file), std::move(record), scratch_);
}

Result<std::unique_ptr<sys::File>> DriveFiles::CreateFile(uint64_t id) {
  auto file = files_.Create(PathOf(id));
  if (!file) return FailStorage(file.error());
  return file;
}

Status DriveFiles::SyncName(uint64_t id) {
  return ToStorageStatus(files_.SyncDirectory(ShardPath(static_cast<int>(id & 0xFF))));
}

Result<std::unique_ptr<sys::File>> DriveFiles::CreateBeside(uint64_t id) {
  (void)files_.Remove(BesidePath(id));
  auto file = files_.Create(BesidePath(id));
  if (!file) return FailStorage(file.error());
  return file;
}

Status DriveFiles::PutInPlace(uint64_t id) {
  PENSTOCK_RETURN_IF_ERROR(ToStorageStatus(files_.Rename(BesidePath(id), PathOf(id))));
  return SyncName(id);
}

void DriveFiles::GiveUpBeside(uint64_t id) { (void)files_.Remove(BesidePath(id)); }

Status DriveFiles::RemoveBeside(int shard) {
  PENSTOCK_TRY(std::vector<sys::DirectoryEntry> entries, files_.List(ShardPath(shard)));
  for (const sys::DirectoryEntry& entry : entries) {
    if (!entry.name.ends_with(".new")) continue;
    PENSTOCK_RETURN_IF_ERROR(files_.Remove(ShardPath(shard) + "/" + entry.name));
  }
  return {};
}

Result<std::unique_ptr<sys::File>> DriveFiles::OpenFile(uint64_t id) {
  auto file = files_.OpenForRead(PathOf(id));
  if (!file && file.error().code() == Code::kNotFound) {
    return Fail(Code::kDataLoss, "data file " + PathOf(id) + " is missing");
  }
  if (!file) return FailStorage(file.error());
  return file;
}

void DriveFiles::NoteVerified(uint64_t id) {
  std::lock_guard lock(verified_mutex_);
  if (verified_.size() >= kMostVerified) verified_.clear();
  verified_.insert(id);
}

bool DriveFiles::IsVerified(uint64_t id) const {
  std::lock_guard lock(verified_mutex_);
  return verified_.contains(id);
}

// What is handed out by name is not verified as it is read, so it was before: once in the life of
// the process.
Result<bool> DriveFiles::LinkTo(uint64_t id, const FileRecord& record, const std::string& path) {
  if (sys::HandoverOf(files_) == nullptr || record.sharded()) return false;
  if (!IsVerified(id)) {
    PENSTOCK_TRY(auto reader, OpenReader(id, record));
    NullSink sink;
    std::vector<char> buffer;
    PENSTOCK_RETURN_IF_ERROR(reader->Read(0, record.size, buffer, sink));
    NoteVerified(id);
  }
  return LinkTaken(id, path);
}

Result<bool> DriveFiles::LinkTaken(uint64_t id, const std::string& path) {
  sys::FileHandover* handover = sys::HandoverOf(files_);
  if (handover == nullptr) return false;
  Status linked = handover->Link(PathOf(id), path);
  if (linked) return true;
  if (linked.error().code() == Code::kFailedPrecondition) return false;
  return Fail(std::move(linked).error());
}

void DriveFiles::Remove(const std::vector<uint64_t>& ids) {
  {
    std::lock_guard lock(verified_mutex_);
    for (uint64_t id : ids) verified_.erase(id);
  }
  for (uint64_t id : ids) {
    Status removed = files_.Remove(PathOf(id));
    if (!removed && removed.error().code() != Code::kNotFound) {
      logger_.Warning("a data file could not be removed; the next start tries again",
                      {{"path", PathOf(id)}, {"error", removed.error().message()}});
    }
  }
}

Result<std::vector<uint64_t>> DriveFiles::List(int shard) {
  PENSTOCK_TRY(std::vector<sys::DirectoryEntry> entries, files_.List(ShardPath(shard)));
  std::vector<uint64_t> ids;
  for (const sys::DirectoryEntry& entry : entries) {
    std::optional<uint64_t> id = ParseId(entry.name);
    if (id && !entry.is_directory && static_cast<int>(*id & 0xFF) == shard) ids.push_back(*id);
  }
  return ids;
}

}  // namespace penstock::store
