// SPDX-License-Identifier: Apache-2.0
#include "admin/access_key_fields.h"
#include "admin/fields.h"
#include "admin/operations.h"
#include "iam/identities.h"

namespace penstock::admin {
namespace {

using base::Code;
using base::Fail;
using base::Result;

// A token for a key that is there already.
Result<text::Json> TokenOfKey(Call& call, const std::string& access_key) {
  Fields fields(call.body);
  PENSTOCK_TRY(auto named, fields.OptionalString("access_key"));
  PENSTOCK_TRY(auto expires_at, ReadTime(fields, "expires_at"));
  PENSTOCK_RETURN_IF_ERROR(fields.Finish());
  text::Json answer;
  answer["access_key"] = access_key;
  PENSTOCK_TRY(answer["token"], call.services.api_tokens.Issue(access_key, expires_at));
  if (expires_at) answer["expires_at"] = base::FormatRfc3339(*expires_at);
  return answer;
}

}  // namespace

// The only answer that has the token. It gets an access key of its own, so that it can be seen and
// taken back alone.
Result<text::Json> CreateToken(Call& call) {
  if (std::string key = call.body.StringOr("access_key", ""); !key.empty()) {
    return TokenOfKey(call, key);
  }
  Fields fields(call.body);
  PENSTOCK_TRY(iam::NewServiceAccount account, ReadAccessKeyFields(fields));
  PENSTOCK_RETURN_IF_ERROR(fields.Finish());
  if (account.name.empty()) account.name = "token";
  iam::ServiceAccounts& accounts = call.services.identities.service_accounts();
  PENSTOCK_TRY(iam::ServiceAccount made, accounts.Add(account));
  text::Json answer = DescribeAccessKey(made);
  PENSTOCK_TRY(answer["token"], call.services.api_tokens.Issue(made.access_key, std::nullopt));
  return answer;
}

}  // namespace penstock::admin
