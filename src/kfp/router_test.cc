// SPDX-License-Identifier: Apache-2.0
#include "kfp/router.h"

#include <gtest/gtest.h>

namespace penstock::kfp {
namespace {

class RouterTest : public testing::Test {
 protected:
  RouterTest() {
    for (const char* route :
         {"GET /", "GET /runs", "POST /runs", "GET /runs/{id}", "DELETE /runs/{id}",
          "POST /runs/{id}:stop", "POST /runs/upload", "POST /runs/{id}", "GET /a/{x}/b/{y}"}) {
      std::string_view text = route;
      size_t space = text.find(' ');
      router_.Add(text.substr(0, space), text.substr(space + 1),
                  [this, route](Call&, net::ResponseWriter&) { called_ = route; });
    }
  }

  // The route found and its parameters: "POST /runs/{id}:stop id=7", or the error.
  std::string Find(std::string_view method, std::string_view path) {
    auto match = router_.Find(method, path);
    if (!match) {
      return std::string(CodeName(match.error().code())) + ": " + match.error().message();
    }
    net::Request request;
    Call call{request, match->params, {}};
    struct NoResponse final : net::ResponseWriter {
      base::Status Start(int, const net::Headers&, std::optional<uint64_t>) override { return {}; }
      bool started() const override { return false; }
      base::Status Write(std::string_view) override { return {}; }
    } response;
    (*match->action)(call, response);
    std::string found = called_;
    for (const auto& [name, value] : match->params) found += " " + name + "=" + value;
    return found;
  }

  Router router_;
  std::string called_;
};

TEST_F(RouterTest, FindsByMethodPathAndVerb) {
  EXPECT_EQ(Find("GET", "/"), "GET /");
  EXPECT_EQ(Find("GET", "/runs"), "GET /runs");
  EXPECT_EQ(Find("POST", "/runs"), "POST /runs");
  EXPECT_EQ(Find("GET", "/runs/7"), "GET /runs/{id} id=7");
  EXPECT_EQ(Find("POST", "/runs/7:stop"), "POST /runs/{id}:stop id=7");
  EXPECT_EQ(Find("GET", "/a/1/b/2"), "GET /a/{x}/b/{y} x=1 y=2");
}

TEST_F(RouterTest, PrefersWhatWasAddedFirst) {
  EXPECT_EQ(Find("POST", "/runs/upload"), "POST /runs/upload");
  EXPECT_EQ(Find("POST", "/runs/other"), "POST /runs/{id} id=other");
}

TEST_F(RouterTest, DecodesParametersAfterSplitting) {
  EXPECT_EQ(Find("GET", "/runs/a%2Fb%3Ac%20d+e"), "GET /runs/{id} id=a/b:c d+e");
  EXPECT_EQ(Find("POST", "/runs/r%2F1:stop"), "POST /runs/{id}:stop id=r/1");
  EXPECT_EQ(Find("GET", "/runs/%zz").substr(0, 17), "invalid argument:");
}

TEST_F(RouterTest, TellsUnknownPathsFromWrongMethodsAndVerbs) {
  for (const char* path : {"/nope", "/runs/", "/runs/7/tasks", "", "runs", "//", "/a/1/b/"}) {
    EXPECT_EQ(Find("GET", path), "not found: Not Found") << path;
  }
  EXPECT_EQ(Find("PUT", "/runs"), "unimplemented: Method Not Allowed");
  EXPECT_EQ(Find("POST", "/runs/7:start"), "unimplemented: Method Not Allowed");
  EXPECT_EQ(Find("GET", "/runs/7:stop"), "unimplemented: Method Not Allowed");
  EXPECT_EQ(Find("POST", "/a/1/b/2"), "unimplemented: Method Not Allowed");
}

TEST_F(RouterTest, AnswersHeadAsGet) { EXPECT_EQ(Find("HEAD", "/runs/7"), "GET /runs/{id} id=7"); }

TEST_F(RouterTest, ListsMethods) {
  EXPECT_EQ(router_.AllowedMethods("/runs"), "GET, HEAD, OPTIONS, POST");
  EXPECT_EQ(router_.AllowedMethods("/runs/7:stop"), "OPTIONS, POST");
  EXPECT_EQ(router_.AllowedMethods("/nope"), "");
}

}  // namespace
}  // namespace penstock::kfp
