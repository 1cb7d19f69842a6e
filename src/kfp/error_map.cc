// SPDX-License-Identifier: Apache-2.0
#include "kfp/error_map.h"

namespace penstock::kfp {
namespace {

using base::Code;

constexpr int kGrpcUnknown = 2;
constexpr int kGrpcInternal = 13;

std::string InContext(std::string_view context, const std::string& message) {
  return std::string(context) + ": " + message;
}

}  // namespace

WireCode ToWireCode(Code code) {
  switch (code) {
    case Code::kInvalidArgument:
      return {3, 400};
    case Code::kNotFound:
      return {5, 404};
    case Code::kAlreadyExists:
      return {6, 409};
    case Code::kFailedPrecondition:
      return {9, 400};
    case Code::kOutOfRange:
      return {11, 400};
    case Code::kPermissionDenied:
      return {7, 403};
    case Code::kUnauthenticated:
      return {16, 401};
    case Code::kResourceExhausted:
      return {8, 429};
    case Code::kAborted:
      return {10, 409};
    case Code::kCancelled:
      return {1, 499};
    case Code::kDeadlineExceeded:
      return {4, 504};
    case Code::kUnavailable:
      return {14, 503};
    case Code::kUnimplemented:
      return {12, 501};
    case Code::kDataLoss:
      return {15, 500};
    case Code::kInternal:
      break;
  }
  return {kGrpcInternal, 500};
}

text::Json ErrorBody(const base::Error& error, std::string_view context) {
  int code = ToWireCode(error.code()).grpc;
  text::Json detail;
  detail["@type"] = "type.googleapis.com/google.rpc.Status";
  // Faults that are not the caller's have code 2 in the detail upstream.
  detail["code"] = code == kGrpcInternal ? kGrpcUnknown : code;
  detail["message"] = error.message();
  text::Json body = PlainErrorBody(code, InContext(context, error.message()));
  body["details"].Append(std::move(detail));
  return body;
}

text::Json PlainErrorBody(int grpc_code, std::string_view message) {
  text::Json body;
  body["code"] = grpc_code;
  body["message"] = message;
  return body;
}

text::Json UploadErrorBody(const base::Error& error, std::string_view context) {
  text::Json body;
  body["error_message"] = error.message();
  body["error_details"] = InContext(context, error.message());
  return body;
}

text::Json StatusMessage(std::string_view message) { return PlainErrorBody(kGrpcUnknown, message); }

}  // namespace penstock::kfp
