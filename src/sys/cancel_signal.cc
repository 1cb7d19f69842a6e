// SPDX-License-Identifier: Apache-2.0
#include "sys/cancel_signal.h"

#include <cstdint>

#include <sys/eventfd.h>

namespace penstock::sys {

CancelSignal::CancelSignal() : event_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

void CancelSignal::Cancel() {
  cancelled_.store(true);
  const uint64_t one = 1;
  // Fails only when it is readable already.
  [[maybe_unused]] ssize_t written = ::write(event_.get(), &one, sizeof(one));
}

}  // namespace penstock::sys
