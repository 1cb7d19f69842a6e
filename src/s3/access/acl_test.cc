// SPDX-License-Identifier: Apache-2.0
#include "s3/access/acl.h"

#include <gtest/gtest.h>

#include "s3/access/public_access.h"

namespace penstock::s3 {
namespace {

using enum AclPermission;

constexpr AclCaller kAnybody;
constexpr AclCaller kOwner{true, "owner"};
constexpr AclCaller kOther{true, "other"};

bool Allows(const Acl& acl, AclPermission permission, const AclCaller& caller, bool groups = true) {
  return acl.Allows(permission, caller, "owner", groups);
}

TEST(Acl, CannedOnesGrantWhatTheirNamesSay) {
  struct Case {
    std::string_view name;
    bool anybody_reads, anybody_writes, other_reads, is_public;
  };
  constexpr Case kCases[] = {{"private", false, false, false, false},
                             {"public-read", true, false, true, true},
                             {"public-read-write", true, true, true, true},
                             {"authenticated-read", false, false, true, true},
                             {"bucket-owner-read", false, false, false, false},
                             {"bucket-owner-full-control", false, false, false, false},
                             {"log-delivery-write", false, false, false, false}};
  for (const Case& test : kCases) {
    SCOPED_TRACE(test.name);
    auto acl = CannedAcl(test.name, "owner", "bucket owner");
    ASSERT_TRUE(acl);
    EXPECT_EQ(Allows(*acl, kRead, kAnybody), test.anybody_reads);
    EXPECT_EQ(Allows(*acl, kWrite, kAnybody), test.anybody_writes);
    EXPECT_EQ(Allows(*acl, kRead, kOther), test.other_reads);
    EXPECT_EQ(acl->IsPublic(), test.is_public);
    EXPECT_FALSE(Allows(*acl, kReadAcp, kOther));
    EXPECT_FALSE(Allows(*acl, kRead, kAnybody, /*groups=*/false));
    EXPECT_EQ(acl->grants.back(), (AclGrant{GranteeKind::kUser, "owner", kFullControl}));
    EXPECT_EQ(ParseStoredAcl(FormatAcl(*acl), "owner").value(), *acl);
  }
  auto unknown = CannedAcl("public-ready", "owner", "owner");
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().reason(), "InvalidArgument");
}

TEST(Acl, TheBucketsOwnerIsGivenWhatTheWriterGives) {
  AclCaller bucket_owner{true, "bucket owner"};
  Acl read = CannedAcl("bucket-owner-read", "owner", "bucket owner").value();
  EXPECT_TRUE(Allows(read, kRead, bucket_owner));
  EXPECT_FALSE(Allows(read, kReadAcp, bucket_owner));
  Acl all = CannedAcl("bucket-owner-full-control", "owner", "bucket owner").value();
  EXPECT_TRUE(Allows(all, kWriteAcp, bucket_owner));
  EXPECT_EQ(CannedAcl("bucket-owner-read", "owner", "owner").value(), PrivateAcl("owner"));
}

TEST(Acl, WhatOwnersGrantThemselvesIsForTheirPoliciesToSay) {
  EXPECT_FALSE(Allows(PrivateAcl("owner"), kRead, kOwner));
  Acl acl{{{GranteeKind::kUser, "other", kReadAcp}}};
  EXPECT_TRUE(Allows(acl, kReadAcp, kOther));
  EXPECT_FALSE(Allows(acl, kRead, kOther));
  EXPECT_FALSE(Allows(acl, kReadAcp, kOwner));
  EXPECT_FALSE(Allows(acl, kReadAcp, AclCaller{false, "other"}));
}

TEST(Acl, StoredOnesAreReadOrRefused) {
  EXPECT_EQ(ParseStoredAcl("", "owner").value(), PrivateAcl("owner"));
  EXPECT_TRUE(ParseStoredAcl("1\n", "owner").value().grants.empty());
  for (std::string_view bad :
       {"2\n", "1\nREAD", "1\nREAD \n", "1\nNONE user:a\n", "1\nREAD http://nobody\n", "x"}) {
    auto acl = ParseStoredAcl(bad, "owner");
    ASSERT_FALSE(acl) << bad;
    EXPECT_EQ(acl.error().code(), base::Code::kDataLoss);
  }
}

TEST(PublicAccessBlock, IsReadAndWritten) {
  auto block = ParsePublicAccessBlock(
      "<PublicAccessBlockConfiguration><BlockPublicAcls>TRUE</BlockPublicAcls>"
      "<RestrictPublicBuckets>true</RestrictPublicBuckets><IgnorePublicAcls>false"
      "</IgnorePublicAcls></PublicAccessBlockConfiguration>");
  ASSERT_TRUE(block);
  EXPECT_EQ(*block, (PublicAccessBlock{true, false, false, true}));
  EXPECT_EQ(ParsePublicAccessBlock(WritePublicAccessBlock(*block)).value(), *block);
  EXPECT_FALSE(
      ParsePublicAccessBlock("<PublicAccessBlockConfiguration><BlockPublicAcls>yes"
                             "</BlockPublicAcls></PublicAccessBlockConfiguration>"));
  EXPECT_FALSE(ParsePublicAccessBlock("<Other/>"));
}

TEST(OwnershipControls, AreReadAndWritten) {
  for (Ownership ownership : {Ownership::kObjectWriter, Ownership::kBucketOwnerPreferred,
                              Ownership::kBucketOwnerEnforced}) {
    EXPECT_EQ(ParseOwnershipControls(WriteOwnershipControls(ownership)).value(), ownership);
    EXPECT_EQ(OwnershipByName(OwnershipName(ownership)).value(), ownership);
  }
  EXPECT_FALSE(ParseOwnershipControls("<OwnershipControls/>"));
  EXPECT_FALSE(
      ParseOwnershipControls("<OwnershipControls><Rule><ObjectOwnership>Mine"
                             "</ObjectOwnership></Rule></OwnershipControls>"));
}

}  // namespace
}  // namespace penstock::s3
