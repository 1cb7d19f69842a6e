// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <utility>

namespace penstock::base {

// What kind of failure this is, in words no protocol owns. Wire codes are mapped from these in s3/
// and kfp/ only.
enum class Code {
  kInvalidArgument,     // the caller's input is wrong, whatever the state
  kNotFound,            // the named thing does not exist
  kAlreadyExists,       // the name is taken
  kFailedPrecondition,  // right input, wrong state (or a condition of the request does not hold)
  kOutOfRange,          // past the end of something
  kPermissionDenied,    // known caller, not allowed
  kUnauthenticated,     // unknown or unproven caller
  kResourceExhausted,   // a limit, a quota or the disk is full
  kAborted,             // lost a race; trying again may succeed
  kCancelled,           // somebody asked for it to stop
  kDeadlineExceeded,    // took too long
  kUnavailable,         // not now; trying later may succeed
  kUnimplemented,       // known, and not offered
  kDataLoss,            // stored bytes are damaged
  kInternal,            // a fault of ours or of the machine
};

std::string_view CodeName(Code code);

// A failure: its kind, a message for a person that names the place and the remedy, and optionally a
// stable machine-readable reason ("no_such_bucket") where a layer needs finer kinds than Code.
class [[nodiscard]] Error {
 public:
  Error(Code code, std::string message) : code_(code), message_(std::move(message)) {}
  Error(Code code, std::string_view reason, std::string message)
      : code_(code), reason_(reason), message_(std::move(message)) {}

  Code code() const { return code_; }
  const std::string& reason() const { return reason_; }
  const std::string& message() const { return message_; }

  // The same error seen from further out: "context: message".
  Error Wrap(std::string_view context) &&;

 private:
  Code code_;
  std::string reason_;
  std::string message_;
};

}  // namespace penstock::base
