// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ir/pipeline_spec.h"

namespace penstock::ir {

// Rewrites the places where SDKs are known to compile something else than they mean, so that the
// rest of Penstock sees a plain pipeline. What cannot be rewritten is left for Validate to refuse.
//
// 1. kfp 2.0.1: a pipeline output may name a task inside a condition, loop or exit handler. The
//    groups in between get outputs "pipelinechannel--<task>-<output>", as newer SDKs write them.
void HoistNestedOutputs(PipelineSpec& spec);
// 2. All of kfp 2: loop variables inside f-strings. The variable of an outer loop is not passed
// into
//    the inner loop that uses it: now it is. The variable of a loop is also compiled into inputs of
//    the loop that refer to nothing ("loop-item-param-3"): those inputs are dropped, and where the
//    body asks for a member of its variable by such an input, it gets the member.
void RepairLoopReferences(PipelineSpec& spec);

inline void RepairSdkQuirks(PipelineSpec& spec) {
  HoistNestedOutputs(spec);
  RepairLoopReferences(spec);
}

}  // namespace penstock::ir
