// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "net/http.h"
#include "s3/authenticator.h"
#include "s3/call.h"
#include "s3/post/form_reader.h"
#include "s3/request_address.h"

namespace penstock::s3 {

// Whether a request is a browser's form with a file (Amazon S3 API reference, "POST Object").
bool IsBrowserUpload(const net::RequestHead& head, const RequestAddress& address,
                     const text::Query& query);

// Such a request, read up to its file and proven: who signed it, and that it meets what he signed.
class BrowserUpload {
 public:
  // The request must outlive the upload.
  static base::Result<std::unique_ptr<BrowserUpload>> Open(net::Request& request,
                                                           const std::string& bucket,
                                                           const Authenticator& authenticator,
                                                           base::Time now);

  // The upload as a request to put the object: the form's fields as headers, its file as the body.
  net::Request& request() { return request_; }
  const RequestAddress& address() const { return address_; }
  const Identity& identity() const { return identity_; }

  // Stores the object of a call made from these parts and answers as the form wants it.
  base::Status Run(Call& call);

 private:
  BrowserUpload() = default;
  base::Status ReadForm(net::Request& original, const std::string& bucket);
  base::Status Prove(const Authenticator& authenticator, base::Time now);
  base::Status MakeRequest(const net::Request& original);

  std::unique_ptr<FormReader> reader_;
  std::unique_ptr<base::ByteSource> file_;  // the reader, its length checked
  UploadForm form_;                         // with ${filename} replaced
  RequestAddress address_;
  Identity identity_;
  net::Request request_;
};

}  // namespace penstock::s3
