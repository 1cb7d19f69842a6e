// SPDX-License-Identifier: Apache-2.0
#include "store/quota.h"

#include <gmock/gmock.h>

#include "store/object_store.h"

namespace penstock::store {
namespace {

TEST(Quota, ComesBackAsItWasWritten) {
  for (Quota quota : {Quota{}, Quota{5, {}}, Quota{{}, 7}, Quota{0, 0}}) {
    EXPECT_EQ(ParseQuota(FormatQuota(quota)).value(), quota);
  }
}

TEST(Quota, RefusesWhatIsNone) {
  for (const char* document :
       {"", "5", "[]", R"({"bytes":-1})", R"({"bytes":"5"})", R"({"versions":1.5})"}) {
    EXPECT_FALSE(ParseQuota(document)) << document;
  }
}

struct Case {
  const char* what;
  Quota quota;
  uint64_t bytes, versions;  // there are
  uint64_t added, removed;
  bool replaces;
  bool allowed;
};

TEST(Quota, CountsWhatIsAddedAndWhatGoes) {
  const Case cases[] = {
      {"no quota", {}, 100, 10, 1000, 0, false, true},
      {"fits to the byte", {100, {}}, 60, 1, 40, 0, false, true},
      {"one byte over", {100, {}}, 60, 1, 41, 0, false, false},
      {"what is replaced makes room", {100, {}}, 60, 1, 90, 60, true, true},
      {"replacing by more than fits", {100, {}}, 60, 1, 101, 60, true, false},
      {"an empty object into a full bucket", {100, {}}, 100, 1, 0, 0, false, true},
      {"over a lowered quota, growing", {10, {}}, 60, 1, 61, 60, true, false},
      {"over a lowered quota, shrinking", {10, {}}, 60, 1, 59, 60, true, true},
      {"nothing at all", {0, {}}, 0, 0, 1, 0, false, false},
      {"no overflow", {100, {}}, 60, 1, ~uint64_t{0}, 0, false, false},
      {"one version more", {{}, 2}, 0, 1, 9, 0, false, true},
      {"too many versions", {{}, 2}, 0, 2, 9, 0, false, false},
      {"a version in place of another", {{}, 2}, 0, 2, 9, 0, true, true},
  };
  BucketInfo bucket;
  bucket.name = "b";
  for (const Case& test : cases) {
    BucketUsage usage;
    usage.bytes = test.bytes;
    usage.versions = test.versions;
    auto checked = CheckQuota(test.quota, bucket, usage, test.added, test.removed, test.replaces);
    EXPECT_EQ(checked.has_value(), test.allowed) << test.what;
    EXPECT_EQ(checked ? "" : checked.error().reason(), test.allowed ? "" : reason::kQuotaExceeded)
        << test.what;
  }
}

}  // namespace
}  // namespace penstock::store
