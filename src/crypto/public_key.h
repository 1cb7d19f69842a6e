// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string_view>

#include "base/result.h"

namespace penstock::crypto {

// How a message was signed, with the names that JOSE gives them (RFC 7518 section 3.1).
enum class SignatureScheme { kRs256, kRs384, kRs512, kPs256, kPs384, kPs512, kEs256, kEs384 };

enum class Curve { kP256, kP384 };

// The public half of somebody's key pair, for verifying what he signed. Immutable and thread-safe.
class PublicKey {
 public:
  // Numbers as big-endian bytes. kInvalidArgument where they are no key, or one of less than 2048
  // bits or more than 16384.
  static base::Result<PublicKey> Rsa(std::string_view modulus, std::string_view exponent);
  // kInvalidArgument where the point is not on the curve.
  static base::Result<PublicKey> EllipticCurve(Curve curve, std::string_view x, std::string_view y);

  // Whether the key is of a kind that can have made such a signature.
  bool Fits(SignatureScheme scheme) const;
  // Signatures over curves are the two numbers, one after the other (RFC 7518 section 3.4). False
  // where anything is not as it should be.
  bool Verify(SignatureScheme scheme, std::string_view message, std::string_view signature) const;

 private:
  struct State;
  explicit PublicKey(std::shared_ptr<const State> state) : state_(std::move(state)) {}

  std::shared_ptr<const State> state_;  // copies share the key
};

}  // namespace penstock::crypto
