// SPDX-License-Identifier: Apache-2.0
#include "sts/sts_parameters.h"

#include <algorithm>
#include <charconv>
#include <chrono>

#include "iam/policy.h"
#include "sts/sts_answer.h"

namespace penstock::sts {
namespace {

using base::Result;
using base::Status;

// They would narrow or prove something; a session without them would be more than was asked for.
constexpr std::string_view kNotOffered[] = {"PolicyArns.",  "Tags.",     "TransitiveTagKeys.",
                                            "SerialNumber", "TokenCode", "ProvidedContexts."};

Result<base::Duration> ReadLifetime(const std::string& text) {
  constexpr int kLeast = 900;
  constexpr int kMost = 43200;
  constexpr int kUsual = 3600;
  if (text.empty()) return std::chrono::seconds(kUsual);
  int seconds = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (error != std::errc() || end != text.data() + text.size() || seconds < kLeast ||
      seconds > kMost) {
    return Refuse(code::kValidation, "DurationSeconds must be a number from 900 to 43200");
  }
  return std::chrono::seconds(seconds);
}

Status CheckPolicy(const std::string& policy) {
  if (policy.empty()) return {};
  if (policy.size() > iam::kMaxSessionPolicyBytes) {
    return Refuse(code::kPolicyTooLarge, "Policy must have at most " +
                                             std::to_string(iam::kMaxSessionPolicyBytes) +
                                             " bytes, has " + std::to_string(policy.size()));
  }
  auto parsed = iam::Policy::Parse(policy, iam::PolicyKind::kIdentity);
  if (parsed) return {};
  return Refuse(code::kMalformedPolicy, "Policy: " + parsed.error().message());
}

// As AWS has it: [\w+=,.@-]*, 2 to 64.
Status CheckSessionName(const std::string& name) {
  auto good = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("_+=,.@-").find(c) != std::string_view::npos;
  };
  if (name.empty()) return {};
  if (name.size() >= 2 && name.size() <= 64 && std::all_of(name.begin(), name.end(), good)) {
    return {};
  }
  return Refuse(code::kValidation,
                "RoleSessionName must be 2 to 64 letters, digits or any of _ + = , . @ -");
}

}  // namespace

Result<StsParameters> StsParameters::Parse(std::string_view body, std::string_view raw_query) {
  StsParameters parameters;
  auto form = text::Query::Parse(body);
  auto query = text::Query::Parse(raw_query);
  if (!form || !query) {
    return Refuse(code::kValidation, "the parameters have a wrong percent escape");
  }
  parameters.form_ = *std::move(form);
  parameters.query_ = *std::move(query);
  return parameters;
}

std::string StsParameters::Get(std::string_view name) const {
  return form_.GetOr(name, query_.GetOr(name, ""));
}

Status StsParameters::CheckOffered() const {
  for (const text::Query* parameters : {&form_, &query_}) {
    for (const auto& [name, value] : parameters->items()) {
      for (std::string_view missing : kNotOffered) {
        if (std::string_view(name).starts_with(missing)) {
          return Refuse(code::kValidation, name + " is not supported; leave it out");
        }
      }
    }
  }
  return {};
}

Result<iam::Sessions::Request> StsParameters::SessionRequest() const {
  PENSTOCK_RETURN_IF_ERROR(CheckOffered());
  iam::Sessions::Request request;
  PENSTOCK_TRY(request.lifetime, ReadLifetime(Get("DurationSeconds")));
  request.policy = Get("Policy");
  PENSTOCK_RETURN_IF_ERROR(CheckPolicy(request.policy));
  request.name = Get("RoleSessionName");
  PENSTOCK_RETURN_IF_ERROR(CheckSessionName(request.name));
  return request;
}

}  // namespace penstock::sts
