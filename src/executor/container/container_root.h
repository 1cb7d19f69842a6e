// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "base/result.h"
#include "executor/container/containerd_messages.h"

namespace penstock::executor {

// Mounts a snapshot of containerd's at a folder, for containers to write to. Whoever starts
// containers must see our mounts: containerd runs in the same mount namespace.
base::Status MountSnapshot(const std::vector<SnapshotMount>& mounts, const std::string& folder);

// Fine where nothing is mounted there, or there is no such folder.
base::Status Unmount(const std::string& folder);

// The text of a file in an image's root, at most 4 MiB of it; links lead nowhere else. "" where it
// cannot be read.
std::string ReadInRoot(const std::string& root, const std::string& path);

}  // namespace penstock::executor
