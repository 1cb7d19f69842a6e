// SPDX-License-Identifier: Apache-2.0
#include "sys/page_buffer.h"

#include <new>

#include <sys/mman.h>

namespace penstock::sys {

PageBuffer::PageBuffer(size_t size) {
  if (size == 0) return;
  void* memory = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) throw std::bad_alloc();
  bytes_ = {static_cast<char*>(memory), size};
}

PageBuffer::~PageBuffer() {
  if (!bytes_.empty()) ::munmap(bytes_.data(), bytes_.size());
}

}  // namespace penstock::sys
