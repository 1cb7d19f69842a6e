// SPDX-License-Identifier: Apache-2.0
#include "server/certificate_watch.h"

#include <atomic>
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

namespace penstock::server {
namespace {

using std::chrono::milliseconds;

class CertificateWatchTest : public testing::Test {
 protected:
  CertificateWatchTest() {
    std::string pattern = (std::filesystem::temp_directory_path() / "penstock-tls-XXXXXX").string();
    directory_ = mkdtemp(pattern.data());
    Write("cert.pem", "certificate 1");
    Write("key.pem", "key 1");
  }
  ~CertificateWatchTest() override { std::filesystem::remove_all(directory_); }

  // In one go: a file half written would be a change of its own.
  void Write(const std::string& name, const std::string& text) {
    const std::string path = directory_ + "/" + name;
    std::ofstream(path + ".new") << text;
    std::filesystem::rename(path + ".new", path);
  }
  TlsFiles Tls() const { return {directory_ + "/cert.pem", directory_ + "/key.pem"}; }
  std::function<base::Status()> Counting() {
    return [this]() -> base::Status {
      ++loads_;
      if (fails_) return base::Fail(base::Code::kInvalidArgument, "no certificate");
      return {};
    };
  }
  bool LoadsReach(int count) {
    for (int i = 0; i < 500 && loads_ < count; ++i) std::this_thread::sleep_for(milliseconds(10));
    return loads_ == count;
  }

  std::string directory_;
  base::NullLogger logger_;
  std::unique_ptr<sys::FileSystem> files_ = sys::MakePosixFileSystem();
  std::atomic<int> loads_{0};
  std::atomic<bool> fails_{false};
};

TEST_F(CertificateWatchTest, LoadsWhatHasChangedAndNothingElse) {
  CertificateWatch watch(*files_, logger_, milliseconds(5));
  watch.Add("a", Tls(), Counting());
  watch.Start();
  std::this_thread::sleep_for(milliseconds(50));
  EXPECT_EQ(loads_, 0);
  Write("cert.pem", "certificate 2");
  EXPECT_TRUE(LoadsReach(1));
  Write("key.pem", "key 2");
  EXPECT_TRUE(LoadsReach(2));
  std::this_thread::sleep_for(milliseconds(50));
  EXPECT_EQ(loads_, 2);
}

// Otherwise a bad certificate would fill the log, and a good one after it would be missed.
TEST_F(CertificateWatchTest, TriesWhatFailedAgainOnceItChanges) {
  fails_ = true;
  CertificateWatch watch(*files_, logger_, milliseconds(5));
  watch.Add("a", Tls(), Counting());
  watch.Start();
  std::filesystem::remove(directory_ + "/cert.pem");
  EXPECT_TRUE(LoadsReach(1));
  std::this_thread::sleep_for(milliseconds(50));
  EXPECT_EQ(loads_, 1);
  fails_ = false;
  Write("cert.pem", "certificate 1");
  EXPECT_TRUE(LoadsReach(2));
}

TEST_F(CertificateWatchTest, ReloadsAllOnDemand) {
  CertificateWatch watch(*files_, logger_, milliseconds(3'600'000));
  watch.Add("a", Tls(), Counting());
  watch.Add("b", Tls(), Counting());
  watch.ReloadAll();
  EXPECT_EQ(loads_, 2);
}

}  // namespace
}  // namespace penstock::server
