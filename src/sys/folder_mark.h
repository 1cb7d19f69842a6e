// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include <sys/types.h>

#include "base/result.h"

namespace penstock::sys {

// What an empty folder was when it was made, so that it can be told later whether whoever it was
// lent to has left it so: the same folder, with the same owner, permissions (lists of them, too),
// attributes and size.
class FolderMark {
 public:
  // kFailedPrecondition for a folder that already has extended attributes.
  static base::Result<FolderMark> Of(const std::string& path);

  // An overlay's upper layer has an attribute of the kernel's (`user.overlay.uuid`), which those
  // who write to the overlay cannot reach; it is passed over in one.
  bool Holds(const std::string& path, bool upper_layer = false) const;

 private:
  static std::optional<FolderMark> Read(const std::string& path, bool upper_layer);

  dev_t device_ = 0;
  ino_t number_ = 0;
  mode_t mode_ = 0;
  uid_t user_ = 0;
  gid_t group_ = 0;
  off_t size_ = 0;
  long flags_ = 0;  // as chattr(1) sets them; 0 where the file system has none
  bool extended_ = false;
};

}  // namespace penstock::sys
