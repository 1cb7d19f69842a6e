// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "crypto/checksum.h"
#include "crypto/secret.h"
#include "store/encryption_types.h"
#include "store/object_lock.h"

namespace penstock::store {

// The id of the version that a bucket holds which has no versioning, or had it suspended.
inline constexpr std::string_view kNullVersion = "null";

// An additional checksum: base64 as clients send it; composite ones cover the parts' checksums and
// end with "-<parts>".
struct ObjectChecksum {
  crypto::ChecksumKind kind;
  std::string value;
  bool composite = false;
};

// What a writer says about an object besides its bytes. Header values are kept as sent.
struct ObjectMetadata {
  std::string content_type;                   // may be empty
  std::map<std::string, std::string> system;  // lower-case: cache-control, content-encoding, …
  std::map<std::string, std::string> user;    // lower-case, without "x-amz-meta-"
};

// What is said about a version besides bytes and metadata, and can be changed later on.
struct ObjectAttributes {
  std::map<std::string, std::string> tags;
  Retention retention;
  bool legal_hold = false;
  std::string acl;    // a document that the store knows nothing of; "" for private
  std::string owner;  // the canonical id of who wrote it; "" for the root
};

struct ObjectInfo {
  std::string key;
  std::string version_id;  // "null" for that version; empty in a bucket that never had versioning
  bool is_latest = true;
  bool delete_marker = false;  // then there are no bytes and most of the rest is empty
  uint64_t size = 0;           // of what the client sent, also where it is encrypted
  // Without quotes: MD5 in hex, or "<md5 of the parts' etags>-<parts>". With a named or a
  // customer's key it looks the same and tells nothing of the bytes.
  std::string etag;
  base::Time modified_at;
  ObjectMetadata metadata;
  ObjectAttributes attributes;
  EncryptionInfo encryption;
  std::vector<ObjectChecksum> checksums;
  std::vector<uint64_t> part_sizes;  // empty unless uploaded in parts; left out of listings
};

// Conditions on the object that a write would replace, checked in the same step as the commit.
struct WriteCondition {
  // An ETag without quotes, or "*" for any; fails with no_such_key where there is no object.
  std::optional<std::string> if_match;
  bool if_absent = false;                    // If-None-Match: *
  std::optional<std::string> if_none_match;  // an ETag without quotes that it must not have
};

struct PutOptions {
  ObjectMetadata metadata;
  // A retention of kNone takes the bucket's default. Retention or legal hold in a bucket without
  // object lock: kFailedPrecondition with reason no_object_lock.
  ObjectAttributes attributes;
  WriteCondition condition;
  EncryptionRequest encryption;
  // Called once after the source has ended, for checksums known only then (trailers).
  std::function<base::Result<std::vector<ObjectChecksum>>()> checksums;
  // The time the version is to bear; now where absent.
  std::optional<base::Time> modified_at;
};

struct ReadOptions {
  std::string version_id;       // empty: the newest
  crypto::Secret customer_key;  // 32 bytes: of an object encrypted with its client's own key
};

// What to delete: without a version id the newest version, which in a bucket with versioning means
// to put a delete marker on top of it.
struct DeleteTarget {
  std::string key;
  std::string version_id;
  bool bypass_governance = false;  // the caller may lift governance retention, and wants to
  // Conditions; where they do not hold the reason is condition_failed (or no_such_key).
  std::optional<std::string> if_match;
  std::optional<base::Time> if_modified_at;
  std::optional<uint64_t> if_size;
};

struct DeleteOutcome {
  base::Status status;         // reason object_locked where retention or a legal hold forbids it
  std::string version_id;      // of what was removed, or of the delete marker that was made
  bool delete_marker = false;  // a marker was made, or what was removed is one
};

}  // namespace penstock::store
