// SPDX-License-Identifier: Apache-2.0
#include "s3/request_date.h"

#include <string>

#include "s3/error_codes.h"
#include "s3/error_map.h"

namespace penstock::s3 {
namespace {

// Date as HTTP writes it, or as mail does (RFC 5322), in UTC: botocore signs "… 08:09:10 -0000".
base::Result<base::Time> ParseSignedDate(std::string_view text) {
  if (text.ends_with(" -0000") || text.ends_with(" +0000")) {
    text.remove_suffix(6);
    return base::ParseHttpDate(std::string(text) + " GMT");
  }
  return base::ParseHttpDate(text);
}

}  // namespace

base::Result<base::Time> ParseRequestDate(const net::Headers& headers) {
  const std::string* date = headers.Find("x-amz-date");
  if (date == nullptr) date = headers.Find("date");
  if (date != nullptr) {
    auto time = base::ParseAmzDate(*date);
    if (!time) time = ParseSignedDate(*date);
    if (time && *time >= base::Time()) return time;
  }
  return Refuse(code::kAccessDenied,
                "AWS authentication requires a valid Date or x-amz-date header");
}

}  // namespace penstock::s3
