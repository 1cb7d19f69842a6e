// SPDX-License-Identifier: Apache-2.0
#include <optional>
#include <string>
#include <vector>

#include "s3/access/permission.h"
#include "s3/announce.h"
#include "s3/error_codes.h"
#include "s3/error_map.h"
#include "s3/operations/delete_outcome.h"
#include "s3/operations/object_lock.h"
#include "s3/operations/operations.h"
#include "s3/payload_reader.h"
#include "s3/request_bodies.h"

namespace penstock::s3 {
namespace {

using base::Error;
using base::Status;
using Target = store::DeleteTarget;

// Why a key may not be deleted, if so.
std::optional<Error> Obstacle(Call& call, const Target& target) {
  if (target.key.size() > store::kMaxKeyBytes) return Refuse(code::kKeyTooLongError).value();
  AccessTarget wanted{call.bucket(), target.key, target.version_id};
  Status allowed = call.gate.Require(VersionAction("s3:DeleteObject", wanted), wanted);
  if (!allowed) return allowed.error();
  return std::nullopt;
}

void WriteError(const Target& target, const Error& error, text::XmlWriter& xml) {
  WireError wire = ToWireError(error);
  xml.Open("Error").Text("Key", target.key);
  if (!target.version_id.empty()) xml.Text("VersionId", target.version_id);
  xml.Text("Code", wire.code).Text("Message", wire.message).Close();
}

void WriteDeleted(const Target& target, const store::DeleteOutcome& outcome, text::XmlWriter& xml) {
  xml.Open("Deleted").Text("Key", target.key);
  if (!target.version_id.empty()) xml.Text("VersionId", target.version_id);
  if (outcome.status && outcome.delete_marker) {
    xml.Bool("DeleteMarker", true).Text("DeleteMarkerVersionId", outcome.version_id);
  }
  xml.Close();
}

}  // namespace

// All keys that may go, go in one commit.
Status DeleteObjects(Call& call) {
  PENSTOCK_TRY(std::string body, ReadSmallPayload(call.request, call.identity, kMaxDeleteXmlBytes));
  PENSTOCK_TRY(DeleteRequest request, ParseDeleteRequest(body));
  std::vector<std::optional<Error>> obstacles;
  std::vector<Target> targets;
  for (Target& target : request.targets) {
    obstacles.push_back(Obstacle(call, target));
    if (obstacles.back()) continue;
    target.bypass_governance = BypassesGovernance(call, target.key);
    targets.push_back(target);
  }
  PENSTOCK_TRY(auto outcomes, call.store.DeleteObjects(call.bucket(), targets));
  text::XmlWriter xml;
  xml.Open("DeleteResult", kXmlns);
  auto outcome = outcomes.begin();
  for (size_t i = 0; i < request.targets.size(); ++i) {
    const Target& target = request.targets[i];
    if (obstacles[i]) {
      WriteError(target, *obstacles[i], xml);
      continue;
    }
    AnnounceDeletion(call, target, *outcome);
    if (!Succeeded(*outcome)) {
      WriteError(target, outcome->status.error(), xml);
    } else if (!request.quiet) {
      WriteDeleted(target, *outcome, xml);
    }
    ++outcome;
  }
  return SendXml(call, xml);
}

}  // namespace penstock::s3
