// SPDX-License-Identifier: Apache-2.0
#include "store/row_check.h"

#include <algorithm>
#include <utility>

#include "base/encoding.h"
#include "store/row_key.h"
#include "store/usage.h"

namespace penstock::store {
namespace {

using base::Result;
using base::Status;

Finding Loss(std::string kind, std::string place, std::string detail) {
  return {FindingLevel::kLoss, std::move(kind), std::move(place), std::move(detail), false};
}

}  // namespace

std::string FormatRow(std::string_view row) {
  if (row.empty()) return "''";
  std::string_view rest = row.substr(1);
  bool text = row[0] == 'm' || row[0] == 'b' || row[0] == 'd';
  return std::string(1, row[0]) + " " + (text ? std::string(rest) : base::HexEncode(rest));
}

void RowCheck::AddDamaged(std::string_view row, const std::string& why) {
  damaged_ = true;
  report_.Add(Loss("damaged-row", FormatRow(row), why));
}

template <typename Record>
void RowCheck::AddPlain(std::string_view row, std::string_view record) {
  auto decoded = Record::Decode(record);
  if (!decoded) AddDamaged(row, decoded.error().message());
}

void RowCheck::AddVersion(std::string_view row, std::string_view record, bool newest) {
  auto version = ObjectRecord::Decode(record);
  if (!version) return AddDamaged(row, version.error().message());
  ++report_.versions;
  UsageRecord& usage = counted_[row_key::BucketOf(row)];
  usage.Add(UsageOf(*version));
  if (newest) ++usage.objects;
  if (!version->delete_marker) named_contents_.push_back({version->content, version->size});
}

void RowCheck::AddContent(std::string_view row, std::string_view record) {
  auto content = ContentRecord::Decode(record);
  if (!content) return AddDamaged(row, content.error().message());
  Reference own{row_key::NumberOf(row), 0};
  if (content->storage == Storage::kInline) own.size = content->bytes.size();
  for (const FilePart& part : content->parts) {
    own.size += part.size;
    named_files_.push_back({part.file, part.size});
  }
  contents_.push_back(own);
}

void RowCheck::Add(std::string_view row, std::string_view record) {
  ++report_.rows;
  switch (row.empty() ? '\0' : row[0]) {
    case 'o':
      return AddVersion(row, record, true);
    case 'v':
      return AddVersion(row, record, false);
    case 'c':
      return AddContent(row, record);
    case 'b':
      return AddPlain<BucketRecord>(row, record);
    case 'u':
      return AddPlain<UploadRecord>(row, record);
    case 'd':
      return AddPlain<DocumentRecord>(row, record);
    case 'e':
    case 'n':
      return AddPlain<NumberRecord>(row, record);
    case 'p': {
      auto part = PartRecord::Decode(record);
      if (!part) return AddDamaged(row, part.error().message());
      return named_files_.push_back({part->file, part->size});
    }
    case 'f': {
      auto file = FileRecord::Decode(record);
      if (!file) return AddDamaged(row, file.error().message());
      ++report_.files;
      return files_.push_back({row_key::NumberOf(row), file->size});
    }
    case 'a':
      adopted_.push_back(row_key::NumberOf(row));
      return AddPlain<AdoptionRecord>(row, record);
    case 's': {
      auto usage = UsageRecord::Decode(record);
      if (!usage) return AddDamaged(row, usage.error().message());
      usage_[row_key::BucketOf(row)] = *usage;
      return;
    }
    case 'm':
    case 'q':
      return;  // the checksum is all there is to it
    default:
      report_.Add(
          {FindingLevel::kNote, "unknown-row", FormatRow(row), "not known to this version", false});
  }
}

bool RowCheck::HasFile(uint64_t file) const {
  return std::binary_search(files_.begin(), files_.end(), Reference{file, 0}) ||
         std::find(adopted_.begin(), adopted_.end(), file) != adopted_.end();
}

std::vector<uint64_t> RowCheck::Compare(const std::vector<Reference>& named,
                                        const std::vector<Reference>& there, char kind) {
  std::vector<uint64_t> missing;
  auto next = there.begin();
  for (size_t i = 0; i < named.size(); ++i) {
    uint64_t number = named[i].number;
    bool again = i > 0 && named[i - 1].number == number;
    if (again) {
      report_.Add(Loss("named-twice", std::string(1, kind) + " " + std::to_string(number),
                       "more than one row refers to it"));
      continue;
    }
    for (; next != there.end() && next->number < number; ++next) {
      report_.Add({FindingLevel::kNote, "unreferenced-row",
                   std::string(1, kind) + " " + std::to_string(next->number),
                   "nothing refers to it; what did may be lost, so it is kept", false});
    }
    bool found = next != there.end() && next->number == number;
    // An encrypted content counts plain bytes, and its files what is stored: never fewer.
    if (!found || next->size < named[i].size) missing.push_back(number);
    if (found) ++next;
  }
  for (; next != there.end(); ++next) {
    report_.Add({FindingLevel::kNote, "unreferenced-row",
                 std::string(1, kind) + " " + std::to_string(next->number),
                 "nothing refers to it; what did may be lost, so it is kept", false});
  }
  return missing;
}

// The contents that these files belong to.
Result<std::vector<uint64_t>> RowCheck::ContentsOf(const Index& index,
                                                   const std::vector<uint64_t>& files) {
  std::vector<uint64_t> contents;
  if (files.empty()) return contents;
  IndexCursor cursor = index.Scan("c", row_key::PrefixEnd("c"));
  for (; cursor.Valid(); cursor.Next()) {
    auto text = cursor.record();
    if (!text) continue;
    auto content = ContentRecord::Decode(*text);
    if (!content) continue;
    bool hit = std::any_of(content->parts.begin(), content->parts.end(), [&](const FilePart& part) {
      return std::binary_search(files.begin(), files.end(), part.file);
    });
    if (hit) contents.push_back(row_key::NumberOf(cursor.row()));
  }
  PENSTOCK_RETURN_IF_ERROR(cursor.status());
  return contents;
}

// Reports the objects whose bytes are lost, by name.
Status RowCheck::NameObjects(const Index& index, const std::vector<uint64_t>& contents) {
  if (contents.empty()) return {};
  std::map<uint64_t, std::string> buckets;
  IndexCursor bucket = index.Scan("b", row_key::PrefixEnd("b"));
  for (; bucket.Valid(); bucket.Next()) {
    auto text = bucket.record();
    auto record = text ? BucketRecord::Decode(*text) : base::Fail(text.error());
    if (record) buckets[record->info.id] = std::string(row_key::NameOfBucket(bucket.row()));
  }
  for (std::string prefix : {"o", "v"}) {
    IndexCursor cursor = index.Scan(prefix, row_key::PrefixEnd(prefix));
    for (; cursor.Valid(); cursor.Next()) {
      auto text = cursor.record();
      if (!text) continue;
      auto version = ObjectRecord::Decode(*text);
      if (!version || version->delete_marker ||
          !std::binary_search(contents.begin(), contents.end(), version->content)) {
        continue;
      }
      auto older = row_key::NameOfVersion(cursor.row());
      std::string key = prefix == "o" ? std::string(row_key::KeyOfObject(cursor.row()))
                                      : (older ? older->key : "?");
      report_.Add(Loss("lost-object", buckets[row_key::BucketOf(cursor.row())] + "/" + key,
                       "version " + std::to_string(version->sequence) +
                           ": its bytes, or some of them, are lost; its row is kept"));
    }
    PENSTOCK_RETURN_IF_ERROR(cursor.status());
  }
  return {};
}

void RowCheck::CompareUsage(IndexBatch& mend) {
  if (damaged_) return;  // what cannot be read cannot be counted
  for (const auto& [bucket, record] : usage_) counted_.try_emplace(bucket);
  for (const auto& [bucket, record] : counted_) {
    if (usage_[bucket] == record) continue;
    mend.Put(row_key::Usage(bucket), record.Encode());
    report_.Add({FindingLevel::kDamage, "wrong-usage", FormatRow(row_key::Usage(bucket)),
                 "it is not what the bucket's versions add up to", false});
  }
}

Status RowCheck::Finish(const Index& index, IndexBatch& mend) {
  for (auto* list : {&named_contents_, &contents_, &named_files_, &files_}) {
    std::sort(list->begin(), list->end());
  }
  std::vector<uint64_t> contents = Compare(named_contents_, contents_, 'c');
  std::vector<uint64_t> files = Compare(named_files_, files_, 'f');
  for (uint64_t file : files) {
    report_.Add(Loss("lost-row", "f " + std::to_string(file),
                     "a content or a part refers to it, and it is missing or too small"));
  }
  files.insert(files.end(), lost_files_.begin(), lost_files_.end());
  std::sort(files.begin(), files.end());
  PENSTOCK_TRY(std::vector<uint64_t> more, ContentsOf(index, files));
  contents.insert(contents.end(), more.begin(), more.end());
  std::sort(contents.begin(), contents.end());
  PENSTOCK_RETURN_IF_ERROR(NameObjects(index, contents));
  CompareUsage(mend);
  return {};
}

}  // namespace penstock::store
