// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "iam/sessions.h"
#include "net/http.h"
#include "text/url.h"

namespace penstock::sts {

// The parameters of an STS request: those of the form in the body, and those of the query, where
// MinIO's clients put them.
class StsParameters {
 public:
  // ValidationError where either is malformed.
  static base::Result<StsParameters> Parse(std::string_view body, std::string_view raw_query);

  // "" where absent.
  std::string Get(std::string_view name) const;
  // Lifetime (900 to 43200 seconds, 3600 where it is not said), session policy and name.
  // ValidationError, MalformedPolicyDocument, PackedPolicyTooLarge; also for what is not offered.
  base::Result<iam::Sessions::Request> SessionRequest() const;

 private:
  base::Status CheckOffered() const;

  text::Query form_;
  text::Query query_;
};

}  // namespace penstock::sts
