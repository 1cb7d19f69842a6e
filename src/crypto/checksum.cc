// SPDX-License-Identifier: Apache-2.0
#include "crypto/checksum.h"

#include "crypto/crc.h"
#include "crypto/digest.h"

namespace penstock::crypto {
namespace {

template <typename Word, Word (*kUpdate)(std::string_view, Word)>
class CrcChecksum final : public Checksum {
 public:
  void Update(std::string_view bytes) override { value_ = kUpdate(bytes, value_); }
  std::string Finish() override {
    std::string out;
    for (size_t shift = 8 * sizeof(Word); shift > 0; shift -= 8) {
      out.push_back(static_cast<char>((value_ >> (shift - 8)) & 0xFF));
    }
    value_ = 0;
    return out;
  }

 private:
  Word value_ = 0;
};

class DigestChecksum final : public Checksum {
 public:
  explicit DigestChecksum(DigestKind kind) : digest_(kind) {}
  void Update(std::string_view bytes) override { digest_.Update(bytes); }
  std::string Finish() override { return digest_.Finish(); }

 private:
  Digest digest_;
};

}  // namespace

std::unique_ptr<Checksum> MakeChecksum(ChecksumKind kind) {
  switch (kind) {
    case ChecksumKind::kCrc32:
      return std::make_unique<CrcChecksum<uint32_t, Crc32>>();
    case ChecksumKind::kCrc32c:
      return std::make_unique<CrcChecksum<uint32_t, Crc32c>>();
    case ChecksumKind::kCrc64Nvme:
      return std::make_unique<CrcChecksum<uint64_t, Crc64Nvme>>();
    case ChecksumKind::kSha1:
      return std::make_unique<DigestChecksum>(DigestKind::kSha1);
    case ChecksumKind::kSha256:
      break;
  }
  return std::make_unique<DigestChecksum>(DigestKind::kSha256);
}

std::string_view ChecksumName(ChecksumKind kind) {
  switch (kind) {
    case ChecksumKind::kCrc32:
      return "CRC32";
    case ChecksumKind::kCrc32c:
      return "CRC32C";
    case ChecksumKind::kCrc64Nvme:
      return "CRC64NVME";
    case ChecksumKind::kSha1:
      return "SHA1";
    case ChecksumKind::kSha256:
      break;
  }
  return "SHA256";
}

}  // namespace penstock::crypto
