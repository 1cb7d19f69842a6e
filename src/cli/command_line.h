// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ostream>

namespace penstock::cli {

// Runs the `penstock` command and returns its exit code: 0 for success, 1 for a failure of what was
// asked, 2 for a command line that cannot be understood.
int Run(int argc, const char* const* argv, std::ostream& out, std::ostream& err);

}  // namespace penstock::cli
