// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/log.h"
#include "base/result.h"
#include "sys/file_system.h"

namespace penstock::server {

// PEM files of one address; both or neither.
struct TlsFiles {
  std::string certificate;  // may hold the chain after the certificate
  std::string key;
  bool given() const { return !key.empty(); }
};

// Loads renewed certificates while the server runs. Looks at the files' contents rather than their
// times, which a renewal that keeps the times, or swaps a symbolic link, would slip past.
class CertificateWatch {
 public:
  static constexpr std::chrono::milliseconds kInterval{3'000};

  // `files` and `logger` must outlive the watch.
  CertificateWatch(sys::FileSystem& files, base::Logger& logger,
                   std::chrono::milliseconds interval = kInterval)
      : files_(files), logger_(logger), interval_(interval) {}
  ~CertificateWatch() { Stop(); }

  // `reload` takes the files into use; where it fails, what was in use stays. To be called before
  // the files are loaded for the first time, so that no change in between is missed.
  void Add(std::string address, TlsFiles tls, std::function<base::Status()> reload);
  void Start();  // does nothing where no address has certificates
  void Stop();
  // Loads all certificates again now, changed or not.
  void ReloadAll();

 private:
  struct Watched {
    std::string address;
    TlsFiles tls;
    std::function<base::Status()> reload;
    std::string digest;  // of what was loaded last, or tried in vain
  };

  void Run();
  void Check(bool always);
  void Reload(Watched& watched);
  std::string DigestOf(const TlsFiles& tls);

  sys::FileSystem& files_;
  base::Logger& logger_;
  const std::chrono::milliseconds interval_;
  std::mutex check_mutex_;  // guards watched_
  std::vector<Watched> watched_;
  std::mutex stop_mutex_;
  std::condition_variable stop_changed_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace penstock::server
