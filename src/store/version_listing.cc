// SPDX-License-Identifier: Apache-2.0
#include "store/version_listing.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "store/listing.h"
#include "store/records.h"
#include "store/row_key.h"
#include "store/version_id.h"
#include "store/versions.h"

namespace penstock::store {
namespace {

using base::Code;
using base::Fail;
using base::Result;
using base::Status;

// Walks the rows of a bucket's objects and of their older versions side by side.
class RowsOfVersions {
 public:
  // Of keys with this prefix, beginning at these rows.
  RowsOfVersions(const IndexSnapshot& snapshot, uint64_t bucket, std::string_view prefix,
                 const std::string& first_object, const std::string& first_old)
      : bucket_(bucket),
        objects_(snapshot.Scan(first_object, row_key::PrefixEnd(row_key::Object(bucket, prefix)))),
        old_(snapshot.Scan(first_old,
                           row_key::PrefixEnd(row_key::VersionKeyPrefix(bucket, prefix)))) {}

  // Goes to the next version, which is then key() and record(). False at the end.
  Result<bool> Find() {
    PENSTOCK_RETURN_IF_ERROR(objects_.status());
    PENSTOCK_RETURN_IF_ERROR(old_.status());
    if (!objects_.Valid() && !old_.Valid()) return false;
    std::string key;
    if (old_.Valid()) {
      auto name = row_key::NameOfVersion(old_.row());
      if (!name) return Fail(Code::kDataLoss, "malformed row of a version");
      key = std::move(name->key);
    }
    at_object_ = objects_.Valid() && (!old_.Valid() || row_key::KeyOfObject(objects_.row()) <= key);
    if (at_object_) key = std::string(row_key::KeyOfObject(objects_.row()));
    key_ = std::move(key);
    return true;
  }

  const std::string& key() const { return key_; }

  Result<ObjectRecord> record() const {
    auto text = at_object_ ? objects_.record() : old_.record();
    if (!text) return Fail(std::move(text).error().Wrap("object '" + key_ + "'"));
    return ObjectRecord::Decode(*text);
  }

  void Next() { (at_object_ ? objects_ : old_).Next(); }

  void SkipPrefix(std::string_view prefix) {
    objects_.Seek(row_key::PrefixEnd(row_key::Object(bucket_, prefix)));
    old_.Seek(row_key::PrefixEnd(row_key::VersionKeyPrefix(bucket_, prefix)));
  }

