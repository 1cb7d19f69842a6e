// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "text/json.h"

namespace penstock::iam {

// The one account there is, as ARNs and clients that ask for it want to see it.
inline constexpr std::string_view kAccountId = "000000000000";

// "arn:aws:iam::000000000000:user/NAME"
std::string UserArn(std::string_view user);
std::string RootArn();  // "arn:aws:iam::000000000000:root"

// By what names a resource policy may know somebody. A view; all empty for anonymous callers.
struct PrincipalNames {
  std::string_view user;          // "" for the root and for sessions of nobody's
  std::string_view arn;           // the user's, the root's or the role's
  std::string_view session_arn;   // of a temporary key, else ""
  std::string_view canonical_id;  // may be ""
  bool signed_in = false;
};

// The Principal or NotPrincipal of a statement: "*", {"AWS": …}, {"CanonicalUser": …}.
class PrincipalPattern {
 public:
  static base::Result<PrincipalPattern> Parse(const text::Json& value);

  bool Matches(const PrincipalNames& who) const;
  bool MatchesEverybody() const { return everybody_; }

 private:
  base::Status AddAws(const std::string& text);
  base::Status Add(const std::string& kind, const std::string& text);

  bool everybody_ = false;
  bool whole_account_ = false;
  std::vector<std::string> users_;
  std::vector<std::string> arns_;
  std::vector<std::string> canonical_ids_;
};

}  // namespace penstock::iam
