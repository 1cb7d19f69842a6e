// SPDX-License-Identifier: Apache-2.0
#include "s3/lock_headers.h"

#include <string>

#include "s3/error_codes.h"
#include "s3/error_map.h"

namespace penstock::s3 {
namespace {

using base::Status;
using store::RetentionMode;

constexpr std::string_view kMode = "x-amz-object-lock-mode";
constexpr std::string_view kUntil = "x-amz-object-lock-retain-until-date";
constexpr std::string_view kHold = "x-amz-object-lock-legal-hold";

}  // namespace

std::string_view RetentionModeName(RetentionMode mode) {
  return mode == RetentionMode::kCompliance ? "COMPLIANCE" : "GOVERNANCE";
}

RetentionMode RetentionModeByName(std::string_view name) {
  if (name == "GOVERNANCE") return RetentionMode::kGovernance;
  if (name == "COMPLIANCE") return RetentionMode::kCompliance;
  return RetentionMode::kNone;
}

Status CheckRetainUntil(base::Time until, base::Time now) {
  if (until > now) return {};
  return Refuse(code::kInvalidArgument, "The retain until date must be in the future!");
}

Status ParseLockHeaders(const net::Headers& headers, base::Time now, store::ObjectAttributes& out) {
  const std::string* mode = headers.Find(kMode);
  const std::string* until = headers.Find(kUntil);
  if ((mode == nullptr) != (until == nullptr)) {
    return Refuse(code::kInvalidArgument,
                  "x-amz-object-lock-retain-until-date and x-amz-object-lock-mode must both be "
                  "supplied");
  }
  if (mode != nullptr) {
    out.retention.mode = RetentionModeByName(*mode);
    if (out.retention.mode == RetentionMode::kNone) {
      return Refuse(code::kInvalidArgument, "Unknown wormMode directive.");
    }
    auto time = base::ParseRfc3339(*until);
    if (!time) {
      return Refuse(code::kInvalidArgument,
                    "The retain until date must be provided in ISO 8601 format");
    }
    PENSTOCK_RETURN_IF_ERROR(CheckRetainUntil(*time, now));
    out.retention.until = *time;
  }
  if (const std::string* hold = headers.Find(kHold)) {
    if (*hold != "ON" && *hold != "OFF") {
      return Refuse(code::kInvalidArgument, "Legal Hold must be either of 'ON' or 'OFF'");
    }
    out.legal_hold = *hold == "ON";
  }
  return {};
}

void AddLockHeaders(const store::ObjectAttributes& attributes, net::Headers& headers) {
  if (attributes.retention.mode != RetentionMode::kNone) {
    headers.Add(kMode, RetentionModeName(attributes.retention.mode));
    headers.Add(kUntil, base::FormatIso8601Millis(attributes.retention.until));
  }
  if (attributes.legal_hold) headers.Add(kHold, "ON");
}

}  // namespace penstock::s3
