// SPDX-License-Identifier: Apache-2.0
#include <charconv>

#include "admin/operations.h"
#include "store/drive_admin.h"

namespace penstock::admin {
namespace {

using base::Code;
using base::Fail;
using base::Result;

text::Json Number(uint64_t value) { return static_cast<int64_t>(value); }

text::Json Describe(const store::DriveStatus& drive) {
  text::Json json;
  json["position"] = drive.position;
  json["path"] = drive.path;
  json["id"] = drive.id;
  json["state"] = store::DriveStateName(drive.state);
  json["detail"] = drive.detail;
  json["total_bytes"] = Number(drive.total_bytes);
  json["available_bytes"] = Number(drive.available_bytes);
  json["read_errors"] = Number(drive.read_errors);
  json["write_errors"] = Number(drive.write_errors);
  json["damaged_blocks"] = Number(drive.damaged_blocks);
  json["rows_resynced"] = Number(drive.rows_resynced);
  json["shards_healed"] = Number(drive.shards_healed);
  json["filling"] = drive.filling;
  if (drive.filling) json["fill_progress"] = drive.fill_progress;
  return json;
}

text::Json Describe(const store::HealStatus& heal) {
  text::Json json;
  json["running"] = heal.running;
  json["progress"] = heal.progress;
  json["files_queued"] = Number(heal.files_queued);
  json["files_checked"] = Number(heal.files_checked);
  json["shards_healed"] = Number(heal.shards_healed);
  json["bytes_healed"] = Number(heal.bytes_healed);
  json["files_beyond_repair"] = Number(heal.files_beyond_repair);
  json["scans_finished"] = Number(heal.scans_finished);
  if (heal.last_scan_finished) {
    json["last_scan_finished"] = base::FormatRfc3339(*heal.last_scan_finished);
  }
  return json;
}

Result<int> PositionOf(const Call& call) {
  const std::string& text = call.Param("position");
  int position = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), position);
  size_t count = call.services.store.drives().Describe().drives.size();
  if (error == std::errc() && end == text.data() + text.size() && position >= 0 &&
      static_cast<size_t>(position) < count) {
    return position;
  }
  return Fail(Code::kNotFound, "no_such_drive",
              "there is no drive at position '" + text + "'; positions are 0 to " +
                  std::to_string(count - 1));
}

}  // namespace

Result<text::Json> ListDrives(Call& call) {
  store::DrivesStatus status = call.services.store.drives().Describe();
  text::Json answer;
  answer["parity"] = status.parity;
  answer["write_quorum"] = status.write_quorum;
  answer["writable"] = status.writable;
  answer["drives"] = text::Json::Array{};
  for (const store::DriveStatus& drive : status.drives) answer["drives"].Append(Describe(drive));
  answer["heal"] = Describe(status.heal);
  return answer;
}

Result<text::Json> StartHeal(Call& call) {
  PENSTOCK_RETURN_IF_ERROR(call.services.store.drives().StartHeal());
  return ListDrives(call);
}

Result<text::Json> TakeDriveOffline(Call& call) {
  PENSTOCK_TRY(int position, PositionOf(call));
  PENSTOCK_RETURN_IF_ERROR(call.services.store.drives().TakeOffline(position));
  return ListDrives(call);
}

Result<text::Json> BringDriveOnline(Call& call) {
  PENSTOCK_TRY(int position, PositionOf(call));
  PENSTOCK_RETURN_IF_ERROR(call.services.store.drives().BringOnline(position));
  return ListDrives(call);
}

}  // namespace penstock::admin
