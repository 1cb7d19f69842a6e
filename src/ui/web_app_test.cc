// SPDX-License-Identifier: Apache-2.0
#include "ui/web_app.h"

#include <gmock/gmock.h>

#include "base/byte_stream.h"
#include "text/json.h"

namespace penstock::ui {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

constexpr Asset kAssets[] = {
    {"/index.html", "text/html; charset=utf-8", "11", false, "<html>", "", ""},
    {"/assets/app-1.js", "text/javascript; charset=utf-8", "22", true, "plain", "zip", "brotli"},
};

struct Answer final : net::ResponseWriter {
  base::Status Start(int code, const net::Headers& fields, std::optional<uint64_t>) override {
    status = code;
    headers = fields;
    return {};
  }
  bool started() const override { return status != 0; }
  base::Status Write(std::string_view bytes) override {
    body += bytes;
    return {};
  }
  std::string Header(std::string_view name) const { return headers.GetOr(name, ""); }

  int status = 0;
  net::Headers headers;
  std::string body;
};

// Answers with what it was asked for, as a page that a store might hold.
struct Echo final : net::Handler {
  explicit Echo(std::string given_name) : name(std::move(given_name)) {}
  void Handle(net::Request& request, net::ResponseWriter& response) override {
    net::Headers headers;
    headers.Set("Content-Type", "text/html");
    headers.Set("Content-Disposition", "inline; filename=\"a.html\"");
    (void)response.Send(
        status, headers,
        name + " " + request.head.method + " " + request.head.path + " " + request.head.target);
  }
  std::string name;
  int status = 200;
};

class WebAppTest : public testing::Test {
 protected:
  Answer Send(std::string method, std::string target,
              std::vector<std::pair<std::string, std::string>> headers = {}) {
    return SendTo(*app_, std::move(method), std::move(target), std::move(headers));
  }

  static Answer SendTo(net::Handler& handler, std::string method, std::string target,
                       std::vector<std::pair<std::string, std::string>> headers = {}) {
    net::Request request;
    request.head.method = std::move(method);
    size_t question = target.find('?');
    request.head.path = target.substr(0, question);
    if (question != std::string::npos) request.head.query = target.substr(question + 1);
    request.head.target = std::move(target);
    for (const auto& [name, value] : headers) request.head.headers.Add(name, value);
    base::StringSource body("");
    request.body = &body;
    Answer answer;
    handler.Handle(request, answer);
    return answer;
  }

  Echo api_{"api"};
  Echo store_{"store"};
  std::unique_ptr<net::Handler> app_ = MakeWebApp(
      {"1.0", "abc", "eu", [] { return "http://127.0.0.1:9000"; }}, kAssets, api_, store_);
};

TEST_F(WebAppTest, ServesTheAppWithoutLettingItBeKept) {
  for (const char* path : {"/", "/index.html"}) {
    Answer answer = Send("GET", path);
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.body, "<html>");
    EXPECT_EQ(answer.Header("Cache-Control"), "no-cache");
    EXPECT_THAT(answer.Header("Content-Security-Policy"), HasSubstr("script-src 'self';"));
  }
}

TEST_F(WebAppTest, SendsTheSmallestFormThatTheClientTakes) {
  struct Case {
    const char* accept;
    const char* body;
    const char* encoding;
  };
  for (const Case& one : {Case{"gzip, deflate, br", "brotli", "br"}, Case{"gzip", "zip", "gzip"},
                          Case{"br;q=0, GZIP;q=0.5", "zip", "gzip"}, Case{"", "plain", ""},
                          Case{"br; q=0.0", "plain", ""}, Case{"identity,,", "plain", ""}}) {
    Answer answer = Send("GET", "/assets/app-1.js", {{"Accept-Encoding", one.accept}});
    EXPECT_EQ(answer.body, one.body) << one.accept;
    EXPECT_EQ(answer.Header("Content-Encoding"), one.encoding) << one.accept;
    EXPECT_EQ(answer.Header("Vary"), "Accept-Encoding");
    EXPECT_THAT(answer.Header("Cache-Control"), HasSubstr("immutable"));
  }
}

TEST_F(WebAppTest, AnswersThatTheClientHasItAlready) {
  std::string tag = Send("GET", "/assets/app-1.js").Header("ETag");
  EXPECT_EQ(Send("GET", "/assets/app-1.js", {{"If-None-Match", "\"x\", W/" + tag}}).status, 304);
  EXPECT_EQ(Send("GET", "/assets/app-1.js", {{"If-None-Match", "\"x\""}}).status, 200);
  EXPECT_EQ(
      Send("GET", "/assets/app-1.js", {{"If-None-Match", tag}, {"Accept-Encoding", "br"}}).status,
      200);
}

