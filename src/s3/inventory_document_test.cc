// SPDX-License-Identifier: Apache-2.0
#include "s3/inventory_document.h"

#include <gmock/gmock.h>

namespace penstock::s3 {
namespace {

std::string Document(const std::string& destination, const std::string& rest) {
  return "<InventoryConfiguration xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Destination>"
         "<S3BucketDestination>" +
         destination + "</S3BucketDestination></Destination>" + rest + "</InventoryConfiguration>";
}

constexpr const char* kTo = "<Bucket>arn:aws:s3:::reports</Bucket><Format>CSV</Format>";
constexpr const char* kRest =
    "<Id>daily</Id><IsEnabled>true</IsEnabled><IncludedObjectVersions>All</IncludedObjectVersions>"
    "<Schedule><Frequency>Daily</Frequency></Schedule>";

TEST(InventoryDocument, IsToldAsItWasAsked) {
  std::string asked = Document(
      std::string("<AccountId>123456789012</AccountId>") + kTo +
          "<Prefix>in/here/</Prefix><Encryption><SSE-KMS><KeyId>k</KeyId></SSE-KMS></Encryption>",
      "<Id>weekly.1</Id><IsEnabled>false</IsEnabled>"
      "<IncludedObjectVersions>Current</IncludedObjectVersions>"
      "<Filter><Prefix>a &amp; b</Prefix></Filter>"
      "<OptionalFields><Field>Size</Field><Field>ETag</Field></OptionalFields>"
      "<Schedule><Frequency>Weekly</Frequency></Schedule>");
  auto rule = ParseInventory(asked);
  ASSERT_TRUE(rule) << rule.error().message();
  EXPECT_EQ(rule->destination, "reports");
  EXPECT_EQ(rule->destination_prefix, "in/here");
  EXPECT_EQ(rule->prefix, "a & b");
  EXPECT_FALSE(rule->enabled);
  EXPECT_FALSE(rule->all_versions);
  EXPECT_EQ(rule->frequency, inventory::Frequency::kWeekly);
  EXPECT_EQ(rule->encryption, store::EncryptionKind::kNamedKey);
  EXPECT_THAT(rule->fields, testing::ElementsAre("Size", "ETag"));
  text::XmlWriter xml;
  WriteInventory(*rule, "", xml);
  auto again = ParseInventory(xml.Finish());
  ASSERT_TRUE(again);
  EXPECT_EQ(inventory::FormatRules({*again}), inventory::FormatRules({*rule}));
}

TEST(InventoryDocument, RefusesWhatCannotBe) {
  struct Case {
    std::string xml;
    std::string code;
  };
  const std::string to = kTo;
  const std::string rest = kRest;
  for (const Case& c : {
           Case{"<x/>", "MalformedXML"},
           Case{"", "MalformedXML"},
           Case{Document(to, "<Id>a</Id>"), "MalformedXML"},
           Case{Document(to, rest + "<Id>b</Id>"), "MalformedXML"},
           Case{Document(to, rest + "<Other/>"), "MalformedXML"},
           Case{Document("<Bucket>reports</Bucket><Format>CSV</Format>", rest), "InvalidArgument"},
           Case{Document("<Bucket>arn:aws:s3:::r</Bucket><Format>ORC</Format>", rest),
                "NotImplemented"},
           Case{Document("<Bucket>arn:aws:s3:::r</Bucket><Format>TXT</Format>", rest),
                "MalformedXML"},
           Case{Document(to, rest + "<OptionalFields><Field>Colour</Field></OptionalFields>"),
                "NotImplemented"},
           Case{Document(to, rest + "<OptionalFields><Field>Size</Field><Field>Size</Field>"
                                    "</OptionalFields>"),
                "MalformedXML"},
           Case{Document(to + "<Encryption/>", rest), "MalformedXML"},
       }) {
    auto rule = ParseInventory(c.xml);
    ASSERT_FALSE(rule) << c.xml;
    EXPECT_EQ(rule.error().reason(), c.code) << c.xml;
  }
  std::string bad_id = Document(to, rest);
  bad_id.replace(bad_id.find("daily"), 5, "a/b c");
  EXPECT_EQ(ParseInventory(bad_id).error().reason(), "InvalidArgument");
}

}  // namespace
}  // namespace penstock::s3
