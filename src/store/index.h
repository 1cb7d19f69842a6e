// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace penstock::store {

// Changes that become durable and visible together or not at all.
class IndexBatch {
 public:
  IndexBatch();
  IndexBatch(IndexBatch&&) noexcept;
  ~IndexBatch();

  void Put(std::string_view row, std::string record);
  void Delete(std::string_view row);
  // Adds the numbers of a usage record to those of the row, without reading it.
  void Add(std::string_view row, std::string usage_record);

  // For copying rows between drives as they are: the record with the checksum it has.
  void PutSealed(std::string_view row, std::string_view value);
  // Adds the changes of another batch, later than those here; their rows' keys are appended.
  void Append(const IndexBatch& other, std::vector<std::string>& rows);
  IndexBatch Copy() const;
  size_t bytes() const;
  bool empty() const;

  // Whether a commit of it failed and yet left it on some drive, so that it must not be tried
  // again: what Add() adds would count twice.
  bool may_be_there() const;
  void SetMayBeThere();

 private:
  friend class DriveIndex;
  struct State;
  std::unique_ptr<State> state_;
};

// What a cursor does when its drive fails it and there are others.
class CursorFallback {
 public:
  virtual ~CursorFallback() = default;
  // A cursor without a fallback at the first row not before `row`, on another drive. `why` is the
  // failure of the last one, and what is returned where there is no other.
  virtual base::Result<class IndexCursor> Reopen(std::string_view row, std::string_view end,
                                                 const base::Error& why) = 0;
};

// Walks the rows of a range in order, as they were when the walk began (or, where a drive failed
// meanwhile, when it went on with another). Must not outlive the index.
class IndexCursor {
 public:
  IndexCursor(IndexCursor&&) noexcept;
  ~IndexCursor();

  bool Valid() const;  // false at the end, and after an error: ask status()
  void Next();
  void Seek(std::string_view row);                // to the first row not before this one
  std::string_view row() const;                   // until the next move
  base::Result<std::string_view> record() const;  // until the next move
  std::string_view sealed() const;  // the record with its checksum, unverified; until the next move
  base::Status status() const;

 private:
  friend class DriveIndex;
  friend class IndexSnapshot;
  friend class ReplicatedIndex;
  friend class ReplicaFallback;
  struct State;
  explicit IndexCursor(std::unique_ptr<State> state);
  // Goes on elsewhere, at the first row not before that one, as long as drives fail.
  void FallBack(std::string row);
  std::unique_ptr<State> state_;
};

// The index as it was at one moment. Must not outlive the index.
class IndexSnapshot {
 public:
  IndexSnapshot(IndexSnapshot&&) noexcept;
  ~IndexSnapshot();
  base::Result<std::optional<std::string>> Get(std::string_view row) const;
  // Whether there is such a row, even a damaged one.
  base::Result<bool> Contains(std::string_view row) const;
  // As Index::Scan, but several walks see the same moment. The cursor must not outlive the
  // snapshot.
  IndexCursor Scan(std::string_view begin, std::string_view end) const;

 private:
  friend class DriveIndex;
  friend class ReplicatedIndex;
  struct State;
  class Others;
  explicit IndexSnapshot(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

// The sorted rows of a store. Records are sealed with a checksum on the way in, which is verified
// on the way out (record_codec.h). Thread-safe. Errors: kResourceExhausted with reason no_space,
// kDataLoss, kUnavailable where too few drives are there, kInternal.
class Index {
 public:
  virtual ~Index() = default;

  // The record, or nothing where there is no such row.
  virtual base::Result<std::optional<std::string>> Get(std::string_view row) const = 0;
  // Rows in [begin, end); an empty end means no bound.
  virtual IndexCursor Scan(std::string_view begin, std::string_view end) const = 0;
  virtual IndexSnapshot Snapshot() const = 0;

  // Durable when it returns; concurrent calls share the disk's syncs. After a failure the batch is
  // not visible, but may yet be after a restart, until Recover() has succeeded. kUnavailable: too
  // few of several drives took it, or none were asked; it may be visible, and must not be made
  // again.
  virtual base::Status Commit(IndexBatch& batch) = 0;
  // Makes an index that failed to write (a full disk) writable again, and settles that failed
  // batches stay unseen, or are seen for good.
  virtual base::Status Recover() = 0;
};

}  // namespace penstock::store
