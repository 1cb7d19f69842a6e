// SPDX-License-Identifier: Apache-2.0
#include "cli/admin_endpoint.h"

#include <filesystem>
#include <fstream>
#include <map>

#include <gtest/gtest.h>

namespace penstock::cli {
namespace {

Environment Of(std::map<std::string, std::string> values) {
  return [values = std::move(values)](const char* name) -> std::optional<std::string> {
    auto found = values.find(name);
    if (found == values.end()) return std::nullopt;
    return found->second;
  };
}

TEST(AdminEndpoint, ComesFromTheEnvironment) {
  auto options = FindEndpoint("", "", "",
                              Of({{"PENSTOCK_S3_URL", "https://s3.example:9000"},
                                  {"PENSTOCK_CA", "ca.pem"},
                                  {"MINIO_ROOT_USER", "old"},
                                  {"MINIO_ROOT_PASSWORD", "old-secret"},
                                  {"PENSTOCK_ROOT_USER", "admin"},
                                  {"PENSTOCK_ROOT_PASSWORD", "secret"}}))
                     .value();
  EXPECT_EQ(options.url, "https://s3.example:9000");
  EXPECT_EQ(options.ca_file, "ca.pem");
  EXPECT_EQ(options.access_key, "admin");
  EXPECT_EQ(options.secret_key, "secret");
}

TEST(AdminEndpoint, OptionsComeFirst) {
  auto options = FindEndpoint("http://127.0.0.1:1", "x.pem", "",
                              Of({{"PENSTOCK_S3_URL", "https://s3.example:9000"},
                                  {"MINIO_ROOT_USER", "old"},
                                  {"MINIO_ROOT_PASSWORD", "old-secret"}}))
                     .value();
  EXPECT_EQ(options.url, "http://127.0.0.1:1");
  EXPECT_EQ(options.ca_file, "x.pem");
  EXPECT_EQ(options.access_key, "old");
}

TEST(AdminEndpoint, ReadsTheKeysOfADataDirectory) {
  std::string pattern = (std::filesystem::temp_directory_path() / "penstock-cli-XXXXXX").string();
  std::string directory = mkdtemp(pattern.data());
  std::ofstream(directory + "/root-keys.json") << R"({"access_key":"A","secret_key":"S"})";
  auto options = FindEndpoint("", "", directory, Of({}));
  std::filesystem::remove_all(directory);
  ASSERT_TRUE(options) << options.error().message();
  EXPECT_EQ(options->url, "http://127.0.0.1:9000");
  EXPECT_EQ(options->access_key, "A");
  EXPECT_EQ(options->secret_key, "S");
}

TEST(AdminEndpoint, SaysHowToGiveKeys) {
  auto options = FindEndpoint("", "", "", Of({{"PENSTOCK_ROOT_USER", "half"}}));
  ASSERT_FALSE(options);
  EXPECT_NE(options.error().message().find("--data-dir"), std::string::npos);
  EXPECT_FALSE(FindEndpoint("", "", "/nonexistent", Of({})));
}

}  // namespace
}  // namespace penstock::cli
