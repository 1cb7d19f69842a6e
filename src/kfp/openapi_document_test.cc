// SPDX-License-Identifier: Apache-2.0
#include "kfp/openapi_document.h"

#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kfp/test_api.h"
#include "kfp/test_openapi.h"

namespace penstock::kfp {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

TEST(OpenApiDocument, DescribesWhatIsServedAndNothingElse) {
  TestApi api;
  std::set<std::pair<std::string, std::string>> served;
  for (const auto& route : api.Routes()) served.insert(route);
  EXPECT_EQ(OpenApiCheck::OfThisProgram().Operations(), served);
}

TEST(OpenApiDocument, NamesEverySchemaAndOperationOnce) {
  const OpenApiCheck& check = OpenApiCheck::OfThisProgram();
  EXPECT_THAT(check.MissingSchemas(), IsEmpty());
  std::set<std::string> names;
  for (const auto& [path, methods] : check.document().Find("paths")->as_object()) {
    for (const auto& [method, operation] : methods.as_object()) {
      std::string name = operation.StringOr("operationId", "");
      EXPECT_TRUE(!name.empty() && names.insert(name).second) << method << " " << path;
      EXPECT_NE(operation.StringOr("summary", ""), "") << method << " " << path;
    }
  }
}

TEST(OpenApiDocument, IsServed) {
  TestApi api;
  auto response = api.Get("/apis/v2beta1/openapi.json");
  EXPECT_EQ(response.status(), 200);
  EXPECT_EQ(response.Text("openapi"), "3.1.0");
  EXPECT_EQ(response.Text("info.version"), "1.2.3");
}

TEST(OpenApiDocument, WritesFieldsOut) {
  auto document = BuildOpenApi({R"(
paths:
  /things/{thing_id}:
    get: {id: getThing, summary: A thing, query: {deep: bool -- with its parts}, answer: Thing}
schemas:
  Thing: {name: string!, parts: list of Thing, labels: map of string, size: int64}
)"},
                               "1");
  ASSERT_TRUE(document) << document.error().message();
  std::string text = text::FormatJson(*document);
  EXPECT_THAT(text, HasSubstr(R"({"in":"path","name":"thing_id","required":true,)"));
  EXPECT_THAT(text, HasSubstr(R"({"description":"with its parts","in":"query","name":"deep",)"));
  EXPECT_THAT(text, HasSubstr(R"("parts":{"items":{"$ref":"#/components/schemas/Thing"},)"));
  EXPECT_THAT(text, HasSubstr(R"("required":["name"])"));
}

// The check itself, since every test of the API relies on it.
TEST(OpenApiCheck, FindsWhatIsNotDescribed) {
  OpenApiCheck check(BuildOpenApi({R"(
paths:
  /thing:
    get: {id: getThing, summary: A thing, answer: Thing}
schemas:
  Kind: [BIG, SMALL]
  Thing: {name: string!, kind: Kind, size: int64, made: time}
  Status: {code: int32!}
)"},
                                  "1")
                         .value());
  auto faults = [&](std::string body, int status = 200) {
    return check.FaultsOf("GET", "/thing", {status, "application/json", std::move(body)});
  };
  EXPECT_EQ(faults(R"({"name":"a","kind":"BIG","size":"7","made":"2026-01-02T03:04:05Z"})"), "");
  EXPECT_EQ(faults(R"({"name":1})"), "body.name must be string, and is number");
  EXPECT_EQ(faults(R"({})"), "body lacks name");
  EXPECT_EQ(faults(R"({"name":"a","kind":"HUGE"})"), "body.kind has the unknown word HUGE");
  EXPECT_EQ(faults(R"({"name":"a","more":1})"), "body.more is not described");
  EXPECT_THAT(faults(R"({"name":"a","size":"x"})"), HasSubstr("body.size"));
  EXPECT_THAT(faults(R"({"name":"a","made":"now"})"), HasSubstr("body.made"));
  EXPECT_EQ(faults(R"({"code":5})", 404), "");
  EXPECT_THAT(faults(R"({"message":"x"})", 404), HasSubstr("not described"));
  EXPECT_THAT(check.FaultsOf("GET", "/other", {200, "application/json", "{}"}), HasSubstr("path"));
}

}  // namespace
}  // namespace penstock::kfp
