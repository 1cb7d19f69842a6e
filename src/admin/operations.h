// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "admin/call.h"

// What the admin API can do: one file a resource, each function an Action.
namespace penstock::admin {

// server_info.cc
base::Result<text::Json> GetServerInfo(Call& call);
base::Result<text::Json> GetStatistics(Call& call);
base::Result<text::Json> GetConfiguration(Call& call);

// usage.cc
base::Result<text::Json> GetUsageHistory(Call& call);

// permissions.cc
base::Result<text::Json> ListPermissions(Call& call);

// trace.cc
base::Status StreamTrace(Call& call, base::ByteSink& lines);

// inventory.cc
base::Result<text::Json> ListInventory(Call& call);

// buckets.cc
base::Result<text::Json> ListBuckets(Call& call);
base::Result<text::Json> CreateBucket(Call& call);
base::Result<text::Json> GetBucket(Call& call);
base::Result<text::Json> DeleteBucket(Call& call);
base::Result<text::Json> SetBucketVersioning(Call& call);
base::Result<text::Json> SetBucketLock(Call& call);
base::Result<text::Json> GetBucketQuota(Call& call);
base::Result<text::Json> SetBucketQuota(Call& call);
base::Result<text::Json> ClearBucketQuota(Call& call);

// users.cc
base::Result<text::Json> ListUsers(Call& call);
base::Result<text::Json> CreateUser(Call& call);
base::Result<text::Json> GetUser(Call& call);
base::Result<text::Json> ChangeUser(Call& call);
base::Result<text::Json> DeleteUser(Call& call);
base::Result<text::Json> AttachUserPolicies(Call& call);
base::Result<text::Json> DetachUserPolicies(Call& call);

// groups.cc
base::Result<text::Json> ListGroups(Call& call);
base::Result<text::Json> GetGroup(Call& call);
base::Result<text::Json> AddGroupMembers(Call& call);
base::Result<text::Json> RemoveGroupMembers(Call& call);
base::Result<text::Json> ChangeGroup(Call& call);
base::Result<text::Json> DeleteGroup(Call& call);
base::Result<text::Json> AttachGroupPolicies(Call& call);
base::Result<text::Json> DetachGroupPolicies(Call& call);

// policies.cc
base::Result<text::Json> ListPolicies(Call& call);
base::Result<text::Json> GetPolicy(Call& call);
base::Result<text::Json> PutPolicy(Call& call);
base::Result<text::Json> DeletePolicy(Call& call);
base::Result<text::Json> CheckPolicy(Call& call);

// access_keys.cc
base::Result<text::Json> ListAccessKeys(Call& call);
base::Result<text::Json> CreateAccessKey(Call& call);
base::Result<text::Json> GetAccessKey(Call& call);
base::Result<text::Json> ChangeAccessKey(Call& call);
base::Result<text::Json> DeleteAccessKey(Call& call);

// tokens.cc
base::Result<text::Json> CreateToken(Call& call);

// encryption_keys.cc
base::Result<text::Json> ListEncryptionKeys(Call& call);
base::Result<text::Json> CreateEncryptionKey(Call& call);
base::Result<text::Json> GetEncryptionKey(Call& call);
base::Result<text::Json> ChangeEncryptionKey(Call& call);
base::Result<text::Json> RotateEncryptionKey(Call& call);
base::Result<text::Json> RotateMasterKey(Call& call);

// drives.cc
base::Result<text::Json> ListDrives(Call& call);
base::Result<text::Json> StartHeal(Call& call);
base::Result<text::Json> TakeDriveOffline(Call& call);
base::Result<text::Json> BringDriveOnline(Call& call);

}  // namespace penstock::admin
