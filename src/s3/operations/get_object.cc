// SPDX-License-Identifier: Apache-2.0
#include <numeric>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/encoding.h"
#include "base/file_sink.h"
#include "s3/announce.h"
#include "s3/byte_range.h"
#include "s3/checksum_names.h"
#include "s3/encryption_headers.h"
#include "s3/error_codes.h"
#include "s3/error_map.h"
#include "s3/lifecycle_headers.h"
#include "s3/object_headers.h"
#include "s3/operations/operations.h"
#include "s3/preconditions.h"

namespace penstock::s3 {
namespace {

using base::Result;
using base::Status;

// What of the object to send, and how to call it.
struct Selection {
  uint64_t offset = 0;
  uint64_t length = 0;
  bool partial = false;  // 206
  int part = 0;          // which of them, where a part was asked for
  int parts = 0;         // x-amz-mp-parts-count, likewise
};

// Starts the response with the first bytes, so that an object whose first block is damaged still
// gets a proper error.
class LateStart final : public base::ByteSink, public base::FileSink {
 public:
  LateStart(net::ResponseWriter& response, int status, net::Headers headers, uint64_t length)
      : response_(response), status_(status), headers_(std::move(headers)), length_(length) {}

  Status Write(std::string_view bytes) override {
    PENSTOCK_RETURN_IF_ERROR(Start());
    return response_.Write(bytes);
  }

  Result<std::optional<uint64_t>> WriteFrom(int descriptor, uint64_t offset,
                                            uint64_t length) override {
    PENSTOCK_RETURN_IF_ERROR(Start());
    return base::PassFileOn(response_, descriptor, offset, length);
  }
  Result<size_t> WriteSome(std::string_view bytes) override {
    PENSTOCK_RETURN_IF_ERROR(Start());
    return base::PassSomeOn(response_, bytes);
  }
  Status AwaitRoom() override { return base::PassWaitOn(response_); }

  Status Start() {
    if (response_.started()) return {};
    return response_.Start(status_, headers_, length_);
  }

