// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace penstock::crypto {

enum class DigestKind { kMd5, kSha1, kSha256 };

// Takes bytes piece by piece and gives their digest. Movable, not thread-safe. The algorithm is
// looked up once in a process, since OpenSSL 3 is slow to do so.
class Digest {
 public:
  explicit Digest(DigestKind kind);
  Digest(Digest&&) noexcept;
  Digest& operator=(Digest&&) noexcept;
  ~Digest();

  void Update(std::string_view bytes);
  // The raw digest (16, 20 or 32 bytes). The object is then ready for another message.
  std::string Finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

std::string Md5(std::string_view bytes);                                 // raw, 16 bytes
std::string Sha1(std::string_view bytes);                                // raw, 20 bytes
std::string Sha256(std::string_view bytes);                              // raw, 32 bytes
std::string HmacSha1(std::string_view key, std::string_view message);    // raw, 20 bytes
std::string HmacSha256(std::string_view key, std::string_view message);  // raw, 32 bytes

}  // namespace penstock::crypto
