// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <initializer_list>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace penstock::iam {

// The values of one condition key; none where the key is absent from the request.
using ContextValues = std::vector<std::string>;

// Where policies learn the circumstances of a request. A key is asked for only if a policy names
// it, so that values which are costly to find (the tags of an object) cost nothing otherwise.
class RequestContext {
 public:
  virtual ~RequestContext() = default;
  // The key's name as NormalConditionKey gives it: "aws:sourceip", "s3:prefix",
  // "s3:existingobjecttag/Team", "jwt:preferred_username". Called at most a few times a request.
  virtual ContextValues Find(std::string_view key) const = 0;
};

// Condition keys compare without case, but what follows a '/' (a tag's name) or "jwt:" (a claim's)
// is the user's own and kept: "s3:ExistingObjectTag/Team" -> "s3:existingobjecttag/Team".
std::string NormalConditionKey(std::string_view key);

// Values known from the start.
class MapContext final : public RequestContext {
 public:
  MapContext() = default;
  MapContext(std::initializer_list<std::pair<const std::string, ContextValues>> values)
      : values_(values) {}

  void Set(std::string_view key, ContextValues values);
  ContextValues Find(std::string_view key) const override;

 private:
  std::map<std::string, ContextValues, std::less<>> values_;  // by normal key
};

// What somebody wants to do. A view: everything it names must outlive it.
struct AccessRequest {
  std::string_view action;    // "s3:GetObject", "admin:CreateUser"
  std::string_view resource;  // "arn:aws:s3:::bucket/key"; "" where it is about none in particular
  const RequestContext& context;
};

}  // namespace penstock::iam