TEST_F(WebAppTest, SaysThatAFileOfAnotherBuildIsGone) {
  Answer answer = Send("GET", "/assets/app-0.js");
  EXPECT_EQ(answer.status, 404);
  EXPECT_EQ(answer.Header("Cache-Control"), "no-store");
}

TEST_F(WebAppTest, TellsWhereTheStoreIs) {
  auto config = text::ParseJson(Send("GET", "/penstock/ui/config.json").body);
  ASSERT_TRUE(config);
  EXPECT_EQ(config->StringOr("s3_url", ""), "http://127.0.0.1:9000");
  EXPECT_EQ(config->StringOr("store_path", ""), "/penstock/s3");
}

TEST_F(WebAppTest, LeavesTheRestToTheApi) {
  EXPECT_EQ(Send("GET", "/apis/v2beta1/runs?page_size=1").body,
            "api GET /apis/v2beta1/runs /apis/v2beta1/runs?page_size=1");
  EXPECT_EQ(Send("POST", "/").body, "api POST / /");
  EXPECT_EQ(Send("GET", "/runs").body, "api GET /runs /runs");
  EXPECT_EQ(Send("GET", "/nowhere", {{"Accept", "text/html"}}).body, "api GET /nowhere /nowhere");
}

TEST_F(WebAppTest, SendsPeopleToTheRouteBehindTheHash) {
  Answer answer = Send("GET", "/runs/details/7?a=b", {{"Accept", "text/html,*/*"}});
  EXPECT_EQ(answer.status, 302);
  EXPECT_EQ(answer.Header("Location"), "/#/runs/details/7?a=b");
}

TEST_F(WebAppTest, PassesSignedRequestsToTheStore) {
  Answer answer =
      Send("PUT", "/penstock/s3/b/a%20k?acl", {{"Authorization", "AWS4-HMAC-SHA256 Credential=…"}});
  EXPECT_EQ(answer.body, "store PUT /b/a%20k /b/a%20k?acl");
  EXPECT_EQ(Send("GET", "/penstock/s3/?X-Amz-Signature=0").body, "store GET / /?X-Amz-Signature=0");
}

TEST_F(WebAppTest, LetsNoObjectBeAPage) {
  Answer answer = Send("GET", "/penstock/s3/b/a.html?X-Amz-Signature=0");
  EXPECT_EQ(answer.Header("Content-Disposition"), "attachment; filename=\"a.html\"");
  EXPECT_THAT(answer.Header("Content-Security-Policy"), HasSubstr("sandbox;"));
  EXPECT_EQ(answer.Header("X-Content-Type-Options"), "nosniff");
}

TEST_F(WebAppTest, RefusesUnsignedRequestsToTheStore) {
  Answer answer = Send("GET", "/penstock/s3/b/a.html");
  EXPECT_EQ(answer.status, 403);
  EXPECT_THAT(answer.body, HasSubstr("signed"));
}

TEST_F(WebAppTest, ShowsAnArtifactAsAPageOfAnOriginOfItsOwn) {
  Answer answer = Send("GET", "/penstock/ui/artifacts/a-1/page");
  EXPECT_THAT(answer.body, HasSubstr("api GET /apis/v2beta1/artifacts/a-1:download"));
  EXPECT_THAT(answer.Header("Content-Security-Policy"), HasSubstr("sandbox allow-scripts;"));
  EXPECT_THAT(answer.Header("Content-Disposition"), IsEmpty());
  api_.status = 404;
  EXPECT_THAT(Send("GET", "/penstock/ui/artifacts/a-1/page").Header("Content-Security-Policy"),
              IsEmpty());
  EXPECT_THAT(Send("GET", "/penstock/ui/artifacts/a:b/page").body, HasSubstr("a:b/page"));
}

TEST_F(WebAppTest, IsTheApiAloneWhereNothingWasBuilt) {
  auto bare = MakeWebApp({"1.0", "abc", "eu", [] { return ""; }}, {}, api_, store_);
  EXPECT_EQ(SendTo(*bare, "GET", "/").body, "api GET / /");
  EXPECT_EQ(SendTo(*bare, "GET", "/penstock/s3/b?X-Amz-Signature=0").body.substr(0, 3), "api");
}

}  // namespace
}  // namespace penstock::ui
