// SPDX-License-Identifier: Apache-2.0
#include "store/encrypting_source.h"

#include <algorithm>
#include <utility>

namespace penstock::store {
namespace {

// The buffers grow to a package where there is so much: most objects are small.
constexpr size_t kFirstRead = size_t{8} << 10;

}  // namespace

EncryptingSource::EncryptingSource(base::ByteSource& source, PackageCipher cipher,
                                   crypto::Md5Workers* md5s)
    : source_(source), cipher_(std::move(cipher)) {
  if (md5s != nullptr) md5_.emplace(*md5s);
}

void EncryptingSource::GrowPlain() {
  room_ = std::min(kPackageBytes + 1, std::max(kFirstRead, room_ * 4));
  auto larger = std::make_shared_for_overwrite<char[]>(room_);
  std::copy_n(plain_.get(), filled_, larger.get());
  plain_ = std::move(larger);
}

base::Status EncryptingSource::FillPlain() {
  while (!source_ended_ && filled_ <= kPackageBytes) {
    if (filled_ == room_) GrowPlain();
    PENSTOCK_TRY(size_t count, source_.Read(std::span(plain_.get() + filled_, room_ - filled_)));
    if (count == 0) source_ended_ = true;
    filled_ += count;
  }
  return {};
}

size_t EncryptingSource::SealNext(std::span<char> out) {
  std::string_view package(plain_.get(), std::min(filled_, kPackageBytes));
  bool last = filled_ <= kPackageBytes;
  bool hashed = true;
  if (md5_ && last) md5_->UpdateNow(package);
  if (md5_ && !last) hashed = md5_->Update(package, plain_);
  cipher_.Seal(next_package_++, last, package,
               out.subspan(0, package.size() + crypto::kAeadTagBytes));
  plain_size_ += package.size();
  if (last) {
    ended_ = true;
  } else {
    char next = plain_[kPackageBytes];
    // Another buffer while the MD5 of this one is computed.
    if (!hashed) plain_ = std::make_shared_for_overwrite<char[]>(room_);
    plain_[0] = next;
    filled_ = 1;
  }
  return package.size() + crypto::kAeadTagBytes;
}

base::Result<size_t> EncryptingSource::Read(std::span<char> buffer) {
  if (sealed_begin_ == sealed_end_) {
    if (ended_) return size_t{0};
    PENSTOCK_RETURN_IF_ERROR(FillPlain());
    size_t size = std::min(filled_, kPackageBytes) + crypto::kAeadTagBytes;
    if (buffer.size() >= size) return SealNext(buffer);
    sealed_.resize(std::max(sealed_.size(), size));
    sealed_begin_ = 0;
    sealed_end_ = SealNext(sealed_);
  }
  size_t count = std::min(buffer.size(), sealed_end_ - sealed_begin_);
  std::copy_n(sealed_.data() + sealed_begin_, count, buffer.data());
  sealed_begin_ += count;
  return count;
}

}  // namespace penstock::store
