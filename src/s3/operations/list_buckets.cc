// SPDX-License-Identifier: Apache-2.0
#include "s3/error_codes.h"
#include "s3/error_map.h"
#include "s3/listing_query.h"
#include "s3/operations/operations.h"

namespace penstock::s3 {
namespace {

using base::Result;
using base::Status;

constexpr int kMaxBuckets = 10000;

// The bucket after which the page begins.
Result<std::string> StartOf(const text::Query& query) {
  const std::string* token = query.Find("continuation-token");
  if (token == nullptr) return std::string();
  return ReadContinuationToken(*token);
}

// Who may list all buckets sees them all; others see those that they may use.
bool MaySee(Call& call, std::string_view bucket) {
  AccessTarget target{bucket, "", ""};
  return call.gate.Allows("s3:ListBucket", target) ||
         call.gate.Allows("s3:GetBucketLocation", target);
}

bool MaySeeAll(Call& call) {
  const iam::Principal* who = call.gate.principal();
  return who->kind != iam::PrincipalKind::kTask &&
         call.gate.Allows("s3:ListAllMyBuckets", AccessTarget());
}

Result<store::BucketPage> VisibleBuckets(Call& call, store::ListBucketsOptions options) {
  bool all = MaySeeAll(call);
  size_t most = options.max_buckets;
  store::BucketPage visible;
  while (true) {
    PENSTOCK_TRY(store::BucketPage page, call.store.ListBuckets(options));
    for (store::BucketSummary& bucket : page.buckets) {
      options.start_after = bucket.name;
      if (!all && !MaySee(call, bucket.name)) continue;
      visible.truncated = visible.buckets.size() == most;
      if (visible.truncated) return visible;
      visible.buckets.push_back(std::move(bucket));
    }
    if (!page.truncated) return visible;
  }
}

}  // namespace

Status ListBuckets(Call& call) {
  if (call.gate.principal() == nullptr) return Refuse(code::kAccessDenied);
  PENSTOCK_TRY(int max_buckets,
               NumberParameter(call.query, "max-buckets", kMaxBuckets, 1, kMaxBuckets));
  store::ListBucketsOptions options;
  options.prefix = call.query.GetOr("prefix", "");
  options.max_buckets = static_cast<size_t>(max_buckets);
  PENSTOCK_TRY(options.start_after, StartOf(call.query));
  PENSTOCK_TRY(store::BucketPage page, VisibleBuckets(call, options));
  text::XmlWriter xml;
  xml.Open("ListAllMyBucketsResult", kXmlns);
  WriteOwner("Owner", call.owners.Of(StoredOwner(call.gate.principal())), xml);
  xml.Open("Buckets");
  for (const store::BucketSummary& bucket : page.buckets) {
    xml.Open("Bucket").Text("Name", bucket.name);
    xml.Text("CreationDate", base::FormatIso8601Millis(bucket.created_at)).Close();
  }
  xml.Close();
  if (page.truncated) {
    xml.Text("ContinuationToken", MakeContinuationToken(page.buckets.back().name));
  }
  if (!options.prefix.empty()) xml.Text("Prefix", options.prefix);
  return SendXml(call, xml);
}

}  // namespace penstock::s3
