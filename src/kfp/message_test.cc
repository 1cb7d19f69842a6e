// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "kfp/error_map.h"
#include "kfp/field_names.h"
#include "kfp/limits.h"
#include "kfp/message_reader.h"
#include "kfp/message_writer.h"

namespace penstock::kfp {
namespace {

using text::Json;

TEST(FieldNames, AreWrittenInTwoWays) {
  EXPECT_EQ(CamelCase("pipeline_version_id"), "pipelineVersionId");
  EXPECT_EQ(CamelCase("state"), "state");
}

// What a reader of {"display_name", "runtime_config", "tags", "created_at"} says to a message.
std::string Read(std::string_view text) {
  auto body = ParseBody(text);
  if (!body) return body.error().message();
  MessageReader reader(*body, "Run");
  std::string name = reader.Text("display_name");
  reader.Object("runtime_config");
  reader.TextMap("tags");
  reader.IgnoreTimes({"created_at"});
  auto status = reader.Finish();
  return status ? "ok " + name : status.error().message();
}

TEST(MessageReader, TakesBothNamesNullsAndNothing) {
  EXPECT_EQ(Read(R"({"display_name": "a"})"), "ok a");
  EXPECT_EQ(Read(R"({"displayName": "a"})"), "ok a");
  EXPECT_EQ(Read(R"({"display_name": null, "tags": null})"), "ok ");
  EXPECT_EQ(Read("{}"), "ok ");
  EXPECT_EQ(Read(""), "ok ");
  EXPECT_EQ(Read(" \r\n"), "ok ");
  EXPECT_EQ(Read(R"({"created_at": "2026-11-23T08:09:10.5+01:00"})"), "ok ");
}

TEST(MessageReader, SaysWhatIsWrong) {
  EXPECT_EQ(Read(R"({"nope": 1})"), "Run has no field 'nope'");
  EXPECT_EQ(Read(R"({"display_name": 1})"), "Run.display_name must be a string, not number");
  EXPECT_EQ(Read(R"({"runtime_config": []})"), "Run.runtime_config must be an object, not array");
  EXPECT_EQ(Read(R"({"tags": {"a": 1}})"), "Run.tags.a must be a string, not number");
  EXPECT_EQ(Read(R"({"display_name": "a", "displayName": "b"})"),
            "Run has both 'display_name' and 'displayName', which are the same");
  EXPECT_EQ(Read(R"({"created_at": "yesterday"})"),
            "Run.created_at must be a time such as 2026-11-23T08:09:10Z");
  EXPECT_EQ(Read("[]"), "Run must be a JSON object, not array");
  EXPECT_NE(Read("{").find("the request body is not valid JSON: "), std::string::npos);
}

TEST(MessageWriter, LeavesOutWhatIsEmpty) {
  Json message = EmptyMessage();
  PutText(message, "a", "");
  PutInt64(message, "b", 0);
  PutInt32(message, "c", 0);
  PutTextMap(message, "d", {});
  PutJson(message, "e", Json());
  PutJson(message, "f", Json::Array());
  EXPECT_EQ(text::FormatJson(message), "{}");
}

TEST(MessageWriter, WritesTheDialect) {
  Json message = EmptyMessage();
  PutInt64(message, "big", int64_t{1} << 60);
  PutInt32(message, "small", 7);
  PutTime(message, "at", base::FromMicros(1'700'000'000'000'000));
  PutTimeOrEpoch(message, "unset", std::nullopt);
  EXPECT_EQ(text::FormatJson(message),
            R"({"at":"2023-11-14T22:13:20Z","big":"1152921504606846976","small":7,)"
            R"("unset":"1970-01-01T00:00:00Z"})");
}

TEST(ErrorMap, GivesTheFormsOfTheProtocol) {
  base::Error error(base::Code::kNotFound, "Run nope not found");
  EXPECT_EQ(text::FormatJson(ErrorBody(error, "Failed to get a run")),
            R"({"code":5,"details":[{"@type":"type.googleapis.com/google.rpc.Status","code":5,)"
            R"("message":"Run nope not found"}],)"
            R"("message":"Failed to get a run: Run nope not found"})");
  EXPECT_EQ(text::FormatJson(UploadErrorBody(error, "Failed")),
            R"({"error_details":"Failed: Run nope not found",)"
            R"("error_message":"Run nope not found"})");
  EXPECT_EQ(text::FormatJson(PlainErrorBody(12, "Method Not Allowed")),
            R"({"code":12,"message":"Method Not Allowed"})");
}

TEST(ErrorMap, HasAStatusForEveryCode) {
  using base::Code;
  EXPECT_EQ(ToWireCode(Code::kInvalidArgument).http, 400);
  EXPECT_EQ(ToWireCode(Code::kFailedPrecondition).http, 400);
  EXPECT_EQ(ToWireCode(Code::kAlreadyExists).http, 409);
  EXPECT_EQ(ToWireCode(Code::kAborted).http, 409);
  EXPECT_EQ(ToWireCode(Code::kResourceExhausted).http, 429);
  EXPECT_EQ(ToWireCode(Code::kUnimplemented).http, 501);
  EXPECT_EQ(ToWireCode(Code::kInternal).http, 500);
  EXPECT_EQ(ToWireCode(Code::kInternal).grpc, 13);
}

TEST(Limits, CountCharactersNotBytes) {
  std::string umlauts;
  for (int i = 0; i < 128; ++i) umlauts += "ä";
  EXPECT_TRUE(CheckLength("name", umlauts, 128));
  EXPECT_EQ(CheckLength("name", umlauts + "a", 128).error().message(),
            "name has 129 characters; at most 128 are allowed");
}

TEST(Limits, BoundTags) {
  EXPECT_TRUE(CheckTags({{"team", "census"}, {std::string(63, 'k'), std::string(63, 'v')}}));
  EXPECT_FALSE(CheckTags({{"", "v"}}));
  EXPECT_FALSE(CheckTags({{"a.b", "v"}}));
  EXPECT_FALSE(CheckTags({{std::string(64, 'k'), "v"}}));
  EXPECT_FALSE(CheckTags({{"k", std::string(64, 'v')}}));
  Tags many;
  for (int i = 0; i < 21; ++i) many[std::to_string(i)] = "";
  EXPECT_FALSE(CheckTags(many));
}

TEST(Limits, ReadTagsOfUploads) {
  EXPECT_EQ(ParseTags(R"({"a":"b"})")->at("a"), "b");
  EXPECT_TRUE(ParseTags("")->empty());
  for (const char* text : {"nope", "[]", R"({"a":1})", R"({"a.b":"c"})"}) {
    EXPECT_FALSE(ParseTags(text)) << text;
  }
}

}  // namespace
}  // namespace penstock::kfp
