// SPDX-License-Identifier: Apache-2.0
#include "store/drives/healer.h"

#include <algorithm>
#include <utility>

#include "store/drives/heal_row.h"
#include "store/row_key.h"

namespace penstock::store {
namespace {

using base::Code;
using base::Result;
using std::chrono::steady_clock;

// How often a walk writes down how far it is.
constexpr std::chrono::seconds kSaveInterval{30};
constexpr std::chrono::milliseconds kIdle{60'000};
// What could not be healed though its drives are there waits for so many checks of drives.
constexpr int kRetryChecks = 5;
// In a fill mark whose walk has not begun.
constexpr std::string_view kFromTheBeginning = "from the beginning\n";
constexpr size_t kMaxMarkBytes = 64;

Result<FileRecord> Decode(const IndexCursor& cursor) {
  PENSTOCK_TRY(std::string_view text, cursor.record());
  return FileRecord::Decode(text);
}

}  // namespace

Healer::Healer(DriveSet& drives, IndexWriter& writer, const base::Clock& clock,
               uint64_t first_new_file)
    : drives_(drives),
      writer_(writer),
      clock_(clock),
      first_new_file_(first_new_file),
      scan_limit_(drives.options().drives.scan_bytes_per_second, stop_),
      healer_(
          drives.index(), drives.data(),
          [this](uint64_t bytes) { return slow_ ? scan_limit_.Take(bytes) : !stop_.stopped(); }),
      fills_(drives.slots().size()),
      marks_(drives.slots().size()) {
  drives_.heal_queue().SetWake([this] { stop_.Wake(); });
  thread_ = std::thread([this] { Run(); });
}

Healer::~Healer() {
  stop_.Stop();
  thread_.join();
  drives_.heal_queue().SetWake(nullptr);
}

base::Status Healer::MarkUnfilled(DriveSlot& slot) {
  std::lock_guard marks(mark_mutex_);
  PENSTOCK_RETURN_IF_ERROR(
      sys::WriteFileAtomically(drives_.files(), FillMark(slot), kFromTheBeginning));
  ++marks_[static_cast<size_t>(slot.position)];
  slot.unfilled = true;
  std::lock_guard lock(mutex_);
  fills_[static_cast<size_t>(slot.position)] = 0;
  return {};
}

void Healer::StartScan() {
  {
    std::lock_guard lock(mutex_);
    scan_asked_ = true;
    queue_grew_ = true;
  }
  stop_.Wake();
}

HealStatus Healer::Describe() {
  std::lock_guard lock(mutex_);
  HealStatus status = status_;
  status.files_queued += drives_.heal_queue().size();
  return status;
}

std::optional<double> Healer::FillProgress(int position) {
  std::lock_guard lock(mutex_);
  return fills_[static_cast<size_t>(position)];
}

void Healer::Run() {
  // What a crash left half healed.
  for (const auto& slot : drives_.slots()) {
    for (int shard = 0; slot->readable && shard < DataFiles::kShards; ++shard) {
      if (stop_.stopped() || !slot->files.RemoveBeside(shard)) break;
    }
  }
  while (!stop_.stopped()) {
    Pass();
    stop_.Wait(HasWork() ? drives_.options().drives.check_interval : kIdle);
  }
}

// Whether something could not be done or ended for the moment.
bool Healer::HasWork() {
  for (const auto& slot : drives_.slots()) {
    if (slot->unfilled && slot->takes_shards()) return true;
  }
  if (retry_at_ != kNever) return true;
  std::lock_guard lock(mutex_);
  return status_.running || scan_asked_ || drives_.heal_queue().size() > 0;
}

void Healer::Pass() {
  SaveFound();
  HealQueued();
  for (const auto& slot : drives_.slots()) Fill(*slot);
  if (ScanIsDue()) Scan();
}

// Readers' findings become rows.
void Healer::SaveFound() {
  std::set<uint64_t> found;
  {
    std::lock_guard lock(mutex_);
    found = drives_.heal_queue().Take();
    status_.files_queued += found.size();
  }
  if (found.empty()) return;
  queue_grew_ = true;
  IndexBatch batch;
  for (uint64_t file : found) {
    auto exists = drives_.index().Get(row_key::File(file));
    if (exists && *exists) batch.Put(HealRow::Key(file), HealRow::Text());
  }
  if (batch.empty()) return;
  auto saved = writer_.Commit(batch);
  if (!saved) {
    for (uint64_t file : found) drives_.heal_queue().Add(file);
    stop_.Sleep(std::chrono::seconds(1));
  }
}

DriveMask Healer::Takers() const {
  DriveMask takers = 0;
  for (const auto& slot : drives_.slots()) {
    if (slot->takes_shards()) takers |= MaskOf(slot->position);
  }
  return takers;
}

// Goes through the queue. Files that wait for a drive which is away stay in it, and are not looked
// at again before one is back; what failed otherwise is tried again after a while.
void Healer::HealQueued() {
  DriveMask takers = Takers();
  bool due = steady_clock::now() >= retry_at_;
  // A drive may have gone and come since, so the mask alone does not tell (DriveIsBack()).
  if (!queue_grew_.exchange(false) && takers == seen_takers_ && !due) return;
  seen_takers_ = takers;
  uint64_t left = 0;
  bool failed = false;
  IndexCursor cursor = drives_.index().Scan(HealRow::Begin(), HealRow::End());
  for (; cursor.Valid() && !stop_.stopped(); cursor.Next()) {
    std::string row(cursor.row());
    auto outcome = Heal(HealRow::FileOf(row));
    bool done = outcome && (outcome->gone || outcome->complete);
    IndexBatch batch;
    batch.Delete(row);
    if (done && writer_.Commit(batch)) continue;
    ++left;
    failed = failed || done || !outcome;
  }
  failed = failed || !cursor.status();
  retry_at_ = failed ? steady_clock::now() + kRetryChecks * drives_.options().drives.check_interval
                     : kNever;
  std::lock_guard lock(mutex_);
  status_.files_queued = left;
}

Result<HealOutcome> Healer::Heal(uint64_t file) {
  auto outcome = healer_.Heal(file);
  if (outcome) {
    Count(*outcome);
    if (outcome->beyond_repair) {
      drives_.logger().Error("a data file has too few good shards",
                             {{"file", file}, {"path", drives_.slot(0).files.PathOf(file)}});
    }
  } else if (outcome.error().code() != Code::kCancelled) {
    drives_.logger().Warning("a data file could not be healed; it is tried again later",
                             {{"file", file}, {"error", outcome.error().message()}});
  }
  return outcome;
}

void Healer::Count(const HealOutcome& outcome) {
  std::lock_guard lock(mutex_);
  ++status_.files_checked;
  status_.shards_healed += static_cast<uint64_t>(outcome.healed);
  status_.bytes_healed += outcome.bytes_healed;
  if (outcome.beyond_repair) ++status_.files_beyond_repair;
}

base::Status Healer::SaveProgress(const std::string& row, uint64_t next_file) {
  IndexBatch batch;
  batch.Put(row, ProgressRow{next_file}.Encode());
  return writer_.Commit(batch);
}

bool Healer::Walk(const std::string& progress_row, bool until_woken, const Visit& visit) {
  auto saved = drives_.index().Get(progress_row);
  if (!saved || !*saved) return false;
  uint64_t next = ProgressRow::Decode(**saved).next_file;
  // A cursor that is held for hours would keep old rows alive, so it is opened anew now and then.
  for (bool more = true; more;) {
    IndexCursor cursor =
        drives_.index().Scan(row_key::File(next), row_key::PrefixEnd(row_key::FilePrefix()));
    auto opened = steady_clock::now();
    for (; cursor.Valid() && steady_clock::now() - opened < kSaveInterval; cursor.Next()) {
      uint64_t file = row_key::NumberOf(cursor.row());
      bool go_on = !stop_.stopped() && !(until_woken && stop_.woken());
      if (go_on) {
        auto record = Decode(cursor);
        if (record) {
          auto visited = visit(file, *record);
          go_on = visited && *visited && !stop_.stopped();
        } else {
          drives_.logger().Error("the row of a data file is damaged", {{"file", file}});
        }
      }
      if (!go_on) {
        (void)SaveProgress(progress_row, file);
        return false;
      }
      next = file + 1;
    }
    more = cursor.Valid();
    if (more) (void)SaveProgress(progress_row, next);
    if (!more && !cursor.status()) return false;
  }
  return true;
}

// Sees to it that there is a row for the walk, and that this is of what is on the drive now.
bool Healer::HasBegun(DriveSlot& slot, const std::string& row) {
  auto mark = sys::ReadFile(drives_.files(), FillMark(slot), kMaxMarkBytes);
  if (!mark) return false;
  auto begun = drives_.index().Get(row);
  if (!begun) return false;
  bool anew = *mark == kFromTheBeginning;
  if ((anew || !*begun) && !SaveProgress(row, 0)) return false;
  return !anew || sys::WriteFileAtomically(drives_.files(), FillMark(slot), "").has_value();
}

bool Healer::BeginFill(DriveSlot& slot, const std::string& row, uint64_t& marks) {
  {
    std::lock_guard lock(mark_mutex_);
    marks = marks_[static_cast<size_t>(slot.position)];
    if (!HasBegun(slot, row)) return false;
  }
  {
    std::lock_guard lock(mutex_);
    auto& progress = fills_[static_cast<size_t>(slot.position)];
    if (!progress) progress = 0;
  }
  base::Status swept = SweepOrphans(slot);
  if (!swept && swept.error().code() != Code::kCancelled) {
    drives_.logger().Warning("a drive could not be swept",
                             {{"drive", slot.position}, {"error", swept.error().message()}});
  }
  return swept.has_value();
}

// Whatever the drive lacks is put back there.
void Healer::Fill(DriveSlot& slot) {
  if (!slot.unfilled || !slot.takes_shards()) return;
  std::string row = ProgressRow::FillKey(slot.position);
  slow_ = false;
  uint64_t marks = 0;
  if (!BeginFill(slot, row, marks)) return;
  bool done = Walk(
      row, /*until_woken=*/false, [&](uint64_t file, const FileRecord& record) -> Result<bool> {
        if (!slot.takes_shards()) return false;
        PENSTOCK_TRY(bool there, healer_.HasShard(file, slot.position, record));
        if (!there) {
          auto healed = Heal(file);
          // Otherwise it waits in the queue for the drive that it needs.
          if (!healed || !(healed->gone || healed->complete)) drives_.heal_queue().Add(file);
        }
        std::lock_guard lock(mutex_);
        fills_[static_cast<size_t>(slot.position)] =
            static_cast<double>(file) / static_cast<double>(std::max(file, first_new_file_));
        return true;
      });
  if (done) EndFill(slot, row, marks);
}

void Healer::EndFill(DriveSlot& slot, const std::string& row, uint64_t marks) {
  std::lock_guard marks_lock(mark_mutex_);
  if (marks_[static_cast<size_t>(slot.position)] != marks) return;  // it went and came meanwhile
  IndexBatch batch;
  batch.Delete(row);
  if (!writer_.Commit(batch)) return;
  base::Status removed = drives_.files().Remove(FillMark(slot));
  if (!removed && removed.error().code() != Code::kNotFound) return;
  slot.unfilled = false;
  drives_.logger().Info("a drive has all its shards again", {{"drive", slot.position}});
  std::lock_guard lock(mutex_);
  fills_[static_cast<size_t>(slot.position)].reset();
}

// Removes what was deleted while the drive was away.
base::Status Healer::SweepOrphans(DriveSlot& slot) {
  for (int shard = 0; shard < DataFiles::kShards; ++shard) {
    if (stop_.stopped()) return base::Fail(Code::kCancelled, "the store is being closed");
    PENSTOCK_RETURN_IF_ERROR(slot.files.RemoveBeside(shard));
    PENSTOCK_TRY(std::vector<uint64_t> ids, slot.files.List(shard));
    for (uint64_t id : ids) {
      // In this order: a file gets its row before it stops being written.
      if (drives_.data().IsBeingWritten(id)) continue;
      PENSTOCK_TRY(auto row, drives_.index().Get(row_key::File(id)));
      if (!row) slot.files.Remove({id});
    }
  }
  return {};
}

bool Healer::ScanIsDue() {
  auto planned = drives_.index().Get(ProgressRow::ScanKey());
  if (!planned) return false;
  {
    std::lock_guard lock(mutex_);
    if (*planned || scan_asked_) return true;
  }
  auto since = clock_.Now() - LastScan();
  // A clock that was set back must not put it off for ever.
  return since >= drives_.options().drives.scan_interval || since < base::Duration::zero();
}

// A store that was never scanned has a whole interval before it.
base::Time Healer::LastScan() {
  {
    std::lock_guard lock(mutex_);
    if (status_.last_scan_finished) return *status_.last_scan_finished;
  }
  base::Time last = clock_.Now();
  auto saved = drives_.index().Get(ProgressRow::ScannedKey());
  if (saved && *saved) {
    last = base::Time(std::chrono::seconds(ProgressRow::Decode(**saved).next_file));
  } else if (saved) {
    (void)SaveProgress(ProgressRow::ScannedKey(),
                       static_cast<uint64_t>(base::ToMicros(last)) / 1'000'000);
  }
  std::lock_guard lock(mutex_);
  status_.last_scan_finished = last;
  return last;
}

void Healer::Scan() {
  bool asked;
  {
    std::lock_guard lock(mutex_);
    asked = std::exchange(scan_asked_, false);
    status_.running = true;
  }
  auto planned = drives_.index().Get(ProgressRow::ScanKey());
  if (!planned) return;
  if (asked || !*planned) {
    if (!SaveProgress(ProgressRow::ScanKey(), 0)) {
      std::lock_guard lock(mutex_);
      scan_asked_ = scan_asked_ || asked;
      return;
    }
  }
  urgent_scan_ = urgent_scan_ || asked;
  slow_ = !urgent_scan_;
  bool done = Walk(ProgressRow::ScanKey(), /*until_woken=*/true,
                   [&](uint64_t file, const FileRecord&) -> Result<bool> {
                     auto healed = Heal(file);
                     if (healed && !healed->gone && !healed->complete) {
                       drives_.heal_queue().Add(file);
                     }
                     std::lock_guard lock(mutex_);
                     status_.progress = static_cast<double>(file) /
                                        static_cast<double>(std::max(file, first_new_file_));
                     return !scan_asked_;  // asked for again: from the beginning
                   });
  slow_ = false;
  EndScan(done);
}

void Healer::EndScan(bool done) {
  if (!done) return;
  urgent_scan_ = false;
  base::Time now = clock_.Now();
  IndexBatch batch;
  batch.Delete(ProgressRow::ScanKey());
  batch.Put(ProgressRow::ScannedKey(),
            ProgressRow{static_cast<uint64_t>(base::ToMicros(now)) / 1'000'000}.Encode());
  (void)writer_.Commit(batch);
  drives_.logger().Info("all data files were checked");
  std::lock_guard lock(mutex_);
  status_.running = scan_asked_;
  status_.progress = 1;
  ++status_.scans_finished;
  status_.last_scan_finished = now;
}

}  // namespace penstock::store
