// SPDX-License-Identifier: Apache-2.0
#include "kfp/call.h"

#include "base/byte_stream.h"
#include "base/encoding.h"
#include "kfp/error_map.h"
#include "kfp/field_names.h"
#include "kfp/message_reader.h"

namespace penstock::kfp {
namespace {

using base::Code;
using base::Fail;
using base::Result;
using text::Json;

base::Error TooLarge(size_t limit) {
  return {Code::kInvalidArgument, "the request body is larger than the " +
                                      std::to_string(limit >> 20) +
                                      " MiB allowed here: make the pipeline smaller, for example "
                                      "by passing data as artifacts instead of constants"};
}

void SendError(net::ResponseWriter& response, const base::Error& error, Json body) {
  SendJson(response, ToWireCode(error.code()).http, body);
}

}  // namespace

std::string Call::QueryValue(std::string_view field) const {
  if (const std::string* value = query.Find(field)) return *value;
  return query.GetOr(CamelCase(field), "");
}

Result<bool> Call::QueryFlag(std::string_view field) const {
  const std::string text = base::ToLower(QueryValue(field));
  if (text.empty() || text == "false" || text == "f" || text == "0") return false;
  if (text == "true" || text == "t" || text == "1") return true;
  return Fail(Code::kInvalidArgument,
              std::string(field) + " must be true or false, not '" + text + "'");
}

Result<std::string> Call::Body(size_t limit) {
  if (request.head.content_length.value_or(0) > limit) return Fail(TooLarge(limit));
  auto body = base::ReadAll(*request.body, limit);
  if (!body && body.error().code() == Code::kResourceExhausted) return Fail(TooLarge(limit));
  return body;
}

Result<Json> Call::JsonBody(size_t limit) {
  PENSTOCK_TRY(std::string body, Body(limit));
  return ParseBody(body);
}

Action JsonAction(std::string context, std::function<Result<Json>(Call&)> body) {
  return [context = std::move(context), body = std::move(body)](Call& call,
                                                                net::ResponseWriter& response) {
    Result<Json> answer = body(call);
    if (answer) return SendJson(response, 200, *answer);
    SendError(response, answer.error(), ErrorBody(answer.error(), context));
  };
}

Action UploadAction(std::string context, std::function<Result<Json>(Call&)> body) {
  return [context = std::move(context), body = std::move(body)](Call& call,
                                                                net::ResponseWriter& response) {
    Result<Json> answer = body(call);
    if (answer) return SendJson(response, 200, *answer);
    SendError(response, answer.error(), UploadErrorBody(answer.error(), context));
  };
}

Action StreamAction(std::string context,
                    std::function<base::Status(Call&, net::ResponseWriter&)> body) {
  return [context = std::move(context), body = std::move(body)](Call& call,
                                                                net::ResponseWriter& response) {
    base::Status status = body(call, response);
    if (status) return;
    if (response.started()) return response.Abort();
    SendError(response, status.error(), ErrorBody(status.error(), context));
  };
}

void SendJson(net::ResponseWriter& response, int status, const Json& body) {
  SendJsonText(response, status, text::FormatJson(body));
}

void SendJsonText(net::ResponseWriter& response, int status, std::string_view body) {
  net::Headers headers;
  headers.Set("Content-Type", "application/json");
  [[maybe_unused]] base::Status sent = response.Send(status, std::move(headers), body);
}

}  // namespace penstock::kfp
