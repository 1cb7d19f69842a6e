// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"
#include "sys/unique_fd.h"

namespace penstock::sys {

// A user namespace that holds one user, who is 0 in it and owns nothing outside. What runs there is
// no root to anybody else, whatever capabilities it has inside. It lasts as long as this object or
// a process in it. Immutable; may be shared.
class UserNamespace {
 public:
  // `id` is the user and group outside. Only root can make these; kPermissionDenied otherwise and
  // where user namespaces are forbidden.
  static base::Result<UserNamespace> Make(uint32_t id);

  int fd() const { return fd_.get(); }

  // The tree at `path`, a file or a folder with all that is mounted below it, as a mount that is
  // nowhere yet, in which root's files are those of the namespace's user, and so is what that user
  // makes there: on disk it is root's. It needs no rights to the folders above it any more.
  // kFailedPrecondition where its file system cannot do this.
  base::Result<UniqueFd> MappedTree(const std::string& path, bool read_only) const;

 private:
  explicit UserNamespace(UniqueFd fd) : fd_(std::move(fd)) {}

  UniqueFd fd_;
};

}  // namespace penstock::sys
