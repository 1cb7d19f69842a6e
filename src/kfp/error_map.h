// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"
#include "text/json.h"

namespace penstock::kfp {

// How an error of ours looks on the wire: its gRPC code and the HTTP status that goes with it
// (kfp-contract 1.1).
struct WireCode {
  int grpc;
  int http;
};
WireCode ToWireCode(base::Code code);

// {"code","message","details":[{"@type","code","message"}]}: the message has the context before it,
// the detail is what a user is to read.
text::Json ErrorBody(const base::Error& error, std::string_view context);

// The same without details, as requests are answered that reach no resource at all.
text::Json PlainErrorBody(int grpc_code, std::string_view message);

// {"error_message","error_details"}: what uploads and logs answer.
text::Json UploadErrorBody(const base::Error& error, std::string_view context);

// google.rpc.Status of something that failed earlier and is shown as a member of an object.
text::Json StatusMessage(std::string_view message);

}  // namespace penstock::kfp
