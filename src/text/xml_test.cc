// SPDX-License-Identifier: Apache-2.0
#include "text/xml.h"

#include <gtest/gtest.h>

namespace penstock::text {
namespace {

using base::Code;
using base::Result;

XmlElement Parsed(std::string_view text) {
  Result<XmlElement> root = ParseXml(text);
  EXPECT_TRUE(root.has_value()) << text << ": " << (root ? "" : root.error().message());
  return root ? *root : XmlElement();
}

TEST(Xml, ReadsElements) {
  XmlElement root = Parsed(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
      "<Delete xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">\n"
      "  <Object><Key>a &lt;b&gt; &amp; &quot;c&quot; &apos;d&apos; &#233;&#xE9;</Key></Object>\n"
      "  <!-- not text --><Object><Key><![CDATA[x & <y>]]></Key></Object>\n"
      "  <Quiet>true</Quiet>\n"
      "</Delete>\n");
  EXPECT_EQ(root.name, "Delete");
  EXPECT_EQ(root.text, "");
  ASSERT_EQ(root.children.size(), 3u);
  EXPECT_EQ(root.children[0].ChildText("Key"), "a <b> & \"c\" 'd' \xC3\xA9\xC3\xA9");
  EXPECT_EQ(root.children[1].ChildText("Key"), "x & <y>");
  EXPECT_EQ(root.ChildText("Quiet"), "true");
  EXPECT_EQ(root.ChildText("Absent", "fallback"), "fallback");
  EXPECT_EQ(root.Child("Absent"), nullptr);
}

TEST(Xml, DropsPrefixesAndKeepsAttributes) {
  XmlElement root = Parsed("<s3:Grant><Grantee xsi:type='CanonicalUser' a=\"&lt;\"/></s3:Grant>");
  EXPECT_EQ(root.name, "Grant");
  ASSERT_EQ(root.children.size(), 1u);
  using Attributes = std::vector<std::pair<std::string, std::string>>;
  EXPECT_EQ(root.children[0].attributes, (Attributes{{"xsi:type", "CanonicalUser"}, {"a", "<"}}));
}

TEST(Xml, KeepsWhiteSpaceThatIsText) {
  EXPECT_EQ(Parsed("<Key> </Key>").text, " ");
  EXPECT_EQ(Parsed("<Key> a\tb\n</Key>").text, " a\tb\n");
  EXPECT_EQ(Parsed("<Key>  <![CDATA[x]]></Key>").text, "  x");
  EXPECT_EQ(Parsed("<Key>a<!-- c -->b</Key>").text, "ab");
  EXPECT_EQ(Parsed("<Key>&#13;&#10;</Key>").text, "\r\n");
}

TEST(Xml, TakesControlCharactersAsReferences) {
  EXPECT_EQ(Parsed("<K>a&#x1;b</K>").text,
            "a\x01"
            "b");
}

TEST(Xml, RefusesWhatIsNotOneDocument) {
  for (std::string_view text :
       {"", " ", "text", "<a>", "<a></b>", "<a/><b/>", "</a>", "<a b></a>", "<a b=c/>", "<a",
        "<a><![CDATA[x</a>", "<!-- only -->", "<a><b></a></b>", "<1/>"}) {
    Result<XmlElement> root = ParseXml(text);
    ASSERT_FALSE(root.has_value()) << text;
    EXPECT_EQ(root.error().code(), Code::kInvalidArgument) << text;
  }
}

TEST(Xml, RefusesDocumentTypes) {
  EXPECT_FALSE(ParseXml("<!DOCTYPE a><a/>").has_value());
  EXPECT_FALSE(ParseXml("<!DOCTYPE a [<!ENTITY x \"y\">]><a>&x;</a>").has_value());
  EXPECT_FALSE(ParseXml("<!DOCTYPE a SYSTEM \"file:///etc/passwd\"><a/>").has_value());
}

TEST(Xml, RefusesReferencesToNothing) {
  for (std::string_view text :
       {"<a>&x;</a>", "<a>&</a>", "<a>a & b</a>", "<a>&#0;</a>", "<a>&#xD800;</a>",
        "<a>&#x110000;</a>", "<a>&#;</a>", "<a>&#x;</a>", "<a>&#-1;</a>", "<a>&lt</a>",
        "<a b='&nbsp;'/>", "<a>&#99999999999999;</a>"}) {
    EXPECT_FALSE(ParseXml(text).has_value()) << text;
  }
  EXPECT_TRUE(ParseXml("<a><![CDATA[&x;]]><!-- & --></a>").has_value());
}

TEST(Xml, RefusesOtherEncodings) {
  EXPECT_FALSE(ParseXml("<a>\xFF</a>").has_value());
  EXPECT_FALSE(ParseXml(std::string_view("<\0a\0/\0>\0", 8)).has_value());
  EXPECT_FALSE(ParseXml(std::string_view("<a>\0</a>", 8)).has_value());
  EXPECT_EQ(Parsed("\xEF\xBB\xBF<a>x</a>").text, "x");
}

TEST(Xml, KeepsToLimits) {
  std::string deep;
  for (int i = 0; i < 32; ++i) deep = "<a>" + deep + "</a>";
  EXPECT_TRUE(ParseXml(deep).has_value());
  EXPECT_FALSE(ParseXml("<a>" + deep + "</a>").has_value());
  std::string open;
  for (int i = 0; i < 100'000; ++i) open += "<a>";
  EXPECT_FALSE(ParseXml(open).has_value());

  XmlLimits limits;
  limits.max_bytes = 8;
  EXPECT_EQ(ParseXml("<a>12</a>", limits).error().code(), Code::kResourceExhausted);
  limits = {};
  limits.max_elements = 3;
  EXPECT_TRUE(ParseXml("<a><b/><c/></a>", limits).has_value());
  EXPECT_EQ(ParseXml("<a><b/><c/><d/></a>", limits).error().code(), Code::kResourceExhausted);
  EXPECT_EQ(ParseXml("<a b='' c='' d=''/>", limits).error().code(), Code::kResourceExhausted);
  std::string many = "<a>";
  for (int i = 0; i < 100; ++i) many += "<b/>";
  EXPECT_EQ(ParseXml(many + "</a>", limits).error().code(), Code::kResourceExhausted);
}

TEST(XmlWriter, WritesDocuments) {
  XmlWriter writer;
  writer.Open("Result", "http://x/?a&b").Text("Name", "b").Open("Contents");
  writer.Number("Size", 18446744073709551615u).Bool("Last", true).Close().Bool("More", false);
  EXPECT_EQ(writer.Finish(),
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
            "<Result xmlns=\"http://x/?a&amp;b\"><Name>b</Name><Contents>"
            "<Size>18446744073709551615</Size><Last>true</Last></Contents><More>false</More>"
            "</Result>");
}

TEST(XmlWriter, EscapesText) {
  XmlWriter writer;
  writer.Open("A", "urn:x").Text("B", "<&>\"'\x01\n").Open("E");
  EXPECT_EQ(writer.Finish(),
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<A xmlns=\"urn:x\">"
            "<B>&lt;&amp;&gt;&quot;'&#x1;\n</B><E></E></A>");
}

TEST(XmlWriter, ReadsBack) {
  for (std::string text :
       {"", " ", "a<b>&\"c'", "]]>", "line\nfeed\ttab\rreturn\r\n", "\x01\x1F", "\x7F",
        "\xC3\xA9\xF0\x9F\x98\x80", "&amp;", "plain<then&\xC3\xA9plain>", "\rplain\r"}) {
    XmlWriter writer;
    writer.Open("R").Text("T", text);
    EXPECT_EQ(Parsed(writer.Finish()).ChildText("T"), text);
  }
}

TEST(XmlWriter, ReplacesWhatXmlCannotHold) {
  XmlWriter writer;
  writer.Text("T", std::string_view("a\0\xFF\xEF\xBF\xBFz", 7));
  EXPECT_EQ(Parsed(writer.Finish()).text, "a\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBDz");
}

}  // namespace
}  // namespace penstock::text
