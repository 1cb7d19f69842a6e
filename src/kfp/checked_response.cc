// SPDX-License-Identifier: Apache-2.0
#include "kfp/checked_response.h"

namespace penstock::kfp {

base::Status CheckedResponse::Start(int status, const net::Headers& headers,
                                    std::optional<uint64_t> content_length) {
  endless_ = !content_length;
  return to_.Start(status, headers, content_length);
}

base::Status CheckedResponse::CheckIfDue() {
  if (!endless_) return {};
  auto now = std::chrono::steady_clock::now();
  if (now - checked_ < between_) return {};
  checked_ = now;
  return check_();
}

base::Status CheckedResponse::Write(std::string_view bytes) {
  PENSTOCK_RETURN_IF_ERROR(CheckIfDue());
  return to_.Write(bytes);
}

base::Result<std::optional<uint64_t>> CheckedResponse::WriteFrom(int descriptor, uint64_t offset,
                                                                 uint64_t length) {
  PENSTOCK_RETURN_IF_ERROR(CheckIfDue());
  return base::PassFileOn(to_, descriptor, offset, length);
}

base::Result<size_t> CheckedResponse::WriteSome(std::string_view bytes) {
  PENSTOCK_RETURN_IF_ERROR(CheckIfDue());
  return base::PassSomeOn(to_, bytes);
}

}  // namespace penstock::kfp
