// SPDX-License-Identifier: Apache-2.0
#include "store/store_check.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "crypto/checksum.h"
#include "store/check_drives.h"
#include "store/drives/commit_journal.h"
#include "store/record_codec.h"
#include "store/row_check.h"
#include "store/row_key.h"

namespace penstock::store {
namespace {

using base::Code;
using base::Fail;
using base::Result;
using base::Status;

class Checker {
 public:
  Checker(const StoreOptions& options, sys::FileSystem& files, base::Logger& logger, bool repair)
      : drives_(options, files, logger, repair, report_), repair_(repair), rows_(report_) {}

  Result<CheckReport> Run() {
    PENSTOCK_RETURN_IF_ERROR(drives_.Open());
    if (drives_.several()) {
      healer_.emplace(*drives_.replicas()[0].index, drives_.data(), [](uint64_t) { return true; });
    }
    CheckRows();
    MendReplicas();
    IndexBatch mend;
    PENSTOCK_RETURN_IF_ERROR(rows_.Finish(*drives_.replicas()[0].index, mend));
    MendUsage(mend);
    CheckOrphans();
    return std::move(report_);
  }

 private:
  void CheckRows();
  // The value that most replicas have, among those whose checksum is right; nothing where none is.
  std::optional<std::string> Choose(std::string_view row,
                                    const std::vector<std::optional<std::string>>& values);
  void CheckRow(std::string_view row, const std::vector<std::optional<std::string>>& values);
  void MendReplicas();
  void MendUsage(IndexBatch& mend);
  void CheckFile(uint64_t id, const FileRecord& record);
  void CheckPlain(uint64_t id, const FileRecord& record);
  void CheckShards(uint64_t id, const FileRecord& record);
  void CheckOrphans();
  void Add(FindingLevel level, std::string kind, std::string place, std::string detail,
           bool repaired = false) {
    report_.Add({level, std::move(kind), std::move(place), std::move(detail), repaired});
  }

