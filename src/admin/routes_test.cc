// SPDX-License-Identifier: Apache-2.0
#include "admin/routes.h"

#include <gtest/gtest.h>

namespace penstock::admin {
namespace {

TEST(Routes, TellsUnknownPathsFromUnknownMethods) {
  EXPECT_TRUE(FindRoute("GET", "/penstock/admin/v1/info"));
  EXPECT_EQ(FindRoute("PATCH", "/penstock/admin/v1/info").error().code(),
            base::Code::kUnimplemented);
  for (const char* path : {"/penstock/admin/v1/", "/penstock/admin/v1/infos",
                           "/penstock/admin/v1/info/", "/penstock/admin/v1//info"}) {
    auto found = FindRoute("GET", path);
    ASSERT_FALSE(found) << path;
    EXPECT_EQ(found.error().code(), base::Code::kNotFound) << path;
  }
}

}  // namespace
}  // namespace penstock::admin
