// SPDX-License-Identifier: Apache-2.0
#include <optional>
#include <string>
#include <vector>

#include "s3/error_codes.h"
#include "s3/error_map.h"
#include "s3/operations/operations.h"
#include "s3/payload_reader.h"
#include "s3/request_bodies.h"

namespace penstock::s3 {
namespace {

using base::Error;
using base::Status;
using Entry = DeleteRequest::Entry;

// Why a key cannot be deleted, if so.
std::optional<Error> Obstacle(const Call& call, const Entry& entry) {
  if (entry.key.size() > store::kMaxKeyBytes) return Refuse(code::kKeyTooLongError).value();
  if (entry.conditional) {
    return Refuse(code::kNotImplemented, "Conditional deletes are not offered").value();
  }
  if (!iam::Allows(call.identity.principal->grant, iam::Access::kWrite, call.bucket(), entry.key)) {
    return Refuse(code::kAccessDenied).value();
  }
  return std::nullopt;
}

void WriteError(const Entry& entry, const Error& error, text::XmlWriter& xml) {
  WireError wire = ToWireError(error);
  xml.Open("Error").Text("Key", entry.key);
  if (!entry.version_id.empty()) xml.Text("VersionId", entry.version_id);
  xml.Text("Code", wire.code).Text("Message", wire.message).Close();
}

void WriteDeleted(const Entry& entry, text::XmlWriter& xml) {
  xml.Open("Deleted").Text("Key", entry.key);
  if (!entry.version_id.empty()) xml.Text("VersionId", entry.version_id);
  xml.Close();
}

}  // namespace

// All keys that may go, go in one commit.
Status DeleteObjects(Call& call) {
  PENSTOCK_TRY(std::string body, ReadSmallPayload(call.request, call.identity, kMaxDeleteXmlBytes));
  PENSTOCK_TRY(DeleteRequest request, ParseDeleteRequest(body));
  std::vector<std::optional<Error>> obstacles;
  std::vector<store::DeleteTarget> targets;
  for (const Entry& entry : request.entries) {
    obstacles.push_back(Obstacle(call, entry));
    bool exists = entry.version_id.empty() || entry.version_id == "null";
    if (!obstacles.back() && exists) targets.emplace_back().key = entry.key;
  }
  PENSTOCK_RETURN_IF_ERROR(call.store.DeleteObjects(call.bucket(), targets));
  text::XmlWriter xml;
  xml.Open("DeleteResult", kXmlns);
  for (size_t i = 0; i < request.entries.size(); ++i) {
    if (obstacles[i]) {
      WriteError(request.entries[i], *obstacles[i], xml);
    } else if (!request.quiet) {
      WriteDeleted(request.entries[i], xml);
    }
  }
  return SendXml(call, xml);
}

}  // namespace penstock::s3