 private:
  net::ResponseWriter& response_;
  const int status_;
  const net::Headers headers_;
  const uint64_t length_;
};

// ?partNumber=N; an object that was put in one piece has one part.
Result<Selection> SelectPart(const store::ObjectInfo& info, int number) {
  std::vector<uint64_t> sizes = info.part_sizes;
  if (sizes.empty()) sizes.push_back(info.size);
  auto index = static_cast<size_t>(number - 1);
  if (index >= sizes.size()) {
    return Refuse(code::kInvalidPart, "The object has " + std::to_string(sizes.size()) + " parts");
  }
  auto part = sizes.begin() + static_cast<std::ptrdiff_t>(index);
  Selection selection;
  selection.offset = std::accumulate(sizes.begin(), part, uint64_t{0});
  selection.length = *part;
  selection.partial = selection.length > 0;  // an empty range cannot be written down
  selection.part = number;
  selection.parts = info.part_sizes.empty() ? 0 : static_cast<int>(sizes.size());
  return selection;
}

Result<Selection> Select(const Call& call, const store::ObjectInfo& info) {
  const std::string* range = call.headers().Find("range");
  if (call.query.Has("partNumber")) {
    if (range != nullptr) {
      return Refuse(code::kInvalidRequest,
                    "Cannot specify both Range header and partNumber query parameter");
    }
    PENSTOCK_TRY(int number,
                 NumberParameter(call.query, "partNumber", 1, 1, store::kMaxPartNumber));
    return SelectPart(info, number);
  }
  Selection whole{0, info.size, false, 0, 0};
  if (range == nullptr || !RangeApplies(call.headers(), info.etag, info.modified_at)) return whole;
  PENSTOCK_TRY(std::optional<ByteRange> part, ParseRange(*range, info.size));
  if (!part) return whole;
  return Selection{part->offset, part->length, true, 0, 0};
}

// Checksums of what is sent: the whole, or one part. Of any other range there are none.
Result<std::vector<store::ObjectChecksum>> ChecksumsOf(Call& call, const store::ObjectInfo& info,
                                                       const Selection& selection) {
  bool wanted = base::EqualsIgnoreCase(call.headers().GetOr("x-amz-checksum-mode", ""), "enabled");
  if (!wanted || info.checksums.empty()) return std::vector<store::ObjectChecksum>();
  if (selection.parts == 0) {
    return selection.length == info.size ? info.checksums : std::vector<store::ObjectChecksum>();
  }
  PENSTOCK_TRY(auto parts, call.store.GetObjectParts(call.bucket(), call.key(), info.version_id));
  auto index = static_cast<size_t>(selection.part - 1);
  // Gone or replaced since it was opened: then nothing is known about its parts any more.
  if (parts.size() != info.part_sizes.size()) return std::vector<store::ObjectChecksum>();
  for (store::ObjectChecksum& checksum : parts[index].checksums) {
    checksum.composite = info.checksums.front().composite;
  }
  return std::move(parts[index].checksums);
}

Result<net::Headers> ResponseHeaders(Call& call, const store::ObjectInfo& info,
                                     const Selection& selection) {
  net::Headers headers = DescribeObject(info);
  if (selection.partial) {
    headers.Add("Content-Range", "bytes " + std::to_string(selection.offset) + "-" +
                                     std::to_string(selection.offset + selection.length - 1) + "/" +
                                     std::to_string(info.size));
  }
  PENSTOCK_TRY(auto checksums, ChecksumsOf(call, info, selection));
  AddChecksumHeaders(checksums, headers);
  if (selection.parts > 0) headers.Add("x-amz-mp-parts-count", std::to_string(selection.parts));
  if (info.is_latest) AddExpiryHeader(call, info, headers);
  PENSTOCK_RETURN_IF_ERROR(
      ApplyResponseOverrides(call.query, call.gate.principal() == nullptr, headers));
  return headers;
}

// 304 has the fields that a cache needs, and no body.
Status SendNotModified(Call& call, const store::ObjectInfo& info) {
  net::Headers headers = DescribeObject(info);
  headers.Remove("Content-Type");
  return call.response.Start(304, headers, std::nullopt);
}

// An unsatisfiable range is answered with the size, so that the client can ask better.
Status RefuseRange(Call& call, const store::ObjectInfo& info, const base::Error& error) {
  if (error.reason() != code::kInvalidRange) return base::Fail(error);
  call.error_details.headers.Add("Content-Range", "bytes */" + std::to_string(info.size));
  call.error_details.fields.emplace_back("RangeRequested", call.headers().GetOr("range", ""));
  call.error_details.fields.emplace_back("ActualObjectSize", std::to_string(info.size));
  return base::Fail(error);
}

}  // namespace

Status GetObject(Call& call) {
  store::ReadOptions options;
  options.version_id = VersionIdOf(call.query);
  PENSTOCK_RETURN_IF_ERROR(RefuseEncryptionOnRead(call.headers()));
  PENSTOCK_TRY(options.customer_key, ParseCustomerKey(call.request));
  auto reader = call.store.OpenObject(call.bucket(), call.key(), options);
  if (!reader) return base::Fail(ExplainMissing(call, reader.error()));
  const store::ObjectInfo& info = (*reader)->info();
  switch (CheckPreconditions(call.headers(), "", info.etag, info.modified_at)) {
    case PreconditionOutcome::kNotModified:
      return SendNotModified(call, info);
    case PreconditionOutcome::kFailed:
      return Refuse(code::kPreconditionFailed);
    case PreconditionOutcome::kProceed:
      break;
  }
  auto selection = Select(call, info);
  if (!selection) return RefuseRange(call, info, selection.error());
  int status = selection->partial ? 206 : 200;
  PENSTOCK_TRY(net::Headers headers, ResponseHeaders(call, info, *selection));
  LateStart sink(call.response, status, std::move(headers), selection->length);
  if (call.request.head.method != "HEAD" && selection->length > 0) {
    PENSTOCK_RETURN_IF_ERROR((*reader)->Read(selection->offset, selection->length, sink));
  }
  PENSTOCK_RETURN_IF_ERROR(sink.Start());
  Announce(call,
           call.request.head.method == "HEAD" ? "s3:ObjectAccessed:Head" : "s3:ObjectAccessed:Get",
           info);
  return {};
}

}  // namespace penstock::s3
