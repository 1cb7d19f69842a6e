// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kfp/backend.h"
#include "kfp/router.h"

namespace penstock::kfp {

// /apis/v2beta1/pipelines/upload and upload_version: packages as files in a form, all else in the
// query (kfp-contract 1.4). Added before the pipelines' routes, whose ids would match too.
void AddUploadRoutes(Router& router, Backend& backend);

}  // namespace penstock::kfp
