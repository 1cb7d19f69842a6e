// SPDX-License-Identifier: Apache-2.0
#include "ir/quantity.h"

#include <gtest/gtest.h>

namespace penstock::ir {
namespace {

TEST(Quantity, IsReadAsKubernetesDoes) {
  const std::pair<const char*, double> good[] = {{"0", 0},
                                                 {"1", 1},
                                                 {"1.5", 1.5},
                                                 {"500m", 0.5},
                                                 {"250u", 250e-6},
                                                 {"2Gi", 2147483648},
                                                 {"64Mi", 67108864},
                                                 {"1Ki", 1024},
                                                 {"1k", 1000},
                                                 {"8K", 8000},
                                                 {"1M", 1e6},
                                                 {"100G", 1e11},
                                                 {"1e3", 1000},
                                                 {"1E", 1e18},
                                                 {"12E2", 1200},
                                                 {"+3", 3},
                                                 {"128974848", 128974848},
                                                 {".5", 0.5},
                                                 {"1Ei", 0x1p60}};
  for (const auto& [text, value] : good) {
    const auto read = ParseQuantity(text);
    ASSERT_TRUE(read) << text;
    EXPECT_DOUBLE_EQ(*read, value) << text;
  }
}

TEST(Quantity, OfAnythingElseIsNone) {
  for (const char* text : {"", "m", "Gi", "-1", "1 Gi", "1gi", "1KB", "nan", "inf", "1e400", "0x10",
                           "1.2.3", "++1", "1GiB", "{{x}}"}) {
    EXPECT_FALSE(ParseQuantity(text)) << text;
  }
}

}  // namespace
}  // namespace penstock::ir
