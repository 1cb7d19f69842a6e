// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "store/drive_files.h"
#include "sys/file_system.h"

namespace penstock::store {

inline constexpr int kFormatVersion = 1;

// The directory of a drive: FORMAT, index/ and data/ (docs/formats/store.md, "Files").
struct DrivePaths {
  explicit DrivePaths(const std::string& directory)
      : root(directory),
        format(directory + "/FORMAT"),
        index(directory + "/index"),
        data(directory + "/data") {}

  std::string root;
  std::string format;
  std::string index;
  std::string data;
};

// Reads the format stamp and makes what a new drive needs. Returns whether the drive is new, that
// is, whether an index may be created in it. kFailedPrecondition where the stamp is a newer
// version's, or missing beside data files that a new index would make orphans of.
base::Result<bool> PrepareDrive(sys::FileSystem& files, const DrivePaths& paths, DriveFiles& data);

// Whether a drive is a store by itself, or one of several of a store.
enum class DriveKind { kAlone, kOneOfSeveral };

// Whether this version can use a drive of that kind with a stamp of that text; `path` is for
// messages.
base::Status CheckStamp(const std::string& path, std::string_view text,
                        DriveKind kind = DriveKind::kAlone);

// Stamps a new drive, once its index is there.
base::Status StampDrive(sys::FileSystem& files, const DrivePaths& paths,
                        DriveKind kind = DriveKind::kAlone);

}  // namespace penstock::store
