// SPDX-License-Identifier: Apache-2.0
#include "admin/errors.h"

#include <cctype>

#include "s3/error_map.h"
#include "text/json.h"

namespace penstock::admin {
namespace {

using base::Code;

struct Row {
  Code code;
  int status;
  std::string_view name;
};

constexpr Row kRows[] = {
    {Code::kInvalidArgument, 400, "InvalidArgument"},
    {Code::kNotFound, 404, "NotFound"},
    {Code::kAlreadyExists, 409, "AlreadyExists"},
    {Code::kFailedPrecondition, 412, "FailedPrecondition"},
    {Code::kOutOfRange, 416, "OutOfRange"},
    {Code::kPermissionDenied, 403, "AccessDenied"},
    {Code::kUnauthenticated, 401, "Unauthenticated"},
    {Code::kResourceExhausted, 507, "ResourceExhausted"},
    {Code::kAborted, 423, "Aborted"},
    {Code::kCancelled, 499, "Cancelled"},
    {Code::kDeadlineExceeded, 504, "DeadlineExceeded"},
    {Code::kUnavailable, 503, "Unavailable"},
    {Code::kUnimplemented, 501, "NotImplemented"},
    {Code::kDataLoss, 500, "DataLoss"},
    {Code::kInternal, 500, "InternalError"},
};

const Row& RowOf(Code code) {
  for (const Row& row : kRows) {
    if (row.code == code) return row;
  }
  return kRows[std::size(kRows) - 1];
}

bool IsS3Code(std::string_view reason) { return !reason.empty() && std::isupper(reason[0]) != 0; }

// "no_such_user" to "NoSuchUser".
std::string CamelCase(std::string_view reason) {
  std::string name;
  bool upper = true;
  for (char c : reason) {
    if (c != '_') name.push_back(upper ? static_cast<char>(std::toupper(c)) : c);
    upper = c == '_';
  }
  return name;
}

}  // namespace

WireError ToWireError(const base::Error& error) {
  if (IsS3Code(error.reason())) {
    s3::WireError wire = s3::ToWireError(error);
    return {wire.status, std::move(wire.code), std::move(wire.message)};
  }
  const Row& row = RowOf(error.code());
  if (row.status == 500) {
    return {500, std::string(row.name), "an internal error; the server's log says more"};
  }
  return {row.status, error.reason().empty() ? std::string(row.name) : CamelCase(error.reason()),
          error.message()};
}

std::string ErrorBody(const WireError& error) {
  text::Json body;
  body["error"]["code"] = error.code;
  body["error"]["message"] = error.message;
  return text::FormatJson(body) + "\n";
}

base::Error FromWire(int status, const std::string& body) {
  Code code = status >= 500 ? Code::kInternal : Code::kInvalidArgument;
  for (const Row& row : kRows) {
    if (row.status == status && row.status != 500) code = row.code;
  }
  auto json = text::ParseJson(body);
  const text::Json* error = json ? json->Find("error") : nullptr;
  if (error == nullptr) {
    return {code, "the server answered with status " + std::to_string(status) +
                      " and without an explanation: is this Penstock's S3 address?"};
  }
  return {code, error->StringOr("code", ""), error->StringOr("message", "no message")};
}

}  // namespace penstock::admin
