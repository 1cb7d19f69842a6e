// SPDX-License-Identifier: Apache-2.0
#include "s3/tag_set.h"

#include <gtest/gtest.h>

namespace penstock::s3 {
namespace {

std::string Outcome(const base::Result<TagList>& tags) {
  if (!tags) return tags.error().reason();
  std::string text;
  for (const auto& [key, value] : *tags) text += key + "=" + value + ";";
  return text;
}

TEST(TagSet, Header) {
  const std::string k128(128, 'k');
  const std::string v256(256, 'v');
  struct Case {
    std::string header;
    std::string outcome;
  };
  const Case cases[] = {
      {"a=1&b=2", "a=1;b=2;"},
      {"b=2&a=1", "b=2;a=1;"},
      {"a%20b=c%2Fd&e+f=%2B", "a b=c/d;e f=+;"},
      {"foo=bar&bar", "foo=bar;bar=;"},
      {"", ""},
      {"%C3%A9=%E4%BD%A0", "\xC3\xA9=\xE4\xBD\xA0;"},
      {k128 + "=" + v256, k128 + "=" + v256 + ";"},
      {k128 + "k=", "InvalidTag"},
      {"k=" + v256 + "v", "InvalidTag"},
      {"=v", "InvalidTag"},
      {"a=1&a=2", "InvalidTag"},
      {"aws:a=1", "InvalidTag"},
      {"a=%00", "InvalidTag"},
      {"a=%3C", "InvalidTag"},
      {"%FF=1", "InvalidTag"},
      {"a=%zz", "InvalidArgument"},
      {"0=&1=&2=&3=&4=&5=&6=&7=&8=&9=", "0=;1=;2=;3=;4=;5=;6=;7=;8=;9=;"},
      {"0=&1=&2=&3=&4=&5=&6=&7=&8=&9=&a=", "InvalidTag"},
  };
  for (const Case& c : cases) EXPECT_EQ(Outcome(ParseTagHeader(c.header)), c.outcome) << c.header;
}

TEST(TagSet, Document) {
  struct Case {
    std::string xml;
    std::string outcome;
  };
  const std::string tag = "<Tag><Key>a</Key><Value>1</Value></Tag>";
  const Case cases[] = {
      {"<Tagging><TagSet>" + tag + "</TagSet></Tagging>", "a=1;"},
      {"<Tagging><TagSet/></Tagging>", ""},
      {"<Tagging><TagSet><Tag><Key>a</Key><Value/></Tag></TagSet></Tagging>", "a=;"},
      {"<Tagging><TagSet>" + tag + tag + "</TagSet></Tagging>", "InvalidTag"},
      {"<Tagging><TagSet><Tag><Key/><Value/></Tag></TagSet></Tagging>", "InvalidTag"},
      {"<Tagging/>", "MalformedXML"},
      {"<Tags/>", "MalformedXML"},
      {"<Tagging><TagSet><Tag><Key>a</Key></Tag></TagSet></Tagging>", "MalformedXML"},
      {"<Tagging><TagSet><Other/></TagSet></Tagging>", "MalformedXML"},
      {"", "MalformedXML"},
      {"<Tagging>", "MalformedXML"},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(Outcome(ParseTagging(c.xml, kMaxObjectTags)), c.outcome) << c.xml;
  }
  std::string many;
  for (int i = 0; i < 11; ++i) {
    many += "<Tag><Key>" + std::to_string(i) + "</Key><Value>v</Value></Tag>";
  }
  many = "<Tagging><TagSet>" + many + "</TagSet></Tagging>";
  EXPECT_EQ(Outcome(ParseTagging(many, kMaxObjectTags)), "InvalidTag");
  EXPECT_TRUE(ParseTagging(many, kMaxBucketTags));
}

TEST(TagSet, WritesWhatItReads) {
  text::XmlWriter xml;
  WriteTagging(TagList{{"b", "<2>"}, {"a", ""}}, "", xml);
  // The characters of a stored tag are escaped, whatever they are.
  EXPECT_NE(xml.Finish().find("<Tag><Key>b</Key><Value>&lt;2&gt;</Value></Tag>"),
            std::string::npos);
}

}  // namespace
}  // namespace penstock::s3
