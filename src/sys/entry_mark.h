// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include <sys/stat.h>
#include <sys/types.h>
#include <time.h>

#include "base/result.h"

namespace penstock::sys {

// What an empty folder or file was when it was made, so that it can be told later whether whoever
// it was lent to has left it so: the same one, with the same owner, permissions (lists of them,
// too), attributes, size and number of names. No link is followed in the last part of a path.
class EntryMark {
 public:
  // kFailedPrecondition for one that already has extended attributes, or is neither.
  static base::Result<EntryMark> Of(const std::string& path);

  // Whether that is what lies there, or is open, whatever has become of it.
  bool IsAt(const std::string& path) const;
  bool IsOpenAs(int file) const;

  // An overlay's upper layer has an attribute of the kernel's (`user.overlay.uuid`), which those
  // who write to the overlay cannot reach; it is passed over in one.
  bool Holds(const std::string& path, bool upper_layer = false);

  // Whether nothing at all has changed since the last look by Of() or Holds() that found it as it
  // was, the names in it included: by the time of the last change, which nobody can set. False
  // where that look came so soon after a change that another one could have the same time.
  bool Untouched(const std::string& path) const;

 private:
  static std::optional<EntryMark> Read(const std::string& path, bool upper_layer);
  bool IsOf(const struct stat& info) const;

  dev_t device_ = 0;
  ino_t number_ = 0;
  mode_t mode_ = 0;
  nlink_t names_ = 0;
  uid_t user_ = 0;
  gid_t group_ = 0;
  off_t size_ = 0;
  long flags_ = 0;  // as chattr(1) sets them; 0 where the file system has none
  uint32_t more_flags_ = 0, project_ = 0, extent_ = 0;  // as FS_IOC_FSGETXATTR gives them
  bool extended_ = false;
  timespec changed_ = {};
  bool settled_ = false;  // the change was long enough ago
};

}  // namespace penstock::sys
