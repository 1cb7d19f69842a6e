// SPDX-License-Identifier: Apache-2.0
#include "store/lock_rules.h"

#include <string>

#include <gtest/gtest.h>

#include "store/object_store.h"

namespace penstock::store {
namespace {

using base::Time;

constexpr auto kNone = RetentionMode::kNone;
constexpr auto kGovernance = RetentionMode::kGovernance;
constexpr auto kCompliance = RetentionMode::kCompliance;

Time At(std::string_view text) { return base::ParseRfc3339(text).value(); }

const Time kNow = At("2026-06-01T12:00:00Z");
const Time kEarlier = At("2026-06-01T11:59:59Z");
const Time kLater = At("2026-06-02T12:00:00Z");
const Time kMuchLater = At("2030-01-01T00:00:00Z");

std::string Describe(const base::Status& status) { return status ? "ok" : status.error().reason(); }

TEST(LockRules, WhatMayBeRemoved) {
  struct Case {
    Retention retention;
    bool hold;
    bool bypass;
    bool removable;
  };
  const Case cases[] = {
      {{}, false, false, true},
      {{}, true, false, false},
      {{}, true, true, false},
      {{kGovernance, kLater}, false, false, false},
      {{kGovernance, kLater}, false, true, true},
      {{kGovernance, kLater}, true, true, false},
      {{kGovernance, kEarlier}, false, false, true},
      {{kCompliance, kLater}, false, false, false},
      {{kCompliance, kLater}, false, true, false},
      {{kCompliance, kNow}, false, false, true},  // until then, and no longer
      {{kCompliance, kNow + base::Duration(1)}, false, true, false},
      {{kCompliance, kEarlier}, true, true, false},
  };
  for (const Case& c : cases) {
    ObjectAttributes attributes;
    attributes.retention = c.retention;
    attributes.legal_hold = c.hold;
    EXPECT_EQ(Describe(CheckRemovable("k", attributes, kNow, c.bypass)),
              c.removable ? "ok" : "object_locked")
        << &c - cases;
  }
}

TEST(LockRules, WhatMayBeChanged) {
  struct Case {
    Retention before, after;
    const char* plain;
    const char* bypassing;
  };
  const Case cases[] = {
      {{}, {kGovernance, kLater}, "ok", "ok"},
      {{}, {kCompliance, kLater}, "ok", "ok"},
      {{}, {kGovernance, kNow}, "bad_retention", "bad_retention"},
      {{}, {}, "ok", "ok"},
      {{kGovernance, kLater}, {kGovernance, kMuchLater}, "ok", "ok"},
      {{kGovernance, kLater}, {kGovernance, kLater}, "ok", "ok"},
      {{kGovernance, kMuchLater}, {kGovernance, kLater}, "object_locked", "ok"},
      {{kGovernance, kLater}, {}, "object_locked", "ok"},
      {{kGovernance, kLater}, {kCompliance, kMuchLater}, "object_locked", "ok"},
      {{kGovernance, kEarlier}, {}, "ok", "ok"},
      {{kCompliance, kLater}, {kCompliance, kMuchLater}, "ok", "ok"},
      {{kCompliance, kLater}, {kCompliance, kLater}, "ok", "ok"},
      {{kCompliance, kMuchLater}, {kCompliance, kLater}, "object_locked", "object_locked"},
      {{kCompliance, kLater}, {kGovernance, kMuchLater}, "object_locked", "object_locked"},
      {{kCompliance, kLater}, {}, "object_locked", "object_locked"},
      {{kCompliance, kLater}, {kNone, kMuchLater}, "object_locked", "object_locked"},
      {{kCompliance, kEarlier}, {}, "ok", "ok"},
      {{kCompliance, kEarlier}, {kGovernance, kLater}, "ok", "ok"},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(Describe(CheckRetentionChange("k", c.before, c.after, kNow, false)), c.plain)
        << &c - cases;
    EXPECT_EQ(Describe(CheckRetentionChange("k", c.before, c.after, kNow, true)), c.bypassing)
        << &c - cases;
  }
}

TEST(LockRules, NewVersionsTakeTheDefaultOfTheirBucket) {
  BucketInfo bucket;
  EXPECT_EQ(RetentionOfNew(bucket, {}, kNow), Retention{});
  bucket.object_lock = true;
  bucket.default_retention = DefaultRetention{kCompliance, 3, 0};
  EXPECT_EQ(RetentionOfNew(bucket, {}, kNow), (Retention{kCompliance, At("2026-06-04T12:00:00Z")}));
  Retention own{kGovernance, kLater};
  EXPECT_EQ(RetentionOfNew(bucket, own, kNow), own);
  bucket.default_retention = DefaultRetention{kGovernance, 0, 2};
  EXPECT_EQ(RetentionOfNew(bucket, {}, kNow), (Retention{kGovernance, At("2028-06-01T12:00:00Z")}));
  EXPECT_EQ(RetentionOfNew(bucket, {}, At("2028-02-29T01:02:03.5Z")).until,
            At("2030-03-01T01:02:03.5Z"));
  bucket.default_retention->years = 100;
  EXPECT_EQ(RetentionOfNew(bucket, {}, kNow).until, At("2126-06-01T12:00:00Z"));
}

TEST(LockRules, WritersNeedABucketWithObjectLock) {
  BucketInfo bucket;
  ObjectAttributes plain, held, retained, past;
  held.legal_hold = true;
  retained.retention = {kGovernance, kLater};
  past.retention = {kGovernance, kNow};
  EXPECT_EQ(Describe(CheckNewLock(bucket, plain, kNow)), "ok");
  EXPECT_EQ(Describe(CheckNewLock(bucket, held, kNow)), "no_object_lock");
  EXPECT_EQ(Describe(CheckNewLock(bucket, retained, kNow)), "no_object_lock");
  bucket.object_lock = true;
  EXPECT_EQ(Describe(CheckNewLock(bucket, held, kNow)), "ok");
  EXPECT_EQ(Describe(CheckNewLock(bucket, retained, kNow)), "ok");
  EXPECT_EQ(Describe(CheckNewLock(bucket, past, kNow)), "bad_retention");
}

}  // namespace
}  // namespace penstock::store
