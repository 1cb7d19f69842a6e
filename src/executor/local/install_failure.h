// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "base/error.h"

namespace penstock::executor {

// Why packages could not be installed, told from what uv or pip printed.
struct InstallFailure {
  // kUnavailable: the index did not answer, which may pass. kResourceExhausted: the disk is full.
  // kFailedPrecondition: there are no such packages, or none for this Python.
  base::Code code = base::Code::kFailedPrecondition;
  std::string why;     // the part of the output that says so, at most a few lines
  std::string remedy;  // what would help
};
InstallFailure ExplainInstallFailure(const std::vector<std::string>& lines);

}  // namespace penstock::executor
