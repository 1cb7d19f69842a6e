// SPDX-License-Identifier: Apache-2.0
#include "s3/operations/bucket_settings.h"

#include "s3/error_map.h"

namespace penstock::s3 {

using base::Status;

base::Result<std::string> ReadSetting(Call& call, std::string_view name,
                                      std::string_view absent_code) {
  PENSTOCK_TRY(auto bucket, call.gate.Bucket(call.bucket()));
  const std::string* document = bucket->FindSetting(name);
  if (document == nullptr) return Refuse(absent_code);
  return *document;
}

Status KeepSetting(Call& call, std::string_view name, std::string document) {
  return call.store.UpdateBucket(call.bucket(), [&](store::BucketInfo& bucket) -> Status {
    bucket.settings[std::string(name)] = std::move(document);
    return {};
  });
}

Status DeleteSetting(Call& call, std::string_view name) {
  PENSTOCK_RETURN_IF_ERROR(
      call.store.UpdateBucket(call.bucket(), [&](store::BucketInfo& bucket) -> Status {
        bucket.settings.erase(std::string(name));
        return {};
      }));
  return SendEmpty(call, 204);
}

}  // namespace penstock::s3
