// SPDX-License-Identifier: Apache-2.0
#include "s3/error_map.h"

#include <utility>

#include "s3/error_codes.h"
#include "s3/inventory_document.h"
#include "store/object_store.h"

namespace penstock::s3 {
namespace {

using base::Code;

struct CodeEntry {
  std::string_view code;
  int status;
  std::string_view message;
};

constexpr CodeEntry kCodes[] = {
    {code::kAccessControlListNotSupported, 400, "The bucket does not allow ACLs"},
    {code::kAccessDenied, 403, "Access Denied"},
    {code::kAccessForbidden, 403, "CORSResponse: CORS is not enabled for this bucket."},
    {code::kAuthorizationHeaderMalformed, 400, "The authorization header is malformed."},
    {code::kAuthorizationQueryParametersError, 400,
     "Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, "
     "X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters."},
    {code::kBadDigest, 400,
     "The Content-MD5 or checksum you specified did not match what we "
     "received."},
    {code::kBucketAlreadyExists, 409,
     "The requested bucket name is not available. The bucket namespace is shared by all users of "
     "the system. Please select a different name and try again."},
    {code::kBucketAlreadyOwnedByYou, 409,
     "Your previous request to create the named bucket succeeded and you already own it."},
    {code::kBucketNotEmpty, 409, "The bucket you tried to delete is not empty"},
    {code::kEntityTooLarge, 400, "Your proposed upload exceeds the maximum allowed size"},
    {code::kEntityTooSmall, 400,
     "Your proposed upload is smaller than the minimum allowed object size."},
    {code::kExpiredToken, 400, "The provided token has expired."},
    {code::kIllegalVersioningConfigurationException, 400,
     "The Versioning element must be specified"},
    {code::kIncompleteBody, 400,
     "You did not provide the number of bytes specified by the Content-Length HTTP header."},
    {code::kInternalError, 500, "We encountered an internal error. Please try again."},
    {code::kInvalidAccessKeyId, 403,
     "The AWS Access Key Id you provided does not exist in our records."},
    {code::kInvalidArgument, 400, "Invalid Argument"},
    {code::kInvalidBucketAclWithObjectOwnership, 400,
     "Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting"},
    {code::kInvalidBucketName, 400, "The specified bucket is not valid."},
    {code::kInvalidBucketState, 409,
     "The request is not valid with the current state of the bucket."},
    {code::kInvalidDigest, 400, "The Content-MD5 you specified is not valid."},
    {code::kInvalidEncryptionAlgorithmError, 400,
     "The encryption request you specified is not valid. The valid value is AES256."},
    {code::kInvalidPart, 400,
     "One or more of the specified parts could not be found.  The part may not have been "
     "uploaded, or the specified entity tag may not match the part's entity tag."},
    {code::kInvalidPartOrder, 400,
     "The list of parts was not in ascending order. Parts must be ordered by part number."},
    {code::kInvalidPolicyDocument, 400, "The content of the form does not meet the conditions."},
    {code::kInvalidRange, 416, "The requested range is not satisfiable"},
    {code::kInvalidRequest, 400, "Invalid Request"},
    {code::kInvalidRetentionPeriod, 400,
     "Default retention period must be a positive integer value"},
    {code::kInvalidStorageClass, 400, "The storage class you specified is not valid"},
    {code::kInvalidTag, 400, "The tag provided was not a valid tag"},
    {code::kInvalidToken, 400, "The provided token is malformed or otherwise invalid."},
    {code::kInvalidUri, 400, "Couldn't parse the specified URI."},
    {code::kKeyTooLongError, 400, "Your key is too long"},
    {code::kKmsDisabledException, 400, "The encryption key is disabled."},
    {code::kKmsNotFoundException, 400, "The encryption key does not exist."},
    {code::kMalformedAclError, 400,
     "The XML you provided was not well-formed or did not validate against our published schema"},
    {code::kMalformedPolicy, 400, "Policies must be valid JSON and the first byte must be '{'"},
    {code::kMalformedPostRequest, 400,
     "The body of your POST request is not well-formed multipart/form-data."},
    {code::kMalformedTrailerError, 400,
     "The request contained trailing data that was not well-formed or did not conform to our "
     "published schema."},
    {code::kMalformedXml, 400,
     "The XML you provided was not well-formed or did not validate against our published schema"},
    {code::kMaxMessageLengthExceeded, 400, "Your request was too big."},
    {code::kMaxPostPreDataLengthExceeded, 400,
     "Your POST request fields preceding the upload file were too large."},
    {code::kMetadataTooLarge, 400,
     "Your metadata headers exceed the maximum allowed metadata size"},
    {code::kMethodNotAllowed, 405, "The specified method is not allowed against this resource."},
    {code::kMissingContentLength, 411, "You must provide the Content-Length HTTP header."},
    {code::kMissingSecurityHeader, 400, "Your request was missing a required header."},
    {code::kNoSuchBucket, 404, "The specified bucket does not exist"},
    {code::kNoSuchBucketPolicy, 404, "The bucket policy does not exist"},
    {code::kInvalidS3DestinationBucket, 400, "The destination bucket does not exist"},
    {code::kNoSuchConfiguration, 404, "The specified configuration does not exist."},
    {code::kNoSuchCorsConfiguration, 404, "The CORS configuration does not exist"},
    {code::kNoSuchKey, 404, "The specified key does not exist."},
    {code::kNoSuchLifecycleConfiguration, 404, "The lifecycle configuration does not exist"},
    {code::kNoSuchObjectLockConfiguration, 404,
     "The specified object does not have a ObjectLock configuration"},
    {code::kNoSuchPublicAccessBlockConfiguration, 404,
     "The public access block configuration was not found"},
    {code::kNoSuchTagSet, 404, "The TagSet does not exist"},
    {code::kNoSuchUpload, 404,
     "The specified upload does not exist. The upload ID may be invalid, or the upload may have "
     "been aborted or completed."},
    {code::kNoSuchVersion, 404, "The specified version does not exist."},
    {code::kNoSuchWebsiteConfiguration, 404,
     "The specified bucket does not have a website configuration"},
    {code::kNotImplemented, 501,
     "A header or query you provided implies functionality that is not implemented"},
    {code::kObjectLockConfigurationNotFoundError, 404,
     "Object Lock configuration does not exist for this bucket"},
    {code::kOperationAborted, 409,
     "A conflicting conditional operation is currently in progress against this resource. Please "
     "try again."},
    {code::kOwnershipControlsNotFoundError, 404, "The bucket ownership controls were not found"},
    {code::kPreconditionFailed, 412,
     "At least one of the pre-conditions you specified did not hold"},
    {code::kReplicationConfigurationNotFoundError, 404,
     "The replication configuration was not found"},
    {code::kRequestTimeTooSkewed, 403,
     "The difference between the request time and the current time is too large."},
    {code::kRequestTimeout, 400,
     "Your socket connection to the server was not read from or written to within the timeout "
     "period."},
    {code::kServerSideEncryptionConfigurationNotFoundError, 404,
     "The server side encryption configuration was not found"},
    {code::kServiceUnavailable, 503, "Please reduce your request rate."},
    {code::kSignatureDoesNotMatch, 403,
     "The request signature we calculated does not match the signature you provided. Check your "
     "key and signing method."},
    {code::kSlowDown, 503, "Please reduce your request rate."},
    {code::kUnresolvableGrantByEmailAddress, 400,
     "The e-mail address you provided does not match any account on record."},
    {code::kXAmzContentSha256Mismatch, 400,
     "The provided 'x-amz-content-sha256' header does not match what was computed."},
    {code::kXMinioAdminBucketQuotaExceeded, 400, "Bucket quota exceeded"},
    {code::kXMinioStorageFull, 507,
     "Storage backend has reached its minimum free drive threshold. Please delete a few objects to "
     "proceed."},
};

// Reasons of the layers below.
constexpr std::pair<std::string_view, std::string_view> kReasons[] = {
    {store::reason::kNoSuchBucket, code::kNoSuchBucket},
    {store::reason::kBucketExists, code::kBucketAlreadyOwnedByYou},
    {store::reason::kBucketNotEmpty, code::kBucketNotEmpty},
    {store::reason::kBadBucketName, code::kInvalidBucketName},
    {store::reason::kBadKey, code::kInvalidArgument},
    {store::reason::kNoSuchKey, code::kNoSuchKey},
    {store::reason::kNoSuchVersion, code::kNoSuchVersion},
    {store::reason::kNoSuchUpload, code::kNoSuchUpload},
    {store::reason::kBadPartNumber, code::kInvalidArgument},
    {store::reason::kBadPart, code::kInvalidPart},
    {store::reason::kBadPartOrder, code::kInvalidPartOrder},
    {store::reason::kPartTooSmall, code::kEntityTooSmall},
    {store::reason::kConditionFailed, code::kPreconditionFailed},
    {store::reason::kBadRange, code::kInvalidRange},
    {store::reason::kNoSpace, code::kXMinioStorageFull},
    {store::reason::kQuotaExceeded, code::kXMinioAdminBucketQuotaExceeded},
    {store::reason::kDeleteMarker, code::kMethodNotAllowed},
    {store::reason::kBadBucketChange, code::kInvalidBucketState},
    {store::reason::kObjectLocked, code::kAccessDenied},
    {store::reason::kNoObjectLock, code::kInvalidRequest},
    {store::reason::kBadRetention, code::kInvalidArgument},
    {store::reason::kCustomerKeyNeeded, code::kInvalidRequest},
    {store::reason::kWrongCustomerKey, code::kInvalidRequest},
    {store::reason::kUnwantedCustomerKey, code::kInvalidRequest},
    {store::reason::kNoSuchEncryptionKey, code::kKmsNotFoundException},
    {store::reason::kEncryptionKeyDisabled, code::kKmsDisabledException},
    {"incomplete_body", code::kIncompleteBody},  // net/http.h
};

std::string_view FallbackCode(Code error_code) {
  switch (error_code) {
    case Code::kInvalidArgument:
      return code::kInvalidArgument;
    case Code::kNotFound:
      return code::kNoSuchKey;
    case Code::kAlreadyExists:
      return code::kOperationAborted;
    case Code::kFailedPrecondition:
      return code::kInvalidRequest;
    case Code::kOutOfRange:
      return code::kInvalidRange;
    case Code::kPermissionDenied:
      return code::kAccessDenied;
    case Code::kUnauthenticated:
      return code::kInvalidAccessKeyId;
    case Code::kResourceExhausted:
      return code::kSlowDown;
    case Code::kAborted:
      return code::kOperationAborted;
    case Code::kCancelled:
      return code::kRequestTimeout;
    case Code::kDeadlineExceeded:
      return code::kRequestTimeout;
    case Code::kUnavailable:
      return code::kServiceUnavailable;
    case Code::kUnimplemented:
      return code::kNotImplemented;
    case Code::kDataLoss:
      return code::kInternalError;
    case Code::kInternal:
      return code::kInternalError;
  }
  return code::kInternalError;
}

const CodeEntry* FindCode(std::string_view wire_code) {
  for (const CodeEntry& entry : kCodes) {
    if (entry.code == wire_code) return &entry;
  }
  return nullptr;
}

// Whether the error's own message tells the client more than the usual one of the code.
bool KeepsMessage(const base::Error& error, const CodeEntry& entry) {
  if (error.message().empty() || entry.status >= 500) {
    return entry.code == code::kNotImplemented && !error.message().empty();
  }
  // Which key is wrong, and how, the usual messages do not say.
  for (std::string_view reason :
       {store::reason::kCustomerKeyNeeded, store::reason::kWrongCustomerKey,
        store::reason::kUnwantedCustomerKey, store::reason::kNoSuchEncryptionKey,
        store::reason::kEncryptionKeyDisabled}) {
    if (error.reason() == reason) return true;
  }
  return error.reason() == entry.code || entry.code == code::kInvalidArgument;
}

}  // namespace

WireError ToWireError(const base::Error& error) {
  const CodeEntry* entry = FindCode(error.reason());
  for (const auto& [reason, wire_code] : kReasons) {
    if (entry == nullptr && error.reason() == reason) entry = FindCode(wire_code);
  }
  if (entry == nullptr) entry = FindCode(FallbackCode(error.code()));
  return {entry->status, std::string(entry->code),
          KeepsMessage(error, *entry) ? error.message() : std::string(entry->message)};
}

tl::unexpected<base::Error> Refuse(std::string_view wire_code, std::string message) {
  return base::Fail(Code::kInvalidArgument, wire_code, std::move(message));
}

}  // namespace penstock::s3
