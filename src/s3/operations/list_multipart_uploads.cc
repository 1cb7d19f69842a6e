// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <vector>

#include "s3/listing_query.h"
#include "s3/object_headers.h"
#include "s3/operations/object_entry.h"
#include "s3/operations/operations.h"
#include "s3/upload_checksum.h"

namespace penstock::s3 {
namespace {

using base::Result;

struct UploadPage {
  std::vector<store::UploadInfo> uploads;
  std::vector<std::string> common_prefixes;
  bool truncated = false;
  std::string next_key;
  std::string next_upload_id;  // empty where the last entry is a common prefix
};

// The prefix that the key is rolled up into; empty where it stands for itself.
std::string CommonPrefixOf(const std::string& key, const ListingQuery& listing) {
  if (listing.delimiter.empty()) return {};
  size_t at = key.find(listing.delimiter, listing.prefix.size());
  if (at == std::string::npos) return {};
  return key.substr(0, at + listing.delimiter.size());
}

// Walks the uploads, which the store does not roll up, in steps of a page.
class UploadWalk {
 public:
  UploadWalk(Call& call, const ListingQuery& listing) : call_(call), listing_(listing) {
    after_key_ = call.query.GetOr("key-marker", "");
    after_id_ = call.query.GetOr("upload-id-marker", "");
  }

  Result<UploadPage> Page() {
    auto most = static_cast<size_t>(listing_.max_entries);
    if (most == 0) return page_;
    while (true) {
      PENSTOCK_TRY(auto uploads, call_.store.ListUploads(call_.bucket(), listing_.prefix,
                                                         after_key_, after_id_, most + 1));
      if (uploads.empty()) return page_;
      bool skipped = false;
      for (store::UploadInfo& upload : uploads) {
        if (page_.uploads.size() + page_.common_prefixes.size() == most) {
          page_.truncated = true;
          return page_;
        }
        skipped = Take(upload);
        if (skipped) break;
      }
      if (!skipped && uploads.size() <= most) return page_;
    }
  }

 private:
  // Whether the walk has to go on behind a whole prefix.
  bool Take(store::UploadInfo& upload) {
    std::string common = CommonPrefixOf(upload.key, listing_);
    if (common.empty()) {
      after_key_ = upload.key;
      after_id_ = upload.upload_id;
      page_.next_key = after_key_;
      page_.next_upload_id = after_id_;
      page_.uploads.push_back(std::move(upload));
      return false;
    }
    // No key is UTF-8 and greater than this with the same prefix.
    after_key_ = common + "\xff";
    after_id_.clear();
    // A marker that is this prefix had it on the page before.
    if (call_.query.GetOr("key-marker", "") != common) {
      page_.next_key = common;
      page_.next_upload_id.clear();
      page_.common_prefixes.push_back(std::move(common));
    }
    return true;
  }

  Call& call_;
  const ListingQuery& listing_;
  std::string after_key_;
  std::string after_id_;
  UploadPage page_;
};

void WriteUpload(const store::UploadInfo& upload, const ListingQuery& listing, ListedOwners& owners,
                 text::XmlWriter& xml) {
  xml.Open("Upload").Text("Key", listing.Encode(upload.key)).Text("UploadId", upload.upload_id);
  owners.Write("Initiator", upload.attributes.owner, xml);
  owners.Write("Owner", upload.attributes.owner, xml);
  xml.Text("StorageClass", StorageClassOf(upload.metadata));
  xml.Text("Initiated", base::FormatIso8601Millis(upload.started_at));
  if (auto checksum = AnnouncedChecksum(upload)) {
    xml.Text("ChecksumAlgorithm", crypto::ChecksumName(checksum->kind));
    xml.Text("ChecksumType", checksum->TypeName());
  }
  xml.Close();
}

}  // namespace

base::Status ListMultipartUploads(Call& call) {
  PENSTOCK_TRY(ListingQuery listing, ParseListingQuery(call.query, "max-uploads"));
  PENSTOCK_RETURN_IF_ERROR(call.store.GetBucket(call.bucket()));
  PENSTOCK_TRY(UploadPage page, UploadWalk(call, listing).Page());
  ListedOwners owners(call.owners);
  text::XmlWriter xml;
  xml.Open("ListMultipartUploadsResult", kXmlns).Text("Bucket", call.bucket());
  xml.Text("KeyMarker", listing.Encode(call.query.GetOr("key-marker", "")));
  xml.Text("UploadIdMarker", call.query.GetOr("upload-id-marker", ""));
  if (page.truncated) {
    xml.Text("NextKeyMarker", listing.Encode(page.next_key));
    xml.Text("NextUploadIdMarker", page.next_upload_id);
  }
  xml.Text("Prefix", listing.Encode(listing.prefix));
  if (!listing.delimiter.empty()) xml.Text("Delimiter", listing.Encode(listing.delimiter));
  listing.WriteEncoding(xml);
  xml.Number("MaxUploads", static_cast<uint64_t>(listing.max_entries));
  xml.Bool("IsTruncated", page.truncated);
  for (const store::UploadInfo& upload : page.uploads) WriteUpload(upload, listing, owners, xml);
  WriteCommonPrefixes(page.common_prefixes, listing, xml);
  return SendXml(call, xml);
}

}  // namespace penstock::s3
