// SPDX-License-Identifier: Apache-2.0
#include "keys/key_ring.h"

#include <string>

#include <gtest/gtest.h>

#include "base/encoding.h"
#include "keys/ring_text.h"
#include "keys/sealed_box.h"
#include "keys/test_keys.h"

namespace penstock::keys {
namespace {

using base::Code;
using crypto::Secret;

class KeyRingTest : public ::testing::Test {
 protected:
  std::unique_ptr<KeyRing> Open() {
    auto ring = KeyRing::Open(storage_, masters_, clock_, random_);
    EXPECT_TRUE(ring.has_value()) << ring.error().message();
    return ring ? std::move(*ring) : nullptr;
  }

  MemoryRingStorage storage_;
  MemoryMasterKeys masters_;
  base::FakeClock clock_{base::Time(std::chrono::hours(1))};
  base::SeededRandom random_{7};
};

TEST_F(KeyRingTest, StartsWithAMasterKeyAndTheStoresOwn) {
  auto ring = Open();
  EXPECT_EQ(masters_.keys.size(), 1u);
  ASSERT_EQ(ring->List().size(), 1u);
  EXPECT_EQ(ring->List()[0].name, kStoreKey);
  EXPECT_FALSE(ring->SetEnabled(kStoreKey, false).has_value());
}

TEST_F(KeyRingTest, HasTheSameKeysAfterItWasOpenedAgain) {
  auto ring = Open();
  ASSERT_TRUE(ring->Create("one"));
  clock_.Advance(std::chrono::seconds(5));
  ASSERT_TRUE(ring->Rotate("one"));
  ASSERT_TRUE(ring->Create("two"));
  ASSERT_TRUE(ring->SetEnabled("two", false));
  ASSERT_TRUE(ring->SetDefault("one"));
  auto first = ring->Find("one", 1);
  auto newest = ring->Newest("");
  auto again = Open();
  EXPECT_EQ(*again->Find("one", 1), *first);
  EXPECT_EQ(again->Newest("one")->version, 2);
  EXPECT_EQ(again->Newest("")->key, newest->key);
  EXPECT_EQ(again->Newest("one")->key, *again->Find("one", 2));
  EXPECT_FALSE(*first == newest->key);
  auto info = again->Info("one");
  ASSERT_TRUE(info);
  EXPECT_TRUE(info->is_default);
  EXPECT_EQ(info->versions[1].created_at - info->versions[0].created_at, std::chrono::seconds(5));
  EXPECT_FALSE(again->Info("two")->enabled);
}

TEST_F(KeyRingTest, RefusesWhatIsNotThere) {
  auto ring = Open();
  EXPECT_EQ(ring->Newest("").error().reason(), reason::kNoSuchKey);
  EXPECT_EQ(ring->Newest("none").error().reason(), reason::kNoSuchKey);
  EXPECT_EQ(ring->Rotate("none").error().reason(), reason::kNoSuchKey);
  EXPECT_EQ(ring->SetDefault("none").error().reason(), reason::kNoSuchKey);
  EXPECT_EQ(ring->Find(kStoreKey, 2).error().code(), Code::kDataLoss);
  for (const char* name : {"", "a b", "a/b", "\xc3\xa9", "a\nb"}) {
    EXPECT_EQ(ring->Create(name).error().reason(), reason::kBadKeyName);
  }
  ASSERT_TRUE(ring->Create("one"));
  EXPECT_EQ(ring->Create("one").error().reason(), reason::kKeyExists);
  ASSERT_TRUE(ring->SetEnabled("one", false));
  EXPECT_EQ(ring->Newest("one").error().reason(), reason::kKeyDisabled);
  EXPECT_EQ(ring->Find("one", 1).error().reason(), reason::kKeyDisabled);
  ASSERT_TRUE(ring->SetEnabled("one", true));
  EXPECT_TRUE(ring->Newest("one"));
}

TEST_F(KeyRingTest, HoldsNoKeyThatCouldBeRead) {
  auto ring = Open();
  ASSERT_TRUE(ring->Create("one"));
  Secret key = *ring->Find("one", 1);
  for (const Secret& secret : {key, masters_.keys[0]}) {
    EXPECT_EQ(storage_.text->find(base::Base64Encode(secret.bytes()).substr(0, 40)),
              std::string::npos);
    EXPECT_EQ(storage_.text->find(base::HexEncode(secret.bytes())), std::string::npos);
  }
}

TEST_F(KeyRingTest, AChangeThatWasNotSavedDidNotHappen) {
  auto ring = Open();
  storage_.fail_before = true;
  EXPECT_FALSE(ring->Create("one"));
  EXPECT_FALSE(ring->Info("one"));
  storage_.fail_before = false;
  EXPECT_TRUE(ring->Create("one"));
}

TEST_F(KeyRingTest, KnowsThatItsMasterKeyIsLost) {
  Open();
  auto kept = masters_.keys;
  masters_.keys.clear();
  auto none = KeyRing::Open(storage_, masters_, clock_, random_);
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().reason(), reason::kMasterKeyLost);
  EXPECT_TRUE(masters_.keys.empty());  // and made no new one
  masters_.keys = {Secret::Of(std::string(32, 'x'))};
  auto other = KeyRing::Open(storage_, masters_, clock_, random_);
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().reason(), reason::kMasterKeyLost);
  masters_.keys = kept;
  EXPECT_NE(Open(), nullptr);
}

