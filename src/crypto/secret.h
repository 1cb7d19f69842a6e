// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace penstock::crypto {

// Overwrites memory, also where the compiler sees no later use of it.
void Wipe(char* bytes, size_t count);

// Key material: overwritten before its memory is given back, compared in constant time, and with no
// way into a log by accident. A copy is a secret of its own.
class Secret {
 public:
  Secret() = default;
  explicit Secret(size_t size) : bytes_(size, '\0') {}
  // Takes the string's bytes; what the caller keeps of them is the caller's to wipe.
  static Secret Of(std::string_view bytes) {
    Secret secret(bytes.size());
    bytes.copy(secret.bytes_.data(), bytes.size());
    return secret;
  }
  // Takes the string over and wipes it.
  static Secret Take(std::string&& bytes) {
    Secret secret = Of(bytes);
    Wipe(bytes.data(), bytes.size());
    bytes.clear();
    return secret;
  }

  Secret(const Secret& other) : Secret(Of(other.bytes_)) {}
  Secret(Secret&& other) noexcept { Swap(other); }
  Secret& operator=(Secret other) noexcept {
    Swap(other);
    return *this;
  }
  ~Secret() { Wipe(bytes_.data(), bytes_.size()); }

  std::string_view bytes() const { return bytes_; }
  char* data() { return bytes_.data(); }
  size_t size() const { return bytes_.size(); }
  bool empty() const { return bytes_.empty(); }

  friend bool operator==(const Secret& a, const Secret& b);

 private:
  // Keys are longer than what a string holds in itself: pointers are exchanged, no bytes copied.
  void Swap(Secret& other) noexcept { bytes_.swap(other.bytes_); }

  std::string bytes_;
};

}  // namespace penstock::crypto
