// SPDX-License-Identifier: Apache-2.0
#include "s3/listing_query.h"
#include "s3/operations/operations.h"

namespace penstock::s3 {
namespace {

constexpr int kMaxBuckets = 10000;

// The bucket after which the page begins.
base::Result<std::string> StartOf(const text::Query& query) {
  const std::string* token = query.Find("continuation-token");
  if (token == nullptr) return std::string();
  return ReadContinuationToken(*token);
}

}  // namespace

base::Status ListBuckets(Call& call) {
  PENSTOCK_TRY(int max_buckets,
               NumberParameter(call.query, "max-buckets", kMaxBuckets, 1, kMaxBuckets));
  PENSTOCK_TRY(std::string start_after, StartOf(call.query));
  store::ListBucketsOptions options;
  options.prefix = call.query.GetOr("prefix", "");
  options.start_after = start_after;
  const std::string& prefix = options.prefix;
  PENSTOCK_TRY(store::BucketPage page, call.store.ListBuckets(options));
  text::XmlWriter xml;
  xml.Open("ListAllMyBucketsResult", kXmlns);
  WriteOwner("Owner", xml);
  xml.Open("Buckets");
  int count = 0;
  std::string last;
  bool truncated = false;
  for (const store::BucketSummary& bucket : page.buckets) {
    if (!iam::AllowsSomethingIn(call.identity.principal->grant, bucket.name)) continue;
    truncated = count == max_buckets;
    if (truncated) break;
    xml.Open("Bucket").Text("Name", bucket.name);
    xml.Text("CreationDate", base::FormatIso8601Millis(bucket.created_at)).Close();
    last = bucket.name;
    ++count;
  }
  xml.Close();
  if (truncated) xml.Text("ContinuationToken", MakeContinuationToken(last));
  if (!prefix.empty()) xml.Text("Prefix", prefix);
  return SendXml(call, xml);
}

}  // namespace penstock::s3
