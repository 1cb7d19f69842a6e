// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "s3/post/form_reader.h"
#include "text/json.h"

namespace penstock::s3 {

// What the signer of a browser's form lets its user upload (Amazon S3 API reference, "POST
// policy").
class PostPolicy {
 public:
  // The JSON text. InvalidPolicyDocument with the place.
  static base::Result<PostPolicy> Parse(std::string_view json);

  // Whether a form for this bucket meets it: AccessDenied where the policy has expired, a condition
  // does not hold, or the form has a field that no condition is about. Field values are those that
  // count, ${filename} replaced.
  base::Status Check(const UploadForm& form, std::string_view bucket, base::Time now) const;

  // How many bytes the file may have.
  uint64_t least_bytes() const { return least_bytes_; }
  uint64_t most_bytes() const { return most_bytes_; }

 private:
  struct Condition {
    bool prefix = false;  // starts-with
    std::string field;    // lower case
    std::string value;
  };

  base::Status AddCondition(const text::Json& condition);
  base::Status AddMembers(const text::Json& members);
  base::Status AddRange(const text::Json& least, const text::Json& most);

  base::Time expires_at_;
  std::vector<Condition> conditions_;
  uint64_t least_bytes_ = 0;
  uint64_t most_bytes_ = std::numeric_limits<uint64_t>::max();
};

}  // namespace penstock::s3
