// SPDX-License-Identifier: Apache-2.0
#include "base/result.h"

#include <gtest/gtest.h>

#include "base/byte_stream.h"

namespace penstock::base {
namespace {

Result<int> Half(int n) {
  if (n % 2 != 0) return Fail(Code::kInvalidArgument, "odd", std::to_string(n) + " is odd");
  return n / 2;
}

Result<int> Quarter(int n) {
  PENSTOCK_TRY(int half, Half(n));
  return Half(half);
}

Status IsEven(int n) {
  PENSTOCK_RETURN_IF_ERROR(Half(n));
  return {};
}

TEST(Result, CarriesTheValueOrTheError) {
  EXPECT_EQ(Quarter(8).value(), 2);
  Result<int> failed = Quarter(6);
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().code(), Code::kInvalidArgument);
  EXPECT_EQ(failed.error().reason(), "odd");
  EXPECT_EQ(failed.error().message(), "3 is odd");
  EXPECT_TRUE(IsEven(2));
  EXPECT_FALSE(IsEven(1));
}

TEST(Error, WrapsWithContext) {
  Error error = Error(Code::kNotFound, "no file").Wrap("open store");
  EXPECT_EQ(error.message(), "open store: no file");
  EXPECT_EQ(error.code(), Code::kNotFound);
}

TEST(ByteStream, ReadsAllOrRefusesTooMuch) {
  StringSource source("hello");
  EXPECT_EQ(ReadAll(source, 5).value(), "hello");
  StringSource again("hello");
  Result<std::string> refused = ReadAll(again, 4);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), Code::kResourceExhausted);
}

}  // namespace
}  // namespace penstock::base
