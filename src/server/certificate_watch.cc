// SPDX-License-Identifier: Apache-2.0
#include "server/certificate_watch.h"

#include <utility>

#include "crypto/digest.h"

namespace penstock::server {
namespace {

constexpr size_t kMaxFileBytes = size_t{1} << 20;

}  // namespace

void CertificateWatch::Add(std::string address, TlsFiles tls,
                           std::function<base::Status()> reload) {
  std::string digest = DigestOf(tls);
  std::lock_guard lock(check_mutex_);
  watched_.push_back({std::move(address), std::move(tls), std::move(reload), std::move(digest)});
}

void CertificateWatch::Start() {
  std::lock_guard lock(check_mutex_);
  if (watched_.empty() || thread_.joinable()) return;
  thread_ = std::thread([this] { Run(); });
}

void CertificateWatch::Stop() {
  {
    std::lock_guard lock(stop_mutex_);
    stopping_ = true;
  }
  stop_changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void CertificateWatch::ReloadAll() { Check(true); }

void CertificateWatch::Run() {
  std::unique_lock lock(stop_mutex_);
  while (!stop_changed_.wait_for(lock, interval_, [this] { return stopping_; })) {
    lock.unlock();
    Check(false);
    lock.lock();
  }
}

void CertificateWatch::Check(bool always) {
  std::lock_guard lock(check_mutex_);
  for (Watched& watched : watched_) {
    std::string digest = DigestOf(watched.tls);
    if (!always && digest == watched.digest) continue;
    watched.digest = std::move(digest);
    Reload(watched);
  }
}

// A certificate and its key are two files, and between the two writes they do not fit: that is
// reported, and the next change is tried again.
void CertificateWatch::Reload(Watched& watched) {
  base::Status reloaded = watched.reload();
  if (reloaded) {
    logger_.Info("TLS certificate loaded again",
                 {{"address", watched.address}, {"file", watched.tls.certificate}});
    return;
  }
  logger_.Warning("the TLS certificate has changed and cannot be used; the former one stays",
                  {{"address", watched.address}, {"reason", reloaded.error().message()}});
}

std::string CertificateWatch::DigestOf(const TlsFiles& tls) {
  crypto::Digest digest(crypto::DigestKind::kSha256);
  for (const std::string* path : {&tls.certificate, &tls.key}) {
    auto text = sys::ReadFile(files_, *path, kMaxFileBytes);
    // A file that is missing for now differs from any that is there.
    digest.Update(text ? crypto::Sha256(*text) : "absent");
  }
  return digest.Finish();
}

}  // namespace penstock::server
