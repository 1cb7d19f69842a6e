// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "iam/access_request.h"
#include "net/http.h"
#include "s3/authenticator.h"
#include "store/object_store.h"
#include "text/url.h"

namespace penstock::s3 {

// What a request is about to do something to. Names may be empty: the bucket itself, or none.
struct AccessTarget {
  std::string_view bucket;
  std::string_view key;
  std::string_view version_id;

  std::string Arn() const;  // "arn:aws:s3:::bucket/key"
};

// The circumstances of a request as condition keys of policies name them (Service authorization
// reference, "Condition keys for Amazon S3"). Values are looked up only when a policy asks.
class RequestConditions final : public iam::RequestContext {
 public:
  // The references must outlive this.
  RequestConditions(const net::Request& request, const text::Query& query, const Identity& identity,
                    store::ObjectStore& store, base::Time now)
      : request_(request), query_(query), identity_(identity), store_(store), now_(now) {}

  // What the keys about an existing object are answered for.
  void SetTarget(const AccessTarget& target) { target_ = target; }
  // Values known from elsewhere (a body), which stand for those of the request; null for none. Of
  // tags and locks nothing but they count then: what headers say of them is not what is done.
  void SetOverrides(const iam::MapContext* overrides) { overrides_ = overrides; }

  iam::ContextValues Find(std::string_view key) const override;

 private:
  iam::ContextValues OfRequest(std::string_view name) const;
  iam::ContextValues OfAws(std::string_view name) const;
  iam::ContextValues OfSignature(std::string_view name) const;
  iam::ContextValues OfRequestTags(std::string_view tag) const;
  iam::ContextValues OfExistingTag(std::string_view tag) const;
  iam::ContextValues OfLock(std::string_view name) const;
  iam::ContextValues Header(std::string_view name) const;
  iam::ContextValues Parameter(std::string_view name) const;

  const net::Request& request_;
  const text::Query& query_;
  const Identity& identity_;
  store::ObjectStore& store_;
  const base::Time now_;
  AccessTarget target_;
  const iam::MapContext* overrides_ = nullptr;
};

// Whole days from now, rounded up, as s3:object-lock-remaining-retention-days counts them.
int64_t RemainingDays(base::Time until, base::Time now);

}  // namespace penstock::s3
