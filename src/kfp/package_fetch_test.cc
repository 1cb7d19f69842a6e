// SPDX-License-Identifier: Apache-2.0
#include "kfp/package_fetch.h"

#include <gtest/gtest.h>

#include "net/http_server.h"

namespace penstock::kfp {
namespace {

using base::Code;

// "" where the URL may be asked for.
std::string Refusal(const PackageUrlRules& rules, const std::string& url) {
  auto options = CheckPackageUrl(rules, url);
  return options ? "" : std::string(base::CodeName(options.error().code()));
}

TEST(PackageFetch, HoldsUrlsAgainstTheRules) {
  PackageUrlRules plain;
  EXPECT_EQ(Refusal(plain, "https://example.com/p.yaml"), "");
  EXPECT_TRUE(CheckPackageUrl(plain, "https://example.com/p.yaml")->public_addresses_only);
  const std::string denied(base::CodeName(Code::kPermissionDenied));
  const std::string invalid(base::CodeName(Code::kInvalidArgument));
  EXPECT_EQ(Refusal(plain, "http://example.com/p.yaml"), denied);
  for (const char* url : {"", "p.yaml", "file:///etc/passwd", "ftp://example.com/p", "gs://b/p",
                          "https://", "https:///p.yaml"}) {
    EXPECT_EQ(Refusal(plain, url), invalid) << url;
  }
  PackageUrlRules listed;
  listed.domains = {"packages.example.com", "*.example.org"};
  EXPECT_EQ(Refusal(listed, "https://PACKAGES.example.com/p.yaml"), "");
  EXPECT_EQ(Refusal(listed, "https://a.b.example.org/p.yaml"), "");
  EXPECT_FALSE(CheckPackageUrl(listed, "https://a.example.org/p")->public_addresses_only);
  for (const char* url : {"https://example.org/p", "https://badexample.org/p",
                          "https://example.com/p", "https://packages.example.com.evil.net/p"}) {
    EXPECT_EQ(Refusal(listed, url), denied) << url;
  }
}

TEST(PackageFetch, FindsWhereRedirectsLead) {
  const std::string from = "https://a.example.com:8443/x/y?z";
  EXPECT_EQ(ResolveRedirect(from, "https://b/p"), "https://b/p");
  EXPECT_EQ(ResolveRedirect(from, "//b/p"), "https://b/p");
  EXPECT_EQ(ResolveRedirect(from, "/p"), "https://a.example.com:8443/p");
  EXPECT_EQ(ResolveRedirect(from, "p"), "https://a.example.com:8443/x/p");
  EXPECT_EQ(ResolveRedirect(from, "file:///etc/passwd"), "");
  EXPECT_EQ(ResolveRedirect(from, ""), "");
}

// Gives what the path names.
class Packages final : public net::Handler {
 public:
  void Handle(net::Request& request, net::ResponseWriter& response) override {
    net::Headers headers;
    if (request.head.path == "/moved") {
      headers.Set("Location", "/p.yaml");
      EXPECT_TRUE(response.Send(302, headers, ""));
    } else if (request.head.path == "/round") {
      headers.Set("Location", "/round");
      EXPECT_TRUE(response.Send(302, headers, ""));
    } else if (request.head.path == "/away") {
      headers.Set("Location", "http://localhost.example.invalid/p.yaml");
      EXPECT_TRUE(response.Send(302, headers, ""));
    } else if (request.head.path == "/p.yaml") {
      EXPECT_TRUE(response.Send(200, headers, "a package"));
    } else {
      EXPECT_TRUE(response.Send(404, headers, ""));
    }
  }
};

TEST(PackageFetch, AsksOnlyWhereItMay) {
  Packages packages;
  base::NullLogger logger;
  auto server = net::HttpServer::Listen({}, packages, logger).value();
  const std::string url = "http://127.0.0.1:" + std::to_string(server->port());
  PackageUrlRules rules;
  rules.allow_http = true;
  auto refused = FetchPackage(rules, url + "/p.yaml");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), Code::kPermissionDenied);
  EXPECT_EQ(FetchPackage(rules, "http://localhost:" + std::to_string(server->port()) + "/p.yaml")
                .error()
                .code(),
            Code::kPermissionDenied);

  rules.domains = {"127.0.0.1"};
  auto fetched = FetchPackage(rules, url + "/moved");
  ASSERT_TRUE(fetched) << fetched.error().message();
  EXPECT_EQ(fetched->filename, "p.yaml");
  EXPECT_EQ(fetched->content, "a package");
  EXPECT_EQ(FetchPackage(rules, url + "/nope").error().code(), Code::kInvalidArgument);
  EXPECT_EQ(FetchPackage(rules, url + "/round").error().code(), Code::kInvalidArgument);
  EXPECT_EQ(FetchPackage(rules, url + "/away").error().code(), Code::kPermissionDenied);
}

}  // namespace
}  // namespace penstock::kfp
