// SPDX-License-Identifier: Apache-2.0
// A policy of a bucket and of a user, asked about a few requests.
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "iam/decision.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  namespace iam = penstock::iam;
  std::string_view text(reinterpret_cast<const char*>(data), size);
  iam::MapContext context{{"aws:sourceip", {"192.0.2.7"}},
                          {"aws:currenttime", {"2026-11-23T08:09:10Z"}},
                          {"s3:prefix", {"home/alice"}},
                          {"s3:max-keys", {"10"}},
                          {"s3:requestobjecttagkeys", {"a", "b"}}};
  iam::Principal alice;
  alice.user = "alice";
  alice.arn = iam::UserArn("alice");
  auto identity = iam::ParsePolicy(text, iam::PolicyKind::kIdentity);
  if (identity) alice.policies.push_back(*identity);
  auto resource = iam::ParsePolicy(text, iam::PolicyKind::kResource);
  if (resource) {
    (void)(*resource)->IsPublic();
    (void)(*resource)->CheckIsAbout("b");
  }
  const iam::Policy* bucket = resource ? resource->get() : nullptr;
  for (std::string_view action : {"s3:GetObject", "s3:ListBucket", "admin:CreateUser"}) {
    for (std::string_view place : {"", "arn:aws:s3:::b", "arn:aws:s3:::b/home/alice/k"}) {
      iam::AccessRequest request{action, place, context};
      iam::Decision with = iam::Decide(&alice, bucket, request);
      // Nothing is allowed by what is no policy.
      iam::Decision anonymous = iam::Decide(nullptr, bucket, request);
      if (!identity && !resource) {
        PENSTOCK_CHECK(with == iam::Decision::kNotAllowed);
        PENSTOCK_CHECK(anonymous == iam::Decision::kNotAllowed);
      }
    }
  }
  return 0;
}