TEST_F(KeyRingTest, RotatesItsMasterKey) {
  auto ring = Open();
  ASSERT_TRUE(ring->Create("one"));
  Secret key = *ring->Find("one", 1);
  Secret former = masters_.keys[0];
  std::string former_id = ring->master().id;
  ASSERT_TRUE(ring->RotateMaster());
  ASSERT_EQ(masters_.keys.size(), 1u);
  EXPECT_FALSE(masters_.keys[0] == former);
  EXPECT_NE(ring->master().id, former_id);
  EXPECT_EQ(*Open()->Find("one", 1), key);
  masters_.keys = {former};
  EXPECT_FALSE(KeyRing::Open(storage_, masters_, clock_, random_));
}

// The operator's way, where the key is not ours to write: the new one first, the former second.
TEST_F(KeyRingTest, TakesAMasterKeyThatWasPutFirst) {
  auto ring = Open();
  Secret key = *ring->Find(kStoreKey, 1);
  Secret given = Secret::Of(std::string(32, 'g'));
  masters_.keys.insert(masters_.keys.begin(), given);
  EXPECT_EQ(*Open()->Find(kStoreKey, 1), key);
  masters_.keys = {given};
  EXPECT_EQ(*Open()->Find(kStoreKey, 1), key);
}

TEST_F(KeyRingTest, SurvivesAFailureAtEveryStepOfARotation) {
  auto ring = Open();
  Secret key = *ring->Find(kStoreKey, 1);
  masters_.fail = true;
  EXPECT_FALSE(ring->RotateMaster());
  masters_.fail = false;
  EXPECT_EQ(*Open()->Find(kStoreKey, 1), key);
  storage_.fail_before = true;
  EXPECT_FALSE(ring->RotateMaster());
  storage_.fail_before = false;
  EXPECT_EQ(*Open()->Find(kStoreKey, 1), key);
  // It was saved, and nobody knows; a second attempt must not throw that master key away.
  ring = Open();
  storage_.fail_after = true;
  EXPECT_FALSE(ring->RotateMaster());
  storage_.fail_after = false;
  storage_.fail_before = true;
  EXPECT_FALSE(ring->RotateMaster());
  storage_.fail_before = false;
  EXPECT_EQ(*Open()->Find(kStoreKey, 1), key);
  EXPECT_TRUE(ring->RotateMaster());
  EXPECT_EQ(masters_.keys.size(), 1u);
  EXPECT_EQ(*Open()->Find(kStoreKey, 1), key);
}

TEST_F(KeyRingTest, ADamagedRingIsAnErrorAndNotAnotherKey) {
  auto ring = Open();
  ASSERT_TRUE(ring->Create("a"));
  ASSERT_TRUE(ring->Create("b"));
  auto text = ParseRing(*storage_.text);
  ASSERT_TRUE(text);
  std::swap(text->keys[0].versions, text->keys[1].versions);
  storage_.text = FormatRing(*text);
  EXPECT_EQ(KeyRing::Open(storage_, masters_, clock_, random_).error().code(), Code::kDataLoss);
  for (const char* damaged :
       {"", "{}", "[]", R"({"format":1,"master":"x"})", R"({"format":1,"master":"x","keys":[{}]})",
        R"({"format":1,"master":"x","keys":[{"name":"a","versions":[]}]})",
        R"({"format":1,"master":"x","keys":[{"name":"a","versions":[{"created":"?"}]}]})"}) {
    EXPECT_EQ(ParseRing(damaged).error().code(), Code::kDataLoss) << damaged;
  }
  EXPECT_EQ(ParseRing(R"({"format":2})").error().code(), Code::kFailedPrecondition);
}

TEST(SealedBox, OpensWhatItSealedAndNothingElse) {
  base::SeededRandom random(1);
  Secret under = Secret::Of(std::string(32, 'u'));
  Secret secret = Secret::Of("what nobody may know");
  std::string sealed = SealSecret(under, "purpose", "owner", secret, random);
  EXPECT_EQ(*OpenSecret(under, "purpose", "owner", sealed), secret);
  EXPECT_NE(SealSecret(under, "purpose", "owner", secret, random), sealed);
  EXPECT_FALSE(OpenSecret(under, "another", "owner", sealed));
  EXPECT_FALSE(OpenSecret(under, "purpose", "another", sealed));
  EXPECT_FALSE(OpenSecret(Secret::Of(std::string(32, 'v')), "purpose", "owner", sealed));
  EXPECT_FALSE(OpenSecret(under, "purpose", "owner", ""));
  for (size_t i = 0; i < sealed.size(); ++i) {
    std::string damaged = sealed;
    damaged[i] = static_cast<char>(damaged[i] ^ 1);
    EXPECT_FALSE(OpenSecret(under, "purpose", "owner", damaged)) << i;
    EXPECT_FALSE(OpenSecret(under, "purpose", "owner", sealed.substr(0, i))) << i;
  }
}

}  // namespace
}  // namespace penstock::keys
