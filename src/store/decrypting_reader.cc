// SPDX-License-Identifier: Apache-2.0
#include "store/decrypting_reader.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/encoding.h"
#include "base/file_sink.h"
#include "crypto/aead.h"
#include "crypto/digest.h"
#include "store/package_cipher.h"
#include "store/record_codec.h"

namespace penstock::store {
namespace {

using base::Code;
using base::Fail;
using base::Result;
using base::Status;

// One encrypted stretch of an object's bytes; see PackageCipher.
struct EncryptedStretch {
  uint64_t plain_size = 0;
  int part_number = 0;
  std::string salt;
};

class DecryptingReader final : public ObjectReader {
 public:
  DecryptingReader(Core& core, std::unique_ptr<ContentReader> sealed, ObjectInfo info,
                   std::string place, std::vector<EncryptedStretch> stretches,
                   crypto::Secret data_key)
      : packages_(core.packages),
        sealed_(std::move(sealed)),
        info_(std::move(info)),
        place_(std::move(place)),
        stretches_(std::move(stretches)),
        data_key_(std::move(data_key)) {
    Place at;
    for (const EncryptedStretch& stretch : stretches_) {
      places_.push_back(at);
      at.plain += stretch.plain_size;
      at.sealed += SealedSize(stretch.plain_size);
    }
  }

  // What has no bytes is verified here, as nobody will read any.
  Status Start() {
    if (info_.size > 0 || stretches_.empty()) return {};
    base::StringSink none;
    return ReadStretch(0, 0, 0, none);
  }

  const ObjectInfo& info() const override { return info_; }

  Status Read(uint64_t offset, uint64_t length, base::ByteSink& sink) override {
    if (offset > info_.size || length > info_.size - offset) {
      return Fail(Code::kOutOfRange, reason::kBadRange,
                  place_ + " has " + std::to_string(info_.size) + " bytes, fewer than asked for");
    }
    while (length > 0) {
      // The last stretch that begins at or before the offset; empty ones before it are passed over.
      auto next =
          std::upper_bound(places_.begin(), places_.end(), offset,
                           [](uint64_t at, const Place& place) { return at < place.plain; });
      auto index = static_cast<size_t>(next - places_.begin()) - 1;
      uint64_t within = offset - places_[index].plain;
      uint64_t count = std::min(length, stretches_[index].plain_size - within);
      PENSTOCK_RETURN_IF_ERROR(ReadStretch(index, within, count, sink));
      offset += count;
      length -= count;
    }
    return {};
  }

 private:
  // Where a stretch begins.
  struct Place {
    uint64_t plain = 0;
    uint64_t sealed = 0;
  };

  // A package of a stretch, and which of its bytes are wanted.
  struct Wanted {
    size_t stretch = 0;
    uint64_t package = 0;
    size_t skip = 0;
    size_t length = 0;
  };

  Status ReadStretch(size_t index, uint64_t offset, uint64_t length, base::ByteSink& sink) {
    const EncryptedStretch& stretch = stretches_[index];
    if (!cipher_ || cipher_index_ != index) {
      cipher_.emplace(data_key_, stretch.part_number, stretch.salt);
      cipher_index_ = index;
    }
    Wanted wanted{index, offset / kPackageBytes, offset % kPackageBytes, 0};
    do {
      wanted.length = std::min<uint64_t>(length, kPackageBytes - wanted.skip);
      PENSTOCK_RETURN_IF_ERROR(SendPackage(wanted, sink));
      length -= wanted.length;
      ++wanted.package;
      wanted.skip = 0;
    } while (length > 0);
    return {};
  }

  // A slow client is waited for without the package, which is then read and opened once more.
  Status SendPackage(const Wanted& wanted, base::ByteSink& sink) {
    base::FileSink* patient = base::FileSinkOf(sink);
    size_t sent = 0;
    while (true) {
      {
        ScratchBuffers::Lease lease = packages_.Take();
        PENSTOCK_TRY(std::string_view bytes, OpenPackage(wanted, lease.bytes()));
        bytes = bytes.substr(wanted.skip, wanted.length);
        if (bytes.empty()) return {};
        if (patient == nullptr) return sink.Write(bytes);
        PENSTOCK_TRY(size_t taken, patient->WriteSome(bytes.substr(sent)));
        sent += taken;
      }
      if (sent == wanted.length) return {};
      PENSTOCK_RETURN_IF_ERROR(patient->AwaitRoom());
    }
  }

