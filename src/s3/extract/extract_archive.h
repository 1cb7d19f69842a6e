// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.h"
#include "s3/call.h"

// Many small objects in one request, as MinIO and AWS Snowball take them: a put of a tar file with
// x-amz-meta-snowball-auto-extract: true stores what is in it.
namespace penstock::s3 {

bool WantsExtraction(const net::Headers& headers);

// Stores each file of the body (a tar file, or one packed with gzip) under its name, behind the
// prefix of x-amz-meta-minio-snowball-prefix, as it comes: where the body turns out to be damaged
// later on, what came before stays. The request's metadata, tags and encryption are each object's.
// x-amz-meta-minio-snowball-ignore-dirs leaves folders out, …-ignore-errors goes on after an object
// that could not be stored. Its sender must be allowed to put each key.
base::Status ExtractArchive(Call& call);

}  // namespace penstock::s3
