// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "store/encryption_types.h"

namespace penstock::inventory {

enum class Frequency { kDaily, kWeekly };

// A report that a bucket asks for, as AWS's InventoryConfiguration says it.
struct InventoryRule {
  std::string id;
  bool enabled = true;
  std::string destination;         // bucket
  std::string destination_prefix;  // "" or a prefix, without the slash that follows it
  std::string account;             // as it was given; means nothing here
  store::EncryptionKind encryption = store::EncryptionKind::kNone;  // of the report
  std::string encryption_key;                                       // of kNamedKey
  std::string prefix;                                               // of the keys to list
  bool all_versions = true;
  std::vector<std::string> fields;  // of kInventoryFields
  Frequency frequency = Frequency::kDaily;
};

// The optional columns, by AWS's names, that this store has something to say in.
inline constexpr std::string_view kInventoryFields[] = {"Size",
                                                        "LastModifiedDate",
                                                        "StorageClass",
                                                        "ETag",
                                                        "IsMultipartUploaded",
                                                        "EncryptionStatus",
                                                        "ObjectLockRetainUntilDate",
                                                        "ObjectLockMode",
                                                        "ObjectLockLegalHoldStatus",
                                                        "ChecksumAlgorithm",
                                                        "ObjectOwner"};
bool IsInventoryField(std::string_view name);

// How a bucket's setting keeps its rules. ParseRules fails only for what FormatRules did not write.
std::string FormatRules(const std::vector<InventoryRule>& rules);
base::Result<std::vector<InventoryRule>> ParseRules(std::string_view setting);

}  // namespace penstock::inventory
