// SPDX-License-Identifier: Apache-2.0
#include "s3/post/form_signature.h"

#include "s3/error_codes.h"
#include "s3/error_map.h"

namespace penstock::s3 {
namespace {

using base::Result;

Result<std::string> Needed(const UploadForm& form, std::string_view name) {
  const std::string* value = form.Find(name);
  if (value != nullptr) return *value;
  return Refuse(code::kInvalidArgument, "Bucket POST must contain a field named '" +
                                            std::string(name) +
                                            "'.  If it is specified, please check the order of "
                                            "the fields.");
}

Result<Authorization> ParseVersion2(const UploadForm& form) {
  Authorization out;
  out.version2 = true;
  PENSTOCK_TRY(out.access_key, Needed(form, "awsaccesskeyid"));
  PENSTOCK_TRY(out.signature, Needed(form, "signature"));
  return out;
}

Result<Authorization> ParseVersion4(const UploadForm& form) {
  PENSTOCK_TRY(std::string algorithm, Needed(form, "x-amz-algorithm"));
  PENSTOCK_TRY(std::string credential, Needed(form, "x-amz-credential"));
  PENSTOCK_TRY(std::string date, Needed(form, "x-amz-date"));
  if (algorithm != "AWS4-HMAC-SHA256") {
    return Refuse(code::kInvalidArgument, "X-Amz-Algorithm only supports \"AWS4-HMAC-SHA256\"");
  }
  PENSTOCK_TRY(Authorization out, ParseFormCredential(credential));
  PENSTOCK_TRY(out.signature, Needed(form, "x-amz-signature"));
  auto signed_at = base::ParseAmzDate(date);
  if (!signed_at || date.substr(0, 8) != out.scope.date) {
    return Refuse(code::kInvalidArgument,
                  "X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\", and of "
                  "the credential's date");
  }
  out.signed_at = *signed_at;
  out.amz_date = std::move(date);
  return out;
}

}  // namespace

Result<std::optional<Authorization>> ParseFormSignature(const UploadForm& form) {
  bool version4 =
      form.Find("x-amz-credential") != nullptr || form.Find("x-amz-signature") != nullptr;
  bool version2 = form.Find("awsaccesskeyid") != nullptr || form.Find("signature") != nullptr;
  if (form.Find("policy") == nullptr) {
    if (!version4 && !version2) return std::nullopt;
    PENSTOCK_RETURN_IF_ERROR(Needed(form, "policy"));
  }
  PENSTOCK_TRY(Authorization out, version4 ? ParseVersion4(form) : ParseVersion2(form));
  out.form = true;
  out.session_token = form.GetOr("x-amz-security-token", "");
  return out;
}

}  // namespace penstock::s3
