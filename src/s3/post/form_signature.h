// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "base/result.h"
#include "s3/authorization.h"
#include "s3/post/form_reader.h"

namespace penstock::s3 {

// Who says to have signed the form's policy: SigV4 (x-amz-credential, x-amz-signature) or, as forms
// of old have it, SigV2 (AWSAccessKeyId, signature). Nothing where the form has no policy and is
// anonymous. InvalidArgument where a field is missing or cannot be read.
base::Result<std::optional<Authorization>> ParseFormSignature(const UploadForm& form);

}  // namespace penstock::s3
