// SPDX-License-Identifier: Apache-2.0
#include "schedule/time_zone.h"

#include <algorithm>

#include "schedule/local_time.h"

namespace penstock::schedule {
namespace {

using base::Code;
using base::Fail;
using base::Result;

constexpr size_t kHeadBytes = 44;
constexpr size_t kMaxChanges = 10'000;

base::Error Wrong(const char* what) {
  return {Code::kInvalidArgument, std::string("not a time zone file: ") + what};
}

// Big-endian numbers off a text; the caller has checked that they are there.
int64_t Number(std::string_view bytes, size_t at, size_t size) {
  uint64_t value = 0;
  for (size_t i = 0; i < size; ++i) value = value << 8 | static_cast<unsigned char>(bytes[at + i]);
  if (size == 4) return static_cast<int32_t>(static_cast<uint32_t>(value));
  return static_cast<int64_t>(value);
}

// What a block's head says of it (RFC 8536 section 3.1).
struct Block {
  size_t utc_flags, standard_flags, leaps, times, types, letters;
  size_t Bytes(size_t time_size) const {
    return times * (time_size + 1) + types * 6 + letters + leaps * (time_size + 4) +
           standard_flags + utc_flags;
  }
};

Result<Block> ReadHead(std::string_view bytes) {
  if (bytes.size() < kHeadBytes || !bytes.starts_with("TZif")) return Fail(Wrong("no head"));
  Block block{};
  size_t* counts[] = {&block.utc_flags, &block.standard_flags, &block.leaps,
                      &block.times,     &block.types,          &block.letters};
  for (size_t i = 0; i < std::size(counts); ++i) {
    int64_t count = Number(bytes, 20 + 4 * i, 4);
    if (count < 0 || count > static_cast<int64_t>(kMaxChanges)) return Fail(Wrong("its counts"));
    *counts[i] = static_cast<size_t>(count);
  }
  return block;
}

}  // namespace

const TimeZone& TimeZone::Utc() {
  static const TimeZone kUtc;
  return kUtc;
}

Result<TimeZone> TimeZone::Parse(std::string_view bytes) {
  PENSTOCK_TRY(Block old, ReadHead(bytes));
  if (bytes[4] < '2') return Fail(Wrong("version 1 is too old"));
  // The first block is for readers of 1986; what it says comes again with longer times.
  if (bytes.size() < kHeadBytes + old.Bytes(4)) return Fail(Wrong("cut short"));
  bytes.remove_prefix(kHeadBytes + old.Bytes(4));
  PENSTOCK_TRY(Block block, ReadHead(bytes));
  bytes.remove_prefix(kHeadBytes);
  if (block.types == 0 || bytes.size() < block.Bytes(8)) return Fail(Wrong("cut short"));

  const size_t indexes = block.times * 8;
  const size_t types = indexes + block.times;
  TimeZone zone;
  zone.first_offset_ = Number(bytes, types, 4);
  for (size_t i = 0; i < block.times; ++i) {
    auto type = static_cast<unsigned char>(bytes[indexes + i]);
    if (type >= block.types) return Fail(Wrong("a type that is not there"));
    Change change{Number(bytes, i * 8, 8), Number(bytes, types + size_t{type} * 6, 4)};
    if (!zone.changes_.empty() && change.time <= zone.changes_.back().time) {
      return Fail(Wrong("its times are not in order"));
    }
    zone.changes_.push_back(change);
  }
  std::string_view footer = bytes.substr(block.Bytes(8));
  if (footer.size() > 2 && footer.front() == '\n' && footer.back() == '\n') {
    PENSTOCK_TRY(zone.later_, PosixZone::Parse(footer.substr(1, footer.size() - 2)));
  }
  constexpr int64_t kMostOffset = 26 * 60 * 60;
  for (const Change& change : zone.changes_) {
    if (std::abs(change.offset) > kMostOffset) return Fail(Wrong("an offset beyond a day"));
  }
  return zone;
}

ZonePeriod TimeZone::PeriodAt(int64_t second) const {
  auto next = std::ranges::upper_bound(changes_, second, {}, &Change::time);
  ZonePeriod period;
  period.offset = first_offset_;
  if (next != changes_.begin()) {
    period.begin = std::prev(next)->time;
    period.offset = std::prev(next)->offset;
  }
  if (next != changes_.end()) {
    period.end = next->time;
    return period;
  }
  if (!later_) return period;
  if (!later_->has_changes()) {
    period.offset = later_->standard_offset();
    return period;
  }
  // The changes of three years surround any second of the one in the middle.
  constexpr int64_t kFarthest = int64_t{1} << 36;  // some two thousand years
  int year =
      static_cast<int>(FromLocalSeconds(std::clamp(second, -kFarthest, kFarthest)).date.year());
  for (int y : {year - 1, year, year + 1}) {
    auto [first, last] = later_->ChangesIn(y);
    for (const PosixZone::Change& change : {first, last}) {
      if (change.time > second) {
        period.end = change.time;
        return period;
      }
      if (change.time < period.begin) continue;
      period.begin = change.time;
      period.offset = change.offset;
    }
  }
  return period;
}

}  // namespace penstock::schedule
