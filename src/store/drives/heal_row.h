// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace penstock::store {

// The rows that healing keeps in the index.

// 'q' file: the file misses shards, or has damaged ones.
struct HealRow {
  static std::string Key(uint64_t file);
  static std::string Text();
  static uint64_t FileOf(std::string_view row);
  static std::string Begin() { return "q"; }
  static std::string End() { return "r"; }
};

// 'm' "scan", and 'm' "fill" position: how far a scan of all files, or of those that a drive may
// lack, has come. There as long as that is going on. 'm' "scanned": when the last scan ended, in
// the same form, in seconds since 1970.
struct ProgressRow {
  uint64_t next_file = 0;

  static std::string ScanKey();
  static std::string FillKey(int position);
  static std::string ScannedKey();
  std::string Encode() const;
  static ProgressRow Decode(std::string_view text);  // from the beginning where it is damaged
};

}  // namespace penstock::store