  // Its bytes, in the memory, which has room for a whole one.
  Result<std::string_view> OpenPackage(const Wanted& wanted, std::span<char> memory) {
    const EncryptedStretch& stretch = stretches_[wanted.stretch];
    uint64_t begin = wanted.package * kSealedPackageBytes;
    size_t size = std::min<uint64_t>(kSealedPackageBytes, SealedSize(stretch.plain_size) - begin);
    std::span<char> sealed = memory.first(size);
    PENSTOCK_RETURN_IF_ERROR(sealed_->Fill(places_[wanted.stretch].sealed + begin, sealed));
    std::span<char> plain = sealed.first(size - crypto::kAeadTagBytes);
    bool last = wanted.package + 1 == PackageCount(stretch.plain_size);
    if (cipher_->Open(wanted.package, last, {sealed.data(), sealed.size()}, plain)) {
      return std::string_view(plain.data(), plain.size());
    }
    std::string where = place_;
    if (stretch.part_number > 0) where += ", part " + std::to_string(stretch.part_number);
    return Fail(Code::kDataLoss,
                where + ": encrypted package " + std::to_string(wanted.package) + " does not open");
  }

  ScratchBuffers& packages_;
  std::unique_ptr<ContentReader> sealed_;
  ObjectInfo info_;
  std::string place_;
  std::vector<EncryptedStretch> stretches_;
  std::vector<Place> places_;  // of each stretch
  crypto::Secret data_key_;
  std::optional<PackageCipher> cipher_;
  size_t cipher_index_ = 0;
};

// The stretches of a content, one after the other.
std::vector<EncryptedStretch> StretchesOf(const ObjectInfo& info, const ContentRecord& content) {
  if (info.part_sizes.empty()) return {{info.size, 0, {}}};
  std::vector<EncryptedStretch> stretches;
  stretches.reserve(content.parts.size());
  for (const FilePart& part : content.parts) {
    stretches.push_back({part.size, part.number, part.salt});
  }
  return stretches;
}

Status CheckLayout(const std::string& place, const ObjectInfo& info,
                   const SealedDataKey& sealed_key, const ContentRecord& content,
                   const crypto::Secret& data_key) {
  const std::string& layout = sealed_key.layout;
  // A customer's key may not have been there to seal it.
  bool needed = !info.part_sizes.empty() && sealed_key.kind != EncryptionKind::kCustomerKey;
  if (layout.empty() && !needed) return {};
  if (base::ConstantTimeEquals(layout, SealLayout(data_key, content))) return {};
  return Fail(Code::kDataLoss, place + " does not have the parts that it was made of");
}

}  // namespace

Result<std::unique_ptr<ObjectReader>> MakeDecryptingReader(
    Core& core, std::string place, ObjectInfo info, const SealedDataKey& sealed_key,
    ContentRecord content, std::optional<ContentView> view, crypto::Secret data_key) {
  PENSTOCK_RETURN_IF_ERROR(CheckLayout(place, info, sealed_key, content, data_key));
  std::vector<EncryptedStretch> stretches = StretchesOf(info, content);
  ObjectInfo stored;
  for (const EncryptedStretch& stretch : stretches) stored.size += SealedSize(stretch.plain_size);
  for (FilePart& part : content.parts) part.size = SealedSize(part.size);
  PENSTOCK_TRY(auto sealed, MakeObjectReader(core, place, std::move(stored), std::move(content),
                                             std::move(view)));
  auto reader =
      std::make_unique<DecryptingReader>(core, std::move(sealed), std::move(info), std::move(place),
                                         std::move(stretches), std::move(data_key));
  PENSTOCK_RETURN_IF_ERROR(reader->Start());
  return std::unique_ptr<ObjectReader>(std::move(reader));
}

std::string SealLayout(const crypto::Secret& data_key, const ContentRecord& content) {
  RecordWriter out;
  for (const FilePart& part : content.parts) {
    out.Varint(static_cast<uint64_t>(part.number));
    out.Varint(part.size);
    out.Text(part.salt);
  }
  crypto::Secret key = crypto::DeriveKey(data_key, {}, "penstock layout 1");
  return crypto::HmacSha256(key.bytes(), out.Take());
}

}  // namespace penstock::store
