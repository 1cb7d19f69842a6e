// SPDX-License-Identifier: Apache-2.0
#include "store/drives/find_drives.h"

#include <algorithm>
#include <utility>

#include "base/encoding.h"
#include "store/drive.h"
#include "store/drives/membership_record.h"

namespace penstock::store {
namespace {

using base::Code;
using base::Fail;
using base::Result;
using base::Status;

constexpr size_t kMaxStampBytes = 256;

FoundDrive Other(FoundDrive found, std::string problem) {
  found.kind = FoundDrive::Kind::kOther;
  found.problem = std::move(problem);
  return found;
}

// What making a drive leaves before its label is written: nothing that anybody would miss.
bool IsBeginning(const std::vector<sys::DirectoryEntry>& entries) {
  return std::all_of(entries.begin(), entries.end(), [](const sys::DirectoryEntry& entry) {
    return entry.name == "index" || entry.name == "data" || entry.name == "lost+found" ||
           entry.name == "MEMBERS.new" || entry.name == "PROBE" || entry.name == "FILL";
  });
}

bool HasDataFiles(sys::FileSystem& files, const DrivePaths& paths) {
  auto shards = files.List(paths.data);
  if (!shards) return false;
  for (const sys::DirectoryEntry& shard : *shards) {
    auto inside = files.List(paths.data + "/" + shard.name);
    if (!inside || !inside->empty()) return true;
  }
  return false;
}

}  // namespace

std::string MakeDriveId(base::Random& random) { return base::HexEncode(random.Bytes(16)); }

FoundDrive InspectDrive(sys::FileSystem& files, const std::string& directory) {
  FoundDrive found;
  found.directory = directory;
  DrivePaths paths(directory);
  if (!files.Exists(directory)) {
    found.problem = directory + " does not exist";
    return found;
  }
  auto entries = files.List(directory);
  if (!entries) {
    found.problem = entries.error().message();
    return found;
  }
  found.stamped = files.Exists(paths.format);
  if (found.stamped) {
    auto text = sys::ReadFile(files, paths.format, kMaxStampBytes);
    Status usable = text ? CheckStamp(paths.format, *text, DriveKind::kOneOfSeveral)
                         : Status(Fail(text.error()));
    if (!usable) return Other(std::move(found), usable.error().message());
  }
  if (files.Exists(MembersPath(directory))) {
    auto label = ReadLabel(files, directory);
    if (!label) return Other(std::move(found), label.error().message());
    found.kind = FoundDrive::Kind::kMember;
    found.label = std::move(*label);
    return found;
  }
  if (found.stamped || HasDataFiles(files, paths)) {
    return Other(std::move(found),
                 MembersPath(directory) + ", which says what drive this is, is missing");
  }
  if (!IsBeginning(*entries)) {
    return Other(std::move(found), directory + " has other files in it; a new drive must be empty");
  }
  found.kind = FoundDrive::Kind::kEmpty;
  return found;
}

bool AreAllNew(const std::vector<FoundDrive>& found) {
  return std::none_of(found.begin(), found.end(), [](const FoundDrive& drive) {
    return drive.stamped || drive.kind == FoundDrive::Kind::kOther;
  });
}

Status CreateDrives(sys::FileSystem& files, const std::vector<std::string>& directories,
                    Geometry geometry, base::Random& random,
                    const std::function<Status(const std::string&)>& prepare) {
  DriveLabel label;
  label.promised = 1;
  label.members.set_id = MakeDriveId(random);
  label.members.parity = geometry.parity;
  label.members.epoch = {1, 1};
  for (const std::string& directory : directories) {
    DrivePaths paths(directory);
    if (HasDataFiles(files, paths)) {
      return Fail(Code::kFailedPrecondition, paths.data + " has data files, but " + paths.format +
                                                 " is missing; restore it from where it went");
    }
    PENSTOCK_RETURN_IF_ERROR(files.MakeDirectories(directory));
    PENSTOCK_RETURN_IF_ERROR(prepare(directory));
    label.members.in_sync |= MaskOf(static_cast<int>(label.members.drives.size()));
    label.members.drives.push_back({MakeDriveId(random), files.IsMountPoint(directory)});
  }
  for (size_t i = 0; i < directories.size(); ++i) {
    label.position = static_cast<int>(i);
    PENSTOCK_RETURN_IF_ERROR(WriteLabel(files, directories[i], label));
    PENSTOCK_RETURN_IF_ERROR(files.SyncDirectory(sys::ParentDirectory(directories[i])));
  }
  // Stamps come last: a drive that has one says that all others have their labels.
  for (const std::string& directory : directories) {
    PENSTOCK_RETURN_IF_ERROR(StampDrive(files, DrivePaths(directory), DriveKind::kOneOfSeveral));
  }
  return {};
}

}  // namespace penstock::store
