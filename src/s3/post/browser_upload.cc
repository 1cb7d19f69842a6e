// SPDX-License-Identifier: Apache-2.0
#include "s3/post/browser_upload.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "base/encoding.h"
#include "s3/announce.h"
#include "s3/copy_source.h"
#include "s3/error_codes.h"
#include "s3/error_map.h"
#include "s3/operations/put_object.h"
#include "s3/post/form_signature.h"
#include "s3/post/post_policy.h"
#include "s3/tag_set.h"

namespace penstock::s3 {
namespace {

using base::Result;
using base::Status;

// A source that must have so many bytes.
class MeasuredSource final : public base::ByteSource {
 public:
  MeasuredSource(base::ByteSource& source, uint64_t least, uint64_t most)
      : source_(source), least_(least), most_(most) {}

  Result<size_t> Read(std::span<char> buffer) override {
    PENSTOCK_TRY(size_t count, source_.Read(buffer));
    bytes_ += count;
    if (bytes_ > most_) return Refuse(code::kEntityTooLarge);
    if (count == 0 && bytes_ < least_) return Refuse(code::kEntityTooSmall);
    return count;
  }

 private:
  base::ByteSource& source_;
  const uint64_t least_;
  const uint64_t most_;
  uint64_t bytes_ = 0;
};

// Fields that say who asks, which is known by now.
bool IsOfSignature(std::string_view name) {
  constexpr std::string_view kNames[] = {"x-amz-algorithm", "x-amz-credential", "x-amz-date",
                                         "x-amz-signature", "x-amz-security-token"};
  return std::find(std::begin(kNames), std::end(kNames), name) != std::end(kNames);
}

bool IsHeaderField(std::string_view name) {
  constexpr std::string_view kNames[] = {"content-type",       "cache-control",    "content-md5",
                                         "content-encoding",   "content-language", "expires",
                                         "content-disposition"};
  return (name.starts_with("x-amz-") && !IsOfSignature(name)) ||
         std::find(std::begin(kNames), std::end(kNames), name) != std::end(kNames);
}

// It will be a header of later answers.
Status CheckHeaderText(const std::string& name, std::string_view value) {
  auto breaks = [](char c) { return static_cast<unsigned char>(c) < 0x20 && c != '\t'; };
  if (std::none_of(value.begin(), value.end(), breaks)) return {};
  return Refuse(code::kInvalidArgument, "The field " + name + " holds control characters.");
}

// Forms carry tags as a document.
Result<std::string> TaggingHeader(std::string_view xml) {
  PENSTOCK_TRY(TagList tags, ParseTagging(xml, kMaxObjectTags));
  std::string header;
  for (const auto& [key, value] : tags) {
    if (!header.empty()) header += "&";
    header.append(text::PercentEncode(key)).append("=").append(text::PercentEncode(value));
  }
  return header;
}

void ReplaceFilename(std::string& value, const std::string& filename) {
  constexpr std::string_view kVariable = "${filename}";
  for (size_t at = value.find(kVariable); at != std::string::npos;
       at = value.find(kVariable, at + filename.size())) {
    value.replace(at, kVariable.size(), filename);
  }
}

std::string UrlOf(const Call& call) {
  std::string path = call.request.head.path;
  if (!path.ends_with('/')) path += "/";
  return std::string(call.request.tls ? "https://" : "http://") + call.headers().GetOr("host", "") +
         path + text::PercentEncode(call.key(), true);
}

// Where the form's user is to go next; empty where the form says nothing that could be followed.
std::string RedirectOf(const UploadForm& form, const Call& call, const std::string& etag) {
  std::string target = form.GetOr("success_action_redirect", form.GetOr("redirect", ""));
  auto url = text::ParseUrl(target);
  bool clean = std::all_of(target.begin(), target.end(),
                           [](char c) { return static_cast<unsigned char>(c) > 0x20; });
  if (!url || !clean || (url->scheme != "http" && url->scheme != "https")) return {};
  target += target.find('?') == std::string::npos ? "?" : "&";
  return target + "bucket=" + text::PercentEncode(call.bucket()) +
         "&key=" + text::PercentEncode(call.key()) + "&etag=" + text::PercentEncode(etag);
}

}  // namespace

bool IsBrowserUpload(const net::RequestHead& head, const RequestAddress& address,
                     const text::Query& query) {
  constexpr std::string_view kType = "multipart/form-data";
  if (head.method != "POST" || address.bucket.empty() || !address.key.empty()) return false;
  if (query.Has("delete")) return false;
  std::string type = head.headers.GetOr("content-type", "");
  return base::EqualsIgnoreCase(std::string_view(type).substr(0, kType.size()), kType);
}

Result<std::unique_ptr<BrowserUpload>> BrowserUpload::Open(net::Request& request,
                                                           const std::string& bucket,
                                                           const Authenticator& authenticator,
                                                           base::Time now) {
  std::unique_ptr<BrowserUpload> upload(new BrowserUpload());
  PENSTOCK_RETURN_IF_ERROR(upload->ReadForm(request, bucket));
  PENSTOCK_RETURN_IF_ERROR(upload->Prove(authenticator, now));
  PENSTOCK_RETURN_IF_ERROR(upload->MakeRequest(request));
  return upload;
}

Status BrowserUpload::ReadForm(net::Request& original, const std::string& bucket) {
  PENSTOCK_TRY(reader_,
               FormReader::Open(original.head.headers.GetOr("content-type", ""), *original.body));
  form_ = reader_->form();
  for (auto& [name, value] : form_.fields) {
    if (name != "policy") ReplaceFilename(value, form_.filename);
  }
  const std::string* key = form_.Find("key");
  if (key == nullptr || key->empty()) {
    return Refuse(code::kInvalidArgument,
                  "Bucket POST must contain a field named 'key'.  If it is specified, please check "
                  "the order of the fields.");
  }
  if (key->size() > store::kMaxKeyBytes) return Refuse(code::kKeyTooLongError);
  address_ = {bucket, *key};
  return {};
}

Status BrowserUpload::Prove(const Authenticator& authenticator, base::Time now) {
  PENSTOCK_TRY(auto signature, ParseFormSignature(form_));
  uint64_t least = 0;
  uint64_t most = kMaxObjectPutBytes;
  if (signature) {
    std::string encoded = form_.GetOr("policy", "");
    PENSTOCK_TRY(identity_, authenticator.AuthenticateForm(*std::move(signature), encoded));
    auto json = base::Base64Decode(encoded);
    if (!json) return Refuse(code::kInvalidPolicyDocument, "Invalid Policy: it is not base64.");
    PENSTOCK_TRY(PostPolicy policy, PostPolicy::Parse(*json));
    PENSTOCK_RETURN_IF_ERROR(policy.Check(form_, address_.bucket, now));
    least = policy.least_bytes();
    most = std::min(most, policy.most_bytes());
  }
  file_ = std::make_unique<MeasuredSource>(*reader_, least, most);
  return {};
}

Status BrowserUpload::MakeRequest(const net::Request& original) {
  request_.peer = original.peer;
  request_.tls = original.tls;
  request_.tls_version = original.tls_version;
  request_.id = original.id;
  request_.body = file_.get();
  net::RequestHead& head = request_.head;
  head.method = original.head.method;
  head.target = original.head.target;
  head.path = original.head.path;
  head.query = original.head.query;
  for (std::string_view name : {"host", "user-agent", "referer", "origin"}) {
    if (const std::string* value = original.head.headers.Find(name)) head.headers.Add(name, *value);
  }
  for (const auto& [name, value] : form_.fields) {
    if (name == "acl") {
      head.headers.Add("x-amz-acl", value);
    } else if (name == "tagging") {
      PENSTOCK_TRY(std::string tags, TaggingHeader(value));
      head.headers.Add("x-amz-tagging", tags);
    } else if (IsHeaderField(name)) {
      PENSTOCK_RETURN_IF_ERROR(CheckHeaderText(name, value));
      head.headers.Add(name, value);
    }
  }
  return {};
}

Status BrowserUpload::Run(Call& call) {
  PENSTOCK_TRY(StoredObject stored, StoreObject(call));
  Announce(call, "s3:ObjectCreated:Post", stored.info);
  std::string etag = "\"" + stored.info.etag + "\"";
  net::Headers headers = std::move(stored.headers);
  std::string redirect = RedirectOf(form_, call, etag);
  if (!redirect.empty()) {
    headers.Set("Location", redirect);
    return SendEmpty(call, 303, headers);
  }
  std::string location = UrlOf(call);
  headers.Set("Location", location);
  std::string status = form_.GetOr("success_action_status", "");
  if (status == "200") return SendEmpty(call, 200, headers);
  if (status != "201") return SendEmpty(call, 204, headers);
  text::XmlWriter xml;
  xml.Open("PostResponse").Text("Location", location).Text("Bucket", call.bucket());
  xml.Text("Key", call.key()).Text("ETag", etag);
  headers.Set("Content-Type", "application/xml");
  return call.response.Send(201, std::move(headers), xml.Finish());
}

}  // namespace penstock::s3
