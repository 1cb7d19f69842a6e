// SPDX-License-Identifier: Apache-2.0
#include "s3/post/form_reader.h"

#include <memory>

#include <gtest/gtest.h>

namespace penstock::s3 {
namespace {

constexpr char kType[] = "multipart/form-data; boundary=XX";

// Gives a few bytes at a time, as a slow network does.
class Trickle final : public base::ByteSource {
 public:
  Trickle(std::string_view bytes, size_t step) : rest_(bytes), step_(step) {}
  base::Result<size_t> Read(std::span<char> buffer) override {
    size_t count = std::min({buffer.size(), rest_.size(), step_});
    std::copy_n(rest_.data(), count, buffer.data());
    rest_.remove_prefix(count);
    return count;
  }

 private:
  std::string_view rest_;
  const size_t step_;
};

std::string Field(const std::string& name, const std::string& value) {
  return "--XX\r\nContent-Disposition: form-data; name=\"" + name + "\"\r\n\r\n" + value + "\r\n";
}

std::string File(const std::string& bytes) {
  return "--XX\r\nContent-Disposition: form-data; name=\"file\"; filename=\"C:\\dir\\a.txt\"\r\n"
         "Content-Type: text/plain\r\n\r\n" +
         bytes + "\r\n--XX--\r\n";
}

std::string ErrorOf(std::string_view type, std::string_view body) {
  base::StringSource source(body);
  auto reader = FormReader::Open(type, source);
  return reader ? "" : reader.error().reason();
}

TEST(FormReader, TakesFieldsAndFileApartHoweverTheyCome) {
  // What looks like the beginning of a boundary belongs to the file.
  std::string bytes = "one\r\n--X\r\n--XY\r\n-\r\r\n\n--XX";
  std::string body = Field("Key", "a/${filename}") + Field("empty", "") + File(bytes);
  for (size_t step : {size_t{1}, size_t{2}, size_t{3}, size_t{7}, size_t{100000}}) {
    SCOPED_TRACE(step);
    Trickle source(body, step);
    auto reader = FormReader::Open(kType, source);
    ASSERT_TRUE(reader) << reader.error().message();
    const UploadForm& form = (*reader)->form();
    EXPECT_EQ(form.GetOr("key", ""), "a/${filename}");
    EXPECT_EQ(form.GetOr("empty", "none"), "");
    EXPECT_EQ(form.Find("file"), nullptr);
    EXPECT_EQ(form.filename, "a.txt");
    EXPECT_EQ(form.file_content_type, "text/plain");
    auto file = base::ReadAll(**reader, 1000);
    ASSERT_TRUE(file) << file.error().message();
    EXPECT_EQ(*file, bytes);
  }
}

TEST(FormReader, TakesALargeFile) {
  std::string bytes;
  for (int i = 0; i < 300000; ++i) bytes += static_cast<char>(i * 7 + i / 251);
  std::string body = Field("key", "a") + File(bytes);
  base::StringSource source(body);
  auto reader = FormReader::Open(kType, source);
  ASSERT_TRUE(reader);
  auto file = base::ReadAll(**reader, bytes.size());
  ASSERT_TRUE(file);
  EXPECT_EQ(*file, bytes);
}

TEST(FormReader, AFileThatIsCutOffIsAnError) {
  std::string body = Field("key", "a") + File("bytes");
  body.resize(body.size() - 10);
  base::StringSource source(body);
  auto reader = FormReader::Open(kType, source);
  ASSERT_TRUE(reader);
  auto file = base::ReadAll(**reader, 1000);
  ASSERT_FALSE(file);
  EXPECT_EQ(file.error().reason(), "IncompleteBody");
}

TEST(FormReader, WhatFollowsTheFileIsNotLookedAt) {
  std::string body = File("bytes");
  body.resize(body.size() - 4);  // without the closing hyphens
  body += "\r\n" + Field("key", "late");
  base::StringSource source(body);
  auto reader = FormReader::Open(kType, source);
  ASSERT_TRUE(reader);
  EXPECT_EQ(base::ReadAll(**reader, 1000).value(), "bytes");
  EXPECT_EQ((*reader)->form().Find("key"), nullptr);
}

TEST(FormReader, RefusesWhatIsNoForm) {
  EXPECT_EQ(ErrorOf("text/plain", ""), "PreconditionFailed");
  EXPECT_EQ(ErrorOf("multipart/form-data", ""), "MalformedPOSTRequest");
  EXPECT_EQ(ErrorOf(kType, ""), "MalformedPOSTRequest");
  EXPECT_EQ(ErrorOf(kType, "--XX"), "MalformedPOSTRequest");
  EXPECT_EQ(ErrorOf(kType, "--XY\r\n"), "MalformedPOSTRequest");
  EXPECT_EQ(ErrorOf(kType, "--XX\r\nContent-Type: a\r\n\r\n"), "MalformedPOSTRequest");
  EXPECT_EQ(ErrorOf(kType, Field("key", "a")), "MalformedPOSTRequest");
  EXPECT_EQ(ErrorOf(kType, Field("key", "a") + "--XX--"), "InvalidArgument");
}

TEST(FormReader, BoundsWhatComesBeforeTheFile) {
  EXPECT_EQ(ErrorOf(kType, Field("a", std::string(kMaxFormBytes + 1, 'a')) + File("")),
            "MaxPostPreDataLengthExceeded");
  std::string half = Field("a", std::string(kMaxFormBytes / 2 + 1, 'a'));
  EXPECT_EQ(ErrorOf(kType, half + half + File("")), "MaxPostPreDataLengthExceeded");
  std::string many;
  for (size_t i = 0; i <= kMaxFormFields; ++i) many += Field("a", "");
  EXPECT_EQ(ErrorOf(kType, many + File("")), "MalformedPOSTRequest");
}

}  // namespace
}  // namespace penstock::s3
