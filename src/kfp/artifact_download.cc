// SPDX-License-Identifier: Apache-2.0
#include "kfp/artifact_download.h"

#include <optional>
#include <string>
#include <utility>

#include "engine/artifact_parts.h"
#include "kfp/byte_range.h"
#include "kfp/error_map.h"
#include "text/url.h"

namespace penstock::kfp {
namespace {

using base::Code;
using base::Fail;
using base::Result;
using base::Status;
using engine::ArtifactParts;
using metadata::Artifact;

constexpr int kGrpcOutOfRange = 11;

// Starts the response with the first bytes, so that an artifact that cannot be read is still
// answered as an error.
class DownloadSink final : public base::ByteSink {
 public:
  DownloadSink(net::ResponseWriter& response, const net::Headers& asked, std::string name)
      : response_(response), asked_(asked), name_(std::move(name)) {}

  ArtifactParts::Part Choose(const ArtifactParts::File& file) {
    headers_.Set("Accept-Ranges", "bytes");
    headers_.Set("ETag", "\"" + file.tag + "\"");
    part_ = {0, file.size};
    length_ = file.size;
    std::optional<AskedRange> asked = AskedPart(file);
    if (!asked) return part_;
    if (auto range = asked->Within(file.size)) {
      status_ = 206;
      part_ = {range->begin, range->end};
      length_ = part_.end - part_.begin;
      headers_.Set("Content-Range", ContentRange(*range, file.size));
    } else {
      status_ = 416;
      part_ = {0, 0};
      headers_.Set("Content-Range", ContentRangeOfNone(file.size));
      refusal_ = "the artifact has " + std::to_string(file.size) +
                 " bytes: ask for a range that begins before its end";
    }
    return part_;
  }

  Status Write(std::string_view bytes) override {
    PENSTOCK_RETURN_IF_ERROR(Start());
    return response_.Write(bytes);
  }

  // What there is to say where there were no bytes to write.
  Status Start() {
    if (response_.started()) return {};
    // Whatever a task wrote must not run as a page of this server.
    headers_.Set("X-Content-Type-Options", "nosniff");
    if (status_ == 416) {
      headers_.Set("Content-Type", "application/json");
      return response_.Send(status_, headers_,
                            text::FormatJson(PlainErrorBody(kGrpcOutOfRange, refusal_)));
    }
    headers_.Set("Content-Type", "application/octet-stream");
    headers_.Set("Content-Disposition",
                 "attachment; filename*=UTF-8''" + text::PercentEncode(name_));
    return response_.Start(status_, headers_, length_);
  }

 private:
  // A range counts if it is of the file that the client has a part of (RFC 9110 section 13.1.5);
  // times are not compared.
  std::optional<AskedRange> AskedPart(const ArtifactParts::File& file) const {
    const std::string of(asked_.GetOr("If-Range", ""));
    if (!of.empty() && of != "\"" + file.tag + "\"") return std::nullopt;
    return ParseByteRange(asked_.GetOr("Range", ""));
  }

  net::ResponseWriter& response_;
  const net::Headers& asked_;
  const std::string name_;
  net::Headers headers_;
  int status_ = 200;
  ArtifactParts::Part part_;
  std::optional<uint64_t> length_;  // nothing where the store does not say
  std::string refusal_;
};

Status Download(Backend& backend, Call& call, net::ResponseWriter& response) {
  PENSTOCK_TRY(Artifact artifact, backend.metadata.artifacts.Get(call.Param("artifact_id")));
  if (artifact.directory) {
    return Fail(Code::kFailedPrecondition, "Artifact " + artifact.id +
                                               " is a directory: read its files with an S3 client "
                                               "under " +
                                               artifact.uri);
  }
  size_t slash = artifact.uri.rfind('/');
  DownloadSink sink(response, call.request.head.headers,
                    artifact.uri.substr(slash == std::string::npos ? 0 : slash + 1));
  auto choose = [&sink](const ArtifactParts::File& file) -> Result<ArtifactParts::Part> {
    return sink.Choose(file);
  };
  ArtifactParts* parts = engine::PartsOf(backend.artifacts);
  PENSTOCK_RETURN_IF_ERROR(parts == nullptr ? backend.artifacts.Read(artifact.uri, sink)
                                            : parts->ReadPart(artifact.uri, choose, sink));
  return sink.Start();  // an empty file has written nothing
}

}  // namespace

void AddArtifactDownloadRoute(Router& router, Backend& backend) {
  router.Add("GET", "/apis/v2beta1/artifacts/{artifact_id}:download",
             StreamAction("Failed to read an artifact",
                          [&backend](Call& call, net::ResponseWriter& response) {
                            return Download(backend, call, response);
                          }));
}

}  // namespace penstock::kfp
