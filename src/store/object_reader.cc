// SPDX-License-Identifier: Apache-2.0
#include "store/object_reader.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "base/file_sink.h"
#include "store/row_key.h"
#include "store/versions.h"

namespace penstock::store {
namespace {

using base::Code;
using base::Fail;
using base::Result;
using base::Status;

Status CheckRange(const std::string& place, uint64_t offset, uint64_t length, uint64_t size) {
  if (offset <= size && length <= size - offset) return {};
  return Fail(Code::kOutOfRange, reason::kBadRange,
              place + " has " + std::to_string(size) + " bytes, fewer than asked for");
}

class InlineReader final : public ContentReader {
 public:
  InlineReader(std::string place, ObjectInfo info, std::string bytes)
      : place_(std::move(place)), info_(std::move(info)), bytes_(std::move(bytes)) {}

  const ObjectInfo& info() const override { return info_; }

  Status Read(uint64_t offset, uint64_t length, base::ByteSink& sink) override {
    PENSTOCK_RETURN_IF_ERROR(CheckRange(place_, offset, length, bytes_.size()));
    if (length == 0) return {};
    return sink.Write(std::string_view(bytes_).substr(offset, length));
  }

  Status Fill(uint64_t offset, std::span<char> memory) override {
    PENSTOCK_RETURN_IF_ERROR(CheckRange(place_, offset, memory.size(), bytes_.size()));
    bytes_.copy(memory.data(), memory.size(), offset);
    return {};
  }

 private:
  std::string place_;
  ObjectInfo info_;
  std::string bytes_;  // their checksum was verified with the row's
};

// Has one data file open at a time, whatever the number of parts.
class FilesReader final : public ContentReader {
 public:
  FilesReader(Core& core, std::string place, ObjectInfo info, std::vector<FilePart> parts,
              ContentView view)
      : core_(core),
        place_(std::move(place)),
        info_(std::move(info)),
        parts_(std::move(parts)),
        pin_(std::move(view.pin)),
        snapshot_(std::move(view.snapshot)) {
    uint64_t begin = 0;
    for (const FilePart& part : parts_) {
      begins_.push_back(begin);
      begin += part.size;
    }
  }

  // Opens the only data file, so that its loss is known before the first byte is promised; a
  // snapshot is then not held for as long as a slow client reads.
  Status OpenIfSingle() {
    if (parts_.size() != 1) return {};
    Status opened = OpenPart(0);
    if (!opened) return Fail(Locate(std::move(opened).error(), 0));
    snapshot_.reset();
    return {};
  }

  const ObjectInfo& info() const override { return info_; }

  Status Read(uint64_t offset, uint64_t length, base::ByteSink& sink) override {
    PENSTOCK_RETURN_IF_ERROR(CheckRange(place_, offset, length, info_.size));
    while (length > 0) {
      size_t index = PartAt(offset);
      uint64_t within = offset - begins_[index];
      uint64_t count = std::min(length, parts_[index].size - within);
      SinkGuard guarded(sink);
      Status read = ReadPart(index, within, count, guarded);
      if (!read && !guarded.failed()) return Fail(Locate(std::move(read).error(), index));
      PENSTOCK_RETURN_IF_ERROR(std::move(read));
      offset += count;
      length -= count;
    }
    return {};
  }

  Status Fill(uint64_t offset, std::span<char> memory) override {
    PENSTOCK_RETURN_IF_ERROR(CheckRange(place_, offset, memory.size(), info_.size));
    while (!memory.empty()) {
      size_t index = PartAt(offset);
      uint64_t within = offset - begins_[index];
      size_t count = std::min<uint64_t>(memory.size(), parts_[index].size - within);
      Status opened = OpenPart(index);
      Status filled = opened ? open_->Fill(within, memory.first(count)) : std::move(opened);
      if (!filled) return Fail(Locate(std::move(filled).error(), index));
      offset += count;
      memory = memory.subspan(count);
    }
    return {};
  }

 private:
  // The last part that begins at or before the offset; empty ones before it are passed over.
  size_t PartAt(uint64_t offset) const {
    auto next = std::upper_bound(begins_.begin(), begins_.end(), offset);
    return static_cast<size_t>(next - begins_.begin()) - 1;
  }

  // Tells failures of the sink, which pass as they are, from ours.
  class SinkGuard final : public base::ByteSink, public base::FileSink {
   public:
    explicit SinkGuard(base::ByteSink& sink) : sink_(sink) {}
    Result<std::optional<uint64_t>> WriteFrom(int descriptor, uint64_t offset,
                                              uint64_t length) override {
      auto taken = base::PassFileOn(sink_, descriptor, offset, length);
      failed_ = !taken.has_value();
      return taken;
    }
    Result<size_t> WriteSome(std::string_view bytes) override {
      auto taken = base::PassSomeOn(sink_, bytes);
      failed_ = !taken.has_value();
      return taken;
    }
    Status AwaitRoom() override {
      Status waited = base::PassWaitOn(sink_);
      failed_ = !waited.has_value();
      return waited;
    }
    Status Write(std::string_view bytes) override {
      Status written = sink_.Write(bytes);
      failed_ = !written.has_value();
      return written;
    }
    bool failed() const { return failed_; }

   private:
    base::ByteSink& sink_;
    bool failed_ = false;
  };

  Status ReadPart(size_t index, uint64_t offset, uint64_t length, base::ByteSink& sink) {
    PENSTOCK_RETURN_IF_ERROR(OpenPart(index));
    return open_->Read(offset, length, buffer_, sink);
  }

  Status OpenPart(size_t index) {
    if (open_ && open_index_ == index) return {};
    open_.reset();
    const FilePart& part = parts_[index];
    PENSTOCK_TRY(auto text, snapshot_->Get(row_key::File(part.file)));
    if (!text) return Fail(Code::kDataLoss, "the row of its data file is missing");
    PENSTOCK_TRY(FileRecord record, FileRecord::Decode(*text));
    if (record.size != part.size) return Fail(Code::kDataLoss, "its data file has a wrong size");
    PENSTOCK_TRY(open_, core_.data.OpenReader(part.file, std::move(record)));
    open_index_ = index;
    return {};
  }

  // The error with the object's name, and the part's where there are several.
  base::Error Locate(base::Error error, size_t index) const {
    std::string where = place_;
    if (parts_.size() > 1) where += ", part " + std::to_string(parts_[index].number);
    return std::move(error).Wrap(where);
  }

  Core& core_;
  std::string place_;
  ObjectInfo info_;
  std::vector<FilePart> parts_;
  ContentPins::Pin pin_;
  std::optional<IndexSnapshot> snapshot_;  // until no more rows are needed
  std::vector<uint64_t> begins_;           // where each part begins in the object
  std::unique_ptr<DataFileReader> open_;
  size_t open_index_ = 0;
  std::vector<char> buffer_;
};

}  // namespace

Result<std::unique_ptr<ContentReader>> MakeObjectReader(Core& core, std::string place,
                                                        ObjectInfo info, ContentRecord content,
                                                        std::optional<ContentView> view) {
  std::unique_ptr<ContentReader> reader;
  if (content.storage == Storage::kInline) {
    reader =
        std::make_unique<InlineReader>(std::move(place), std::move(info), std::move(content.bytes));
    return reader;
  }
  auto files = std::make_unique<FilesReader>(core, std::move(place), std::move(info),
                                             std::move(content.parts), std::move(*view));
  PENSTOCK_RETURN_IF_ERROR(files->OpenIfSingle());
  reader = std::move(files);
  return reader;
}

}  // namespace penstock::store
