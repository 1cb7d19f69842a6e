// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "base/result.h"
#include "erasure/reed_solomon.h"

namespace penstock::store {

inline constexpr int kMaxDrives = 16;

// A store of several drives: how many, and how many of them may be lost without losing an object.
// Fixed when the store is made.
struct Geometry {
  int drives = 2;
  int parity = 1;

  int data() const { return drives - parity; }
  erasure::Layout layout() const { return {data(), parity}; }
  // Drives that must have a write before it is acknowledged. One more than the data where a half
  // would do, so that two halves can never both go on writing.
  int write_quorum() const { return data() + (parity * 2 == drives ? 1 : 0); }
  // Drives that must be seen at a start: any so many include one that has all that was
  // acknowledged.
  int start_quorum() const { return drives - write_quorum() + 1; }
};

// What is chosen where nobody says: 1 of 2 and 3 drives, 2 of 4 and 5, 3 of 6 and 7, 4 of more.
int DefaultParity(int drives);

// kInvalidArgument, for the person who chose it: 2 to 16 drives, at least one and at most half of
// them parity.
base::Status CheckGeometry(Geometry geometry);

// The files' shards are spread so that every drive gets as many of parity as any other, whatever
// order files are made in: shard s of a file is on drive (s + turn) modulo the number of drives.
int TurnOf(uint64_t file, int drives);
inline int DriveOfShard(uint64_t file, int shard, int drives) {
  return (shard + TurnOf(file, drives)) % drives;
}
inline int ShardOnDrive(uint64_t file, int drive, int drives) {
  return (drive + drives - TurnOf(file, drives)) % drives;
}

}  // namespace penstock::store
