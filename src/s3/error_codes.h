// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

// The error codes of the S3 API (Amazon S3 API reference, "Error responses") that we answer with.
// Inside s3/ they travel as base::Error::reason(); error_map.cc gives each its status.
namespace penstock::s3::code {

inline constexpr std::string_view kAccessControlListNotSupported = "AccessControlListNotSupported";
inline constexpr std::string_view kAccessDenied = "AccessDenied";
inline constexpr std::string_view kAccessForbidden = "AccessForbidden";
inline constexpr std::string_view kAuthorizationHeaderMalformed = "AuthorizationHeaderMalformed";
inline constexpr std::string_view kAuthorizationQueryParametersError =
    "AuthorizationQueryParametersError";
inline constexpr std::string_view kBadDigest = "BadDigest";
inline constexpr std::string_view kBucketAlreadyExists = "BucketAlreadyExists";
inline constexpr std::string_view kBucketAlreadyOwnedByYou = "BucketAlreadyOwnedByYou";
inline constexpr std::string_view kBucketNotEmpty = "BucketNotEmpty";
inline constexpr std::string_view kEntityTooLarge = "EntityTooLarge";
inline constexpr std::string_view kEntityTooSmall = "EntityTooSmall";
inline constexpr std::string_view kExpiredToken = "ExpiredToken";
inline constexpr std::string_view kIllegalVersioningConfigurationException =
    "IllegalVersioningConfigurationException";
inline constexpr std::string_view kIncompleteBody = "IncompleteBody";
inline constexpr std::string_view kInternalError = "InternalError";
inline constexpr std::string_view kInvalidAccessKeyId = "InvalidAccessKeyId";
inline constexpr std::string_view kInvalidArgument = "InvalidArgument";
inline constexpr std::string_view kInvalidBucketAclWithObjectOwnership =
    "InvalidBucketAclWithObjectOwnership";
inline constexpr std::string_view kInvalidBucketName = "InvalidBucketName";
inline constexpr std::string_view kInvalidBucketState = "InvalidBucketState";
inline constexpr std::string_view kInvalidDigest = "InvalidDigest";
inline constexpr std::string_view kInvalidEncryptionAlgorithmError =
    "InvalidEncryptionAlgorithmError";
inline constexpr std::string_view kInvalidPart = "InvalidPart";
inline constexpr std::string_view kInvalidPartOrder = "InvalidPartOrder";
inline constexpr std::string_view kInvalidPolicyDocument = "InvalidPolicyDocument";
inline constexpr std::string_view kInvalidRange = "InvalidRange";
inline constexpr std::string_view kInvalidRequest = "InvalidRequest";
inline constexpr std::string_view kInvalidRetentionPeriod = "InvalidRetentionPeriod";
inline constexpr std::string_view kInvalidStorageClass = "InvalidStorageClass";
inline constexpr std::string_view kInvalidTag = "InvalidTag";
inline constexpr std::string_view kInvalidToken = "InvalidToken";
inline constexpr std::string_view kInvalidUri = "InvalidURI";
inline constexpr std::string_view kKeyTooLongError = "KeyTooLongError";
inline constexpr std::string_view kKmsDisabledException = "KMS.DisabledException";
inline constexpr std::string_view kKmsNotFoundException = "KMS.NotFoundException";
inline constexpr std::string_view kMalformedAclError = "MalformedACLError";
inline constexpr std::string_view kMalformedPolicy = "MalformedPolicy";
inline constexpr std::string_view kMalformedPostRequest = "MalformedPOSTRequest";
inline constexpr std::string_view kMalformedTrailerError = "MalformedTrailerError";
inline constexpr std::string_view kMalformedXml = "MalformedXML";
inline constexpr std::string_view kMaxMessageLengthExceeded = "MaxMessageLengthExceeded";
inline constexpr std::string_view kMaxPostPreDataLengthExceeded = "MaxPostPreDataLengthExceeded";
inline constexpr std::string_view kMetadataTooLarge = "MetadataTooLarge";
inline constexpr std::string_view kMethodNotAllowed = "MethodNotAllowed";
inline constexpr std::string_view kMissingContentLength = "MissingContentLength";
inline constexpr std::string_view kMissingSecurityHeader = "MissingSecurityHeader";
inline constexpr std::string_view kNoSuchBucket = "NoSuchBucket";
inline constexpr std::string_view kNoSuchBucketPolicy = "NoSuchBucketPolicy";
inline constexpr std::string_view kNoSuchCorsConfiguration = "NoSuchCORSConfiguration";
inline constexpr std::string_view kNoSuchKey = "NoSuchKey";
inline constexpr std::string_view kNoSuchLifecycleConfiguration = "NoSuchLifecycleConfiguration";
inline constexpr std::string_view kNoSuchObjectLockConfiguration = "NoSuchObjectLockConfiguration";
inline constexpr std::string_view kNoSuchPublicAccessBlockConfiguration =
    "NoSuchPublicAccessBlockConfiguration";
inline constexpr std::string_view kNoSuchTagSet = "NoSuchTagSet";
inline constexpr std::string_view kNoSuchUpload = "NoSuchUpload";
inline constexpr std::string_view kNoSuchVersion = "NoSuchVersion";
inline constexpr std::string_view kNoSuchWebsiteConfiguration = "NoSuchWebsiteConfiguration";
inline constexpr std::string_view kNotImplemented = "NotImplemented";
inline constexpr std::string_view kObjectLockConfigurationNotFoundError =
    "ObjectLockConfigurationNotFoundError";
inline constexpr std::string_view kOperationAborted = "OperationAborted";
inline constexpr std::string_view kOwnershipControlsNotFoundError =
    "OwnershipControlsNotFoundError";
inline constexpr std::string_view kPreconditionFailed = "PreconditionFailed";
inline constexpr std::string_view kReplicationConfigurationNotFoundError =
    "ReplicationConfigurationNotFoundError";
inline constexpr std::string_view kRequestTimeTooSkewed = "RequestTimeTooSkewed";
inline constexpr std::string_view kRequestTimeout = "RequestTimeout";
inline constexpr std::string_view kServerSideEncryptionConfigurationNotFoundError =
    "ServerSideEncryptionConfigurationNotFoundError";
inline constexpr std::string_view kServiceUnavailable = "ServiceUnavailable";
inline constexpr std::string_view kSignatureDoesNotMatch = "SignatureDoesNotMatch";
inline constexpr std::string_view kSlowDown = "SlowDown";
inline constexpr std::string_view kUnresolvableGrantByEmailAddress =
    "UnresolvableGrantByEmailAddress";
inline constexpr std::string_view kXAmzContentSha256Mismatch = "XAmzContentSHA256Mismatch";
inline constexpr std::string_view kXMinioAdminBucketQuotaExceeded =
    "XMinioAdminBucketQuotaExceeded";
inline constexpr std::string_view kXMinioStorageFull = "XMinioStorageFull";

}  // namespace penstock::s3::code
