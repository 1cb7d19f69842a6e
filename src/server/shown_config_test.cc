// SPDX-License-Identifier: Apache-2.0
#include "server/shown_config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace penstock::server {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(ShownConfig, SaysWhatIsGivenAndWhatIsTheDefault) {
  ServerConfig config;
  config.data_dir = "/data";
  config.s3_domains = {"s3.example"};
  config.webhooks = {{"hooks", "https://hooks.example/in", "/etc/token"}};
  text::Json shown = ShownConfig(config);
  EXPECT_EQ(shown.StringOr("s3-address", ""), "127.0.0.1:9000");
  EXPECT_EQ(text::FormatJson(*shown.Find("drive")), R"(["/data/store"])");
  EXPECT_EQ(text::FormatJson(*shown.Find("s3-domain")), R"(["s3.example"])");
  EXPECT_EQ(text::FormatJson(*shown.Find("notify-webhook")),
            R"(["hooks=https://hooks.example/in"])");
  EXPECT_TRUE(shown.Find("parity")->is_null());
}

TEST(ShownConfig, HoldsNoSecrets) {
  ServerConfig config;
  config.task_env = {{"TOKEN", "hidden"}};
  config.audit_webhook = "https://user:hidden@hooks.example/in?token=hidden";
  config.webhooks = {{"a", "http://hooks.example?key=hidden", ""},
                     {"b", "http://hidden@hooks.example", ""}};
  config.oidc.config_url = "https://idp.example/x@y#hidden";
  std::string text = text::FormatJson(ShownConfig(config));
  EXPECT_THAT(text, Not(HasSubstr("hidden")));
  EXPECT_THAT(text, HasSubstr("https://***@hooks.example/in?***"));
  EXPECT_THAT(text, HasSubstr("http://hooks.example?***"));
  EXPECT_THAT(text, HasSubstr("http://***@hooks.example"));
  EXPECT_THAT(text, HasSubstr("https://idp.example/x@y#***"));
  EXPECT_THAT(text, HasSubstr("TOKEN=***"));
}

}  // namespace
}  // namespace penstock::server
