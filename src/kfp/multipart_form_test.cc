// SPDX-License-Identifier: Apache-2.0
#include "kfp/multipart_form.h"

#include <gtest/gtest.h>

namespace penstock::kfp {
namespace {

constexpr std::string_view kType = "multipart/form-data; boundary=XX";

// "name/filename/content" of every part, or the error.
std::string Parse(std::string_view body, std::string_view type = kType) {
  auto parts = ParseMultipartForm(type, body);
  if (!parts) return parts.error().message();
  std::string all;
  for (const FormPart& part : *parts) {
    all += "[" + part.name + "/" + part.filename + "/" + std::string(part.content) + "]";
  }
  return all;
}

std::string Part(std::string_view disposition, std::string_view content) {
  return "--XX\r\nContent-Disposition: form-data; " + std::string(disposition) + "\r\n\r\n" +
         std::string(content) + "\r\n";
}

TEST(MultipartForm, TakesPartsApart) {
  EXPECT_EQ(Parse(Part("name=\"a\"", "1") + Part("name=f; filename=\"p.yaml\"", "x\r\ny--XX\n") +
                  "--XX--\r\n"),
            "[a//1][f/p.yaml/x\r\ny--XX\n]");
  EXPECT_EQ(Parse(Part("name=\"a\"", "") + "--XX--"), "[a//]");
  EXPECT_EQ(Parse("--XX--\r\n"), "");
  EXPECT_EQ(Parse("--XX \t\r\ncontent-disposition:form-data;name=a\r\n\r\n1\r\n--XX--epilogue"),
            "[a//1]");
}

TEST(MultipartForm, ReadsNamesAsClientsWriteThem) {
  EXPECT_EQ(Parse(Part(R"(name="a"; filename="C:\tmp\p.yaml")", "") + "--XX--"), "[a/p.yaml/]");
  EXPECT_EQ(Parse(Part(R"(name="a"; filename="x\"y.yaml")", "") + "--XX--"), "[a/x\"y.yaml/]");
  EXPECT_EQ(Parse(Part("name=\"a\"; filename=\"../../p.yaml\"", "") + "--XX--"), "[a/p.yaml/]");
  EXPECT_EQ(Parse(Part("name=\"a\"; filename*=utf-8''n%C3%A4.yaml", "") + "--XX--"),
            "[a/n\xC3\xA4.yaml/]");
  EXPECT_EQ(Parse(Part("name=\"a;b\"; filename=\"x;y.zip\"", "") + "--XX--"), "[a;b/x;y.zip/]");
}

TEST(MultipartForm, TakesQuotedBoundaries) {
  EXPECT_EQ(Parse("--a b\r\nContent-Disposition: form-data; name=x\r\n\r\n1\r\n--a b--",
                  "Multipart/Form-Data; charset=utf-8; boundary=\"a b\""),
            "[x//1]");
}

TEST(MultipartForm, RefusesWhatIsNotAForm) {
  EXPECT_NE(Parse("", "application/json").find("multipart/form-data"), std::string::npos);
  EXPECT_NE(Parse("", "").find("multipart/form-data"), std::string::npos);
  for (const char* type : {"multipart/form-data", "multipart/form-data; boundary=",
                           "multipart/form-data; boundary=\"", "multipart/form-data; boundary"}) {
    EXPECT_NE(Parse("--XX--", type).find("the upload form is not valid"), std::string::npos)
        << type;
  }
  EXPECT_NE(Parse("--XX--", "multipart/form-data; boundary=" + std::string(71, 'x')).find("usable"),
            std::string::npos);
}

TEST(MultipartForm, RefusesDamagedBodies) {
  const std::string good = Part("name=\"a\"", "1") + "--XX--";
  // Every cut is noticed, and nothing crashes.
  for (size_t length = 0; length < good.size(); ++length) {
    EXPECT_NE(Parse(good.substr(0, length)).find("not valid"), std::string::npos) << length;
  }
  for (const char* body : {"\r\n--XX--", "preamble\r\n--XX--", "--XX\n\nx\n--XX--",
                           "--XXx\r\n--XX--", "--XX\r\n\r\nno headers\r\n--XX--",
                           "--XX\r\nContent-Disposition: form-data\r\n\r\n\r\n--XX--",
                           "--XX\r\nno colon\r\n\r\n\r\n--XX--",
                           "--XX\r\nContent-Disposition: attachment; name=a\r\n\r\n\r\n--XX--"}) {
    EXPECT_NE(Parse(body).find("not valid"), std::string::npos) << body;
  }
}

TEST(MultipartForm, BoundsPartsAndTheirHeaders) {
  std::string many;
  for (int i = 0; i < 17; ++i) many += Part("name=a", "");
  EXPECT_NE(Parse(many + "--XX--").find("too many parts"), std::string::npos);
  EXPECT_NE(Parse("--XX\r\nA: " + std::string(9000, 'x') + "\r\n\r\n--XX--").find("do not end"),
            std::string::npos);
}

}  // namespace
}  // namespace penstock::kfp
