// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sys/child_plan.h"

// What we and the spawner say to each other, over a SOCK_SEQPACKET socket.
namespace penstock::sys {

// A request is messages of one byte with files, kMore but for the last. The first file holds the
// encoded plan, the others follow in the order in which the encoding names them, with the pipes and
// the job before.
inline constexpr char kMore = 'm', kLast = 'l';
inline constexpr size_t kFilesInMessage = 200;  // the kernel takes 253
inline constexpr size_t kPlanFile = 0, kOutputFile = 1, kStartFile = 2, kStatusFile = 3,
                        kJobFile = 4, kGoFile = 5, kFirstPlannedFile = 6;

// The answer, with the pidfd where there is no error.
struct SpawnAnswer {
  int32_t error = 0;  // errno
  int32_t pid = 0;
};

// Of a plan what RunForked() needs. `files` gets the plan's own files, numbered from
// kFirstPlannedFile on.
std::string EncodePlan(const ChildPlan& plan, std::vector<int>& files);

// False for what EncodePlan() has not made.
bool DecodePlan(std::string_view bytes, const std::vector<int>& files, ChildPlan& plan);

}  // namespace penstock::sys
