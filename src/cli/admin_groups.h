// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/admin_command.h"

// The groups of commands below `penstock admin`, one file each.
namespace penstock::cli {

void AddServerCommands(AdminMenu& menu);
void AddTraceCommand(AdminMenu& menu);
void AddInventoryCommand(AdminMenu& menu);
void AddUserCommands(AdminMenu& menu);
void AddUserGroupCommands(AdminMenu& menu);
void AddPolicyCommands(AdminMenu& menu);
void AddAccessKeyCommands(AdminMenu& menu);
void AddTokenCommands(AdminMenu& menu);
void AddEncryptionKeyCommands(AdminMenu& menu);
void AddDriveCommands(AdminMenu& menu);
void AddBucketCommands(AdminMenu& menu);
void AddQuotaCommands(AdminMenu& menu);

}  // namespace penstock::cli
