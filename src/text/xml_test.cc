// SPDX-License-Identifier: Apache-2.0
#include "text/xml.h"

#include <gtest/gtest.h>

namespace penstock::text {
namespace {

TEST(Xml, ReadsElementsWithoutPrefixes) {
  auto root = ParseXml(
      "<?xml version=\"1.0\"?><!-- c --><n:Delete "
      "xmlns:n='u'><Object><Key>a&amp;b&#x20;<![CDATA[<c>]]>"
      "</Key></Object><Quiet>true</Quiet></n:Delete>");
  ASSERT_TRUE(root) << root.error().message();
  EXPECT_EQ(root->name, "Delete");
  EXPECT_EQ(root->Child("Object")->ChildText("Key"), "a&b <c>");
  EXPECT_EQ(root->ChildText("Quiet"), "true");
  EXPECT_EQ(root->ChildText("None", "fallback"), "fallback");
  EXPECT_EQ(root->Child("None"), nullptr);
}

TEST(Xml, KeepsSpaceInsideText) {
  EXPECT_EQ(ParseXml("<k> a  b </k>")->text, " a  b ");
  EXPECT_EQ(ParseXml("<k> </k>")->text, " ");
}

TEST(Xml, RefusesWhatIsBroken) {
  for (const char* text : {"", "   ", "text", "<a>", "<a></b>", "<a", "<a b></a>",
                           "<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>"}) {
    auto root = ParseXml(text);
    EXPECT_FALSE(root) << text;
  }
}

TEST(Xml, HasLimits) {
  std::string deep;
  for (int i = 0; i < 100'000; ++i) deep += "<a>";
  EXPECT_FALSE(ParseXml(deep));
  XmlLimits limits;
  limits.max_depth = 3;
  EXPECT_TRUE(ParseXml("<a><b><c/></b></a>", limits));
  EXPECT_FALSE(ParseXml("<a><b><c><d>x</d></c></b></a>", limits));
  limits.max_bytes = 5;
  EXPECT_EQ(ParseXml("<abc/>", limits).error().code(), base::Code::kResourceExhausted);
}

TEST(XmlWriter, EscapesText) {
  XmlWriter writer;
  writer.Open("A", "urn:x").Text("B", "<&>\"'\x01\n").Number("C", 7).Bool("D", true).Open("E");
  std::string document = writer.Finish();
  EXPECT_EQ(document,
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<A xmlns=\"urn:x\">"
            "<B>&lt;&amp;&gt;&quot;'&#x1;\n</B><C>7</C><D>true</D><E></E></A>");
}

}  // namespace
}  // namespace penstock::text