  CheckReport report_;
  CheckDrives drives_;
  const bool repair_;
  RowCheck rows_;
  bool unreadable_ = false;  // some of an index could not be read
  std::optional<FileHealer> healer_;
  std::vector<IndexBatch> mends_;  // by replica
  std::vector<std::pair<size_t, std::string>> differing_;
};

// Walks all replicas at once.
void Checker::CheckRows() {
  auto& replicas = drives_.replicas();
  mends_.resize(replicas.size());
  std::vector<IndexCursor> cursors;
  std::vector<bool> ended(replicas.size(), false);
  for (auto& replica : replicas) cursors.push_back(replica.index->Scan("", ""));
  for (;;) {
    std::optional<std::string> row;
    for (size_t i = 0; i < cursors.size(); ++i) {
      if (ended[i]) continue;
      if (!cursors[i].Valid()) {
        ended[i] = true;
        Status status = cursors[i].status();
        if (status) continue;
        unreadable_ = true;
        Add(replicas.size() > 1 ? FindingLevel::kDamage : FindingLevel::kLoss, "damaged-index",
            drives_.NameOf(replicas[i].position), status.error().message());
      } else if (!row || cursors[i].row() < *row) {
        row = std::string(cursors[i].row());
      }
    }
    if (!row) return;
    std::vector<std::optional<std::string>> values(cursors.size());
    for (size_t i = 0; i < cursors.size(); ++i) {
      if (ended[i] || cursors[i].row() != *row) continue;
      values[i] = std::string(cursors[i].sealed());
      cursors[i].Next();
    }
    // Each drive's own business.
    if (*row != row_key::Meta("recovered") && *row != IncompleteRow()) CheckRow(*row, values);
  }
}

std::optional<std::string> Checker::Choose(std::string_view row,
                                           const std::vector<std::optional<std::string>>& values) {
  std::optional<std::string> best;
  long most = 0;
  for (const auto& value : values) {
    std::string record = value.value_or("");
    if (!value || !Unseal(row, record)) continue;
    long votes = std::count(values.begin(), values.end(), value);
    if (votes > most) best = value;
    most = std::max(most, votes);
  }
  return best;
}

void Checker::CheckRow(std::string_view row,
                       const std::vector<std::optional<std::string>>& values) {
  std::optional<std::string> chosen = Choose(row, values);
  if (!chosen) {
    rows_.AddDamaged(row, "its checksum does not match");
    return;
  }
  auto missing = std::count(values.begin(), values.end(), std::nullopt);
  // Where most never had it, it is one that should have gone.
  bool extra = missing * 2 > static_cast<long>(values.size()) && !unreadable_;
  for (size_t i = 0; i < values.size(); ++i) {
    bool right = extra ? !values[i] : values[i] == chosen;
    if (right) continue;
    differing_.emplace_back(i, FormatRow(row));
    if (extra) {
      mends_[i].Delete(row);
    } else {
      mends_[i].PutSealed(row, *chosen);
    }
  }
  if (extra) return;
  std::string record = std::move(*chosen);
  (void)Unseal(row, record);
  rows_.Add(row, record);
  if (row[0] != 'f') return;
  auto file = FileRecord::Decode(record);
  if (file) CheckFile(row_key::NumberOf(row), *file);
}

void Checker::MendReplicas() {
  std::vector<bool> mended(mends_.size(), false);
  for (size_t i = 0; i < mends_.size() && repair_; ++i) {
    if (mends_[i].empty()) continue;
    Status written = drives_.replicas()[i].index->Commit(mends_[i]);
    mended[i] = written.has_value();
    if (!written) {
      Add(FindingLevel::kDamage, "damaged-index", drives_.NameOf(drives_.replicas()[i].position),
          written.error().message());
    }
  }
  for (const auto& [i, row] : differing_) {
    Add(FindingLevel::kDamage, "replica-differs",
        drives_.NameOf(drives_.replicas()[i].position) + ", row " + row,
        "it is not what the other drives have", mended[i]);
  }
}

void Checker::MendUsage(IndexBatch& mend) {
  if (mend.empty() || !repair_ || unreadable_ || !drives_.complete()) return;
  for (auto& replica : drives_.replicas()) {
    IndexBatch copy = mend.Copy();
    if (!replica.index->Commit(copy)) return;
  }
  for (Finding& finding : report_.findings) {
    if (finding.kind != "wrong-usage" || finding.repaired) continue;
    finding.repaired = true;
    ++report_.repaired;
    ++report_.repaired_damage;
  }
}

void Checker::CheckFile(uint64_t id, const FileRecord& record) {
  if (record.sharded() != drives_.several()) {
    Add(FindingLevel::kLoss, "wrong-file-row", "f " + std::to_string(id),
        "it is not of this kind of store");
    return;
  }
  if (record.sharded()) {
    CheckShards(id, record);
  } else {
    CheckPlain(id, record);
  }
}

void Checker::CheckPlain(uint64_t id, const FileRecord& record) {
  DriveFiles& files = drives_.slots()[0]->files;
  auto lose = [&](std::string kind, std::string detail) {
    Add(FindingLevel::kLoss, std::move(kind), files.PathOf(id), std::move(detail));
    rows_.AddLostFile(id);
  };
  auto file = files.OpenFile(id);
  if (!file) return lose("missing-file", file.error().message());
  std::vector<char> buffer(record.block_size);
  for (size_t block = 0; block < record.block_sums.size(); ++block) {
    uint64_t begin = uint64_t{block} * record.block_size;
    size_t size = static_cast<size_t>(std::min<uint64_t>(record.block_size, record.size - begin));
    Status read = (*file)->ReadAt(begin, std::span(buffer.data(), size));
    if (!read) return lose("unreadable-file", read.error().message());
    report_.bytes += size;
    if (crypto::Crc32c({buffer.data(), size}) != record.block_sums[block]) {
      return lose("damaged-block",
                  "block " + std::to_string(block) + " does not match its checksum");
    }
  }
}

void Checker::CheckShards(uint64_t id, const FileRecord& record) {
  ShardSource source(drives_.data(), id, record);
  const ShardLayout& layout = source.layout();
  std::vector<std::string> trouble(static_cast<size_t>(layout.total));
  int away = 0;
  for (int shard = 0; shard < layout.total; ++shard) {
    if (!drives_.data().SlotOf(id, shard).readable) {
      ++away;
    } else if (!source.Open(shard)) {
      trouble[static_cast<size_t>(shard)] = "missing-shard";
    }
  }
  bool lost = false;
  std::vector<char> buffer(layout.PerShard(layout.block_size));
  for (uint64_t block = 0; block < layout.BlockCount(); ++block) {
    int good = 0;
    for (int shard = 0; shard < layout.total; ++shard) {
      if (!source.Open(shard)) continue;
      size_t bytes = layout.ShardBytes(block);
      report_.bytes += bytes;
      if (source.Read(block, shard, {buffer.data(), bytes})) {
        ++good;
      } else if (trouble[static_cast<size_t>(shard)].empty()) {
        trouble[static_cast<size_t>(shard)] = "damaged-shard";
      }
    }
    lost = lost || good < layout.data;
  }
  bool any = std::any_of(trouble.begin(), trouble.end(), [](const auto& t) { return !t.empty(); });
  bool healed = false;
  if (any && repair_ && !lost) {
    auto outcome = healer_->Heal(id);
    healed = outcome && outcome->healed > 0;
  }
  for (int shard = 0; shard < layout.total; ++shard) {
    std::string& kind = trouble[static_cast<size_t>(shard)];
    DriveSlot& slot = drives_.data().SlotOf(id, shard);
    if (kind.empty()) continue;
    Add(FindingLevel::kDamage, kind, slot.files.PathOf(id),
        "shard " + std::to_string(shard) + " of a data file", healed && slot.writable);
  }
  if (!lost) return;
  Add(away == 0 ? FindingLevel::kLoss : FindingLevel::kDamage, "too-few-shards",
      "f " + std::to_string(id),
      away == 0 ? "fewer good shards than it takes"
                : "fewer good shards than it takes, without those of drives that are away");
  if (away == 0) rows_.AddLostFile(id);
}

// Files that no row refers to. Where rows are lost these may be theirs, so they are kept then.
void Checker::CheckOrphans() {
  bool remove = repair_ && !rows_.has_damage() && !unreadable_ && drives_.complete();
  for (const auto& slot : drives_.slots()) {
    for (int shard = 0; slot->readable && shard < DataFiles::kShards; ++shard) {
      auto ids = slot->files.List(shard);
      if (!ids) {
        Add(FindingLevel::kDamage, "unreadable-directory", drives_.NameOf(slot->position),
            ids.error().message());
        continue;
      }
      for (uint64_t id : *ids) {
        if (rows_.HasFile(id)) continue;
        if (remove) slot->files.Remove({id});
        Add(FindingLevel::kNote, "orphan-file", slot->files.PathOf(id), "no row refers to it",
            remove);
      }
    }
  }
}

}  // namespace

void CheckReport::Add(Finding finding) {
  if (finding.level == FindingLevel::kNote) ++notes;
  if (finding.level == FindingLevel::kDamage) ++damaged;
  if (finding.level == FindingLevel::kLoss) ++lost;
  if (finding.repaired) ++repaired;
  if (finding.repaired && finding.level == FindingLevel::kDamage) ++repaired_damage;
  if (findings.size() < kMaxFindings) findings.push_back(std::move(finding));
}

Result<CheckReport> CheckStore(const StoreOptions& options, sys::FileSystem& files,
                               base::Logger& logger, bool repair) {
  return Checker(options, files, logger, repair).Run();
}

}  // namespace penstock::store
