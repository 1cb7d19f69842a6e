// SPDX-License-Identifier: Apache-2.0
#include "s3/lifecycle_document.h"

#include <gtest/gtest.h>

namespace penstock::s3 {
namespace {

std::string Document(std::string_view rules) {
  return "<LifecycleConfiguration xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">" +
         std::string(rules) + "</LifecycleConfiguration>";
}

// A rule that is right but for what the case puts in.
std::string Rule(std::string_view inside, std::string_view scope = "<Filter/>") {
  return "<Rule><ID>r</ID><Status>Enabled</Status>" + std::string(scope) + std::string(inside) +
         "</Rule>";
}

constexpr std::string_view kExpire = "<Expiration><Days>1</Days></Expiration>";

TEST(LifecycleDocument, ReadsEveryPartOfARule) {
  auto rules = ParseLifecycle(Document(R"(
      <Rule><ID>old</ID><Prefix>p/</Prefix><Status>Disabled</Status>
        <Expiration><Date>2030-01-01T00:00:00.000Z</Date></Expiration></Rule>
      <Rule><ID>new</ID><Status>Enabled</Status>
        <Filter><And><Prefix>q/</Prefix><Tag><Key>k</Key><Value>v</Value></Tag>
          <Tag><Key>l</Key><Value/></Tag><ObjectSizeGreaterThan>5</ObjectSizeGreaterThan>
          <ObjectSizeLessThan>9</ObjectSizeLessThan></And></Filter>
        <Expiration><Days>3</Days></Expiration>
        <NoncurrentVersionExpiration><NoncurrentDays>4</NoncurrentDays>
          <NewerNoncurrentVersions>2</NewerNoncurrentVersions></NoncurrentVersionExpiration></Rule>
      <Rule><Status>Enabled</Status><Filter/>
        <Expiration><ExpiredObjectDeleteMarker>true</ExpiredObjectDeleteMarker></Expiration>
        <AbortIncompleteMultipartUpload><DaysAfterInitiation>7</DaysAfterInitiation>
        </AbortIncompleteMultipartUpload></Rule>)"));
  ASSERT_TRUE(rules) << rules.error().message();
  ASSERT_EQ(rules->size(), 3);
  const auto& [old, with_filter, last] = std::tie((*rules)[0], (*rules)[1], (*rules)[2]);
  EXPECT_EQ(old.id, "old");
  EXPECT_FALSE(old.enabled);
  EXPECT_EQ(old.filter.prefix, "p/");
  EXPECT_EQ(base::FormatRfc3339(old.expire_on.value()), "2030-01-01T00:00:00Z");
  EXPECT_TRUE(with_filter.enabled);
  EXPECT_EQ(with_filter.filter.prefix, "q/");
  EXPECT_EQ(with_filter.filter.tags, (std::map<std::string, std::string>{{"k", "v"}, {"l", ""}}));
  EXPECT_EQ(with_filter.filter.size_above, 5);
  EXPECT_EQ(with_filter.filter.size_below, 9);
  EXPECT_EQ(with_filter.expire_after_days, 3);
  EXPECT_EQ(with_filter.drop_noncurrent_after_days, 4);
  EXPECT_EQ(with_filter.keep_noncurrent, 2);
  EXPECT_TRUE(last.id.empty());
  EXPECT_TRUE(last.drop_lone_delete_markers);
  EXPECT_EQ(last.abort_upload_after_days, 7);
}

struct Refusal {
  std::string_view what;
  std::string document;
  std::string_view code;
};

const std::vector<Refusal>& Refusals() {
  static const std::vector<Refusal> cases = {
      {"no XML", "rules", "MalformedXML"},
      {"another document", "<Delete/>", "MalformedXML"},
      {"no rules", Document(""), "MalformedXML"},
      {"something else than a rule", Document("<Role/>"), "MalformedXML"},
      {"unknown part of a rule", Document(Rule("<Expire/>")), "MalformedXML"},
      {"no status", Document("<Rule><Filter/><Expiration><Days>1</Days></Expiration></Rule>"),
       "MalformedXML"},
      {"status in small letters",
       Document("<Rule><Filter/><Status>enabled</Status><Expiration><Days>1</Days></Expiration>"
                "</Rule>"),
       "MalformedXML"},
      {"neither filter nor prefix", Document(Rule(kExpire, "")), "MalformedXML"},
      {"filter and prefix", Document(Rule(kExpire, "<Filter/><Prefix>a</Prefix>")), "MalformedXML"},
      {"two conditions without And",
       Document(Rule(kExpire,
                     "<Filter><Prefix>a</Prefix>"
                     "<ObjectSizeLessThan>1</ObjectSizeLessThan></Filter>")),
       "MalformedXML"},
      {"And in And", Document(Rule(kExpire, "<Filter><And><And/></And></Filter>")), "MalformedXML"},
      {"two prefixes",
       Document(Rule(kExpire, "<Filter><And><Prefix>a</Prefix><Prefix>b</Prefix></And></Filter>")),
       "MalformedXML"},
      {"the same tag twice",
       Document(Rule(kExpire,
                     "<Filter><And><Tag><Key>k</Key><Value>1</Value></Tag>"
                     "<Tag><Key>k</Key><Value>2</Value></Tag></And></Filter>")),
       "InvalidRequest"},
      {"no size in between",
       Document(Rule(kExpire,
                     "<Filter><And><ObjectSizeGreaterThan>9</ObjectSizeGreaterThan>"
                     "<ObjectSizeLessThan>9</ObjectSizeLessThan></And></Filter>")),
       "InvalidRequest"},
      {"nothing to do", Document(Rule("")), "InvalidRequest"},
      {"an empty expiration", Document(Rule("<Expiration/>")), "MalformedXML"},
      {"days and date",
       Document(Rule("<Expiration><Days>1</Days><Date>2030-01-01T00:00:00Z</Date></Expiration>")),
       "MalformedXML"},
      {"no days", Document(Rule("<Expiration><Days>0</Days></Expiration>")), "InvalidArgument"},
      {"negative days", Document(Rule("<Expiration><Days>-1</Days></Expiration>")),
       "InvalidArgument"},
      {"too many days",
       Document(Rule("<Expiration><Days>99999999999999999999</Days></Expiration>")),
       "InvalidArgument"},
      {"days in words", Document(Rule("<Expiration><Days>one</Days></Expiration>")),
       "MalformedXML"},
      {"a date in the day",
       Document(Rule("<Expiration><Date>2030-01-01T01:00:00Z</Date></Expiration>")),
       "InvalidArgument"},
      {"no date", Document(Rule("<Expiration><Date>soon</Date></Expiration>")), "MalformedXML"},
      {"keeping 101 versions",
       Document(Rule("<NoncurrentVersionExpiration><NoncurrentDays>1</NoncurrentDays>"
                     "<NewerNoncurrentVersions>101</NewerNoncurrentVersions>"
                     "</NoncurrentVersionExpiration>")),
       "InvalidArgument"},
      {"uploads by tag",
       Document(Rule("<AbortIncompleteMultipartUpload><DaysAfterInitiation>1</DaysAfterInitiation>"
                     "</AbortIncompleteMultipartUpload>",
                     "<Filter><Tag><Key>k</Key><Value>v</Value></Tag></Filter>")),
       "InvalidRequest"},
      {"delete markers by tag",
       Document(Rule("<Expiration><ExpiredObjectDeleteMarker>true</ExpiredObjectDeleteMarker>"
                     "</Expiration>",
                     "<Filter><Tag><Key>k</Key><Value>v</Value></Tag></Filter>")),
       "InvalidRequest"},
      {"a transition",
       Document(Rule("<Transition><Days>1</Days><StorageClass>GLACIER</StorageClass>"
                     "</Transition>")),
       "NotImplemented"},
      {"an ID twice", Document(Rule(kExpire) + Rule(kExpire)), "InvalidArgument"},
      {"an ID that is too long",
       Document("<Rule><ID>" + std::string(256, 'a') +
                "</ID><Status>Enabled</Status><Filter/><Expiration><Days>1</Days></Expiration>"
                "</Rule>"),
       "InvalidArgument"},
  };
  return cases;
}

TEST(LifecycleDocument, RefusesWithTheCodesOfS3) {
  for (const Refusal& c : Refusals()) {
    auto rules = ParseLifecycle(c.document);
    ASSERT_FALSE(rules) << c.what;
    EXPECT_EQ(rules.error().reason(), c.code) << c.what << ": " << rules.error().message();
    EXPECT_FALSE(CompleteLifecycle(c.document)) << c.what;
  }
}

TEST(LifecycleDocument, HasAThousandRulesAtMost) {
  auto with = [](int count) {
    std::string rules;
    for (int i = 0; i < count; ++i) {
      rules += "<Rule><ID>" + std::to_string(i) +
               "</ID><Status>Enabled</Status><Prefix/><Expiration><Days>1</Days></Expiration>"
               "</Rule>";
    }
    return ParseLifecycle(Document(rules));
  };
  EXPECT_TRUE(with(1000));
  auto refused = with(1001);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().reason(), "InvalidRequest");
}

TEST(LifecycleDocument, IsKeptAsItCameWithIdsForAll) {
  auto kept = CompleteLifecycle(
      "<LifecycleConfiguration><Rule><Status>Enabled</Status><Prefix>a&amp;b</Prefix>"
      "<Expiration><Days>1</Days></Expiration></Rule>"
      "<Rule><ID>rule-1</ID><Filter></Filter><Status>Disabled</Status>"
      "<Expiration><Days>2</Days></Expiration></Rule></LifecycleConfiguration>");
  ASSERT_TRUE(kept) << kept.error().message();
  EXPECT_EQ(kept->substr(kept->find("<LifecycleConfiguration")),
            "<LifecycleConfiguration xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">"
            "<Rule><ID>rule-2</ID><Status>Enabled</Status><Prefix>a&amp;b</Prefix>"
            "<Expiration><Days>1</Days></Expiration></Rule>"
            "<Rule><ID>rule-1</ID><Filter></Filter><Status>Disabled</Status>"
            "<Expiration><Days>2</Days></Expiration></Rule></LifecycleConfiguration>");
  EXPECT_TRUE(ParseLifecycle(*kept));
  EXPECT_EQ(CompleteLifecycle(*kept).value(), *kept);
}

}  // namespace
}  // namespace penstock::s3
