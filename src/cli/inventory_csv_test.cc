// SPDX-License-Identifier: Apache-2.0
#include "cli/inventory_csv.h"

#include <gtest/gtest.h>

namespace penstock::cli {
namespace {

TEST(InventoryCsv, HasAColumnForWhatWasAsked) {
  EXPECT_EQ(InventoryHeader({}),
            "key,version_id,is_latest,delete_marker,size,etag,last_modified,storage_class,"
            "lock_mode,retain_until,legal_hold,encryption,encryption_key,owner\n");
  EXPECT_TRUE(InventoryHeader({true, true, true})
                  .ends_with(",owner,tags,checksums,content_type,metadata\n"));
}

TEST(InventoryCsv, QuotesWhatNeedsIt) {
  text::Json version = text::ParseJson(R"({"key":"a,\"b\"\n","version_id":"null","is_latest":true,
      "delete_marker":false,"size":7,"etag":"e","last_modified":"t","storage_class":"STANDARD",
      "legal_hold":false,"encryption":"NOT-SSE","owner":"","tags":{"x":"1"}})")
                           .value();
  EXPECT_EQ(InventoryRow(version, {true}),
            "\"a,\"\"b\"\"\n\",null,true,false,7,e,t,STANDARD,,,false,NOT-SSE,,,"
            "\"{\"\"x\"\":\"\"1\"\"}\"\n");
}

}  // namespace
}  // namespace penstock::cli