 private:
  uint64_t bucket_;
  IndexCursor objects_;
  IndexCursor old_;
  bool at_object_ = false;
  std::string key_;
};

// Where a page begins.
struct Start {
  std::string object_row;
  std::string old_row;
  // Versions of the marker's key from this sequence on have been listed.
  uint64_t listed_from = std::numeric_limits<uint64_t>::max();
};

// The sequence that a version marker means; nothing where that version is gone.
Result<std::optional<uint64_t>> SequenceOf(const IndexSnapshot& snapshot, uint64_t bucket,
                                           const ListVersionsOptions& options) {
  if (options.version_marker != kNullVersion) {
    auto sequence = ParseVersionId(options.version_marker);
    if (sequence) return sequence;
    return Fail(Code::kInvalidArgument, reason::kNoSuchVersion,
                "'" + options.version_marker.substr(0, 80) + "' is not the id of a version");
  }
  PENSTOCK_TRY(auto object, snapshot.Get(row_key::Object(bucket, options.key_marker)));
  if (object) {
    PENSTOCK_TRY(ObjectRecord record, ObjectRecord::Decode(*object));
    if (record.null_version) return std::optional(record.sequence);
  }
  PENSTOCK_TRY(auto old, snapshot.Get(row_key::NullVersion(bucket, options.key_marker)));
  if (!old) return std::optional<uint64_t>();
  PENSTOCK_TRY(NumberRecord sequence, NumberRecord::Decode(*old));
  return std::optional(sequence.number);
}

Result<Start> FindStart(const IndexSnapshot& snapshot, uint64_t bucket,
                        const ListVersionsOptions& options) {
  const std::string& key = options.key_marker;
  Start start{row_key::Object(bucket, options.prefix),
              row_key::VersionKeyPrefix(bucket, options.prefix)};
  if (key.empty()) return start;
  Start after;
  // A common prefix that the last page ended with, or inside, has been listed.
  std::string_view common = CommonPrefixOf(key, options.prefix, options.delimiter);
  if (!common.empty()) {
    after = {row_key::PrefixEnd(row_key::Object(bucket, common)),
             row_key::PrefixEnd(row_key::VersionKeyPrefix(bucket, common))};
  } else if (options.version_marker.empty()) {
    after = {row_key::Object(bucket, key) + '\0',
             row_key::PrefixEnd(row_key::VersionsOfKey(bucket, key))};
  } else {
    // Where the marker is a version that is gone and cannot be placed, all of the key comes again.
    PENSTOCK_TRY(auto sequence, SequenceOf(snapshot, bucket, options));
    after = {row_key::Object(bucket, key), row_key::VersionsOfKey(bucket, key),
             sequence.value_or(std::numeric_limits<uint64_t>::max())};
    if (sequence && *sequence > 0) {
      after.old_row = row_key::Version(bucket, key, *sequence - 1);
    }
  }
  start.object_row = std::max(start.object_row, after.object_row);
  start.old_row = std::max(start.old_row, after.old_row);
  start.listed_from = after.listed_from;
  return start;
}

// Whether the key has a version in a `v` row from that sequence on.
Result<bool> HasNewerOld(const IndexSnapshot& snapshot, uint64_t bucket, std::string_view key,
                         uint64_t sequence) {
  IndexCursor cursor = snapshot.Scan(row_key::VersionsOfKey(bucket, key),
                                     row_key::Version(bucket, key, sequence) + '\0');
  PENSTOCK_RETURN_IF_ERROR(cursor.status());
  return cursor.Valid();
}

}  // namespace

Result<VersionsPage> ListVersionPage(Core& core, const BucketInfo& bucket,
                                     const ListVersionsOptions& options) {
  VersionsPage page;
  if (options.max_entries == 0) return page;
  IndexSnapshot snapshot = core.index.Snapshot();
  PENSTOCK_TRY(Start start, FindStart(snapshot, bucket.id, options));
  const std::string& marker = options.key_marker;
  const bool within_key = start.listed_from != std::numeric_limits<uint64_t>::max();
  std::string last_key;  // the key whose newest version has been passed
  if (within_key) {
    PENSTOCK_TRY(bool newer, HasNewerOld(snapshot, bucket.id, marker, start.listed_from));
    if (newer) last_key = marker;
  }
  RowsOfVersions walk(snapshot, bucket.id, options.prefix, start.object_row, start.old_row);
  std::string next_key, next_version;
  for (;;) {
    PENSTOCK_TRY(bool found, walk.Find());
    if (!found) return page;
    std::string_view common = CommonPrefixOf(walk.key(), options.prefix, options.delimiter);
    std::optional<ObjectRecord> record;
    if (common.empty()) {
      PENSTOCK_TRY(record, walk.record());
      if (within_key && walk.key() == marker && record->sequence >= start.listed_from) {
        last_key = marker;
        walk.Next();
        continue;
      }
    }
    if (page.versions.size() + page.common_prefixes.size() == options.max_entries) break;
    if (record) {
      next_key = walk.key();
      next_version = FormatVersionId(record->sequence);
      bool is_latest = last_key != walk.key();
      last_key = walk.key();
      page.versions.push_back(ToInfo(bucket, last_key, std::move(*record), is_latest));
      walk.Next();
    } else {
      next_key = page.common_prefixes.emplace_back(common);
      next_version.clear();
      walk.SkipPrefix(next_key);
    }
  }
  page.truncated = true;
  page.next_key_marker = std::move(next_key);
  page.next_version_marker = std::move(next_version);
  return page;
}

}  // namespace penstock::store
