// SPDX-License-Identifier: Apache-2.0
#include "iam/identities.h"

#include <chrono>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "iam/credentials.h"
#include "iam/decision.h"
#include "iam/identity_names.h"
#include "iam/root_principal.h"
#include "iam/test_identity_storage.h"

namespace penstock::iam {
namespace {

using std::chrono::minutes;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr const char* kReadBucket =
    R"({"Statement":{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::b/*"}})";

class IdentitiesTest : public testing::Test {
 protected:
  void SetUp() override { Reopen(); }

  void Reopen(const AccessKey& root = {"root", "root-secret"}, const std::string& previous = "") {
    auto opened = Identities::Open(root, previous, storage_, clock_, random_);
    ASSERT_TRUE(opened) << opened.error().message();
    identities_ = *std::move(opened);
  }
  void AddAlice(std::set<std::string> policies = {}) {
    auto added = identities_->users().Add({"alice", "alice-secret", std::move(policies), true});
    ASSERT_TRUE(added) << added.error().message();
  }
  bool May(const std::string& access_key, std::string_view action, std::string_view resource) {
    auto who = identities_->Find(access_key, "");
    if (!who) return false;
    MapContext context;
    return Decide(who->get(), nullptr, {action, resource, context}) == Decision::kAllowed;
  }
  std::string Reason(const base::Status& status) { return status ? "" : status.error().reason(); }
  template <typename T>
  std::string Reason(const base::Result<T>& result) {
    return result ? "" : result.error().reason();
  }

  MemoryStorage storage_;
  base::FakeClock clock_{base::Time(std::chrono::hours(24 * 365 * 50))};
  base::SeededRandom random_{11};
  std::unique_ptr<Identities> identities_;
};

TEST_F(IdentitiesTest, AUserMayDoWhatItsPoliciesAllow) {
  AddAlice({"readonly"});
  auto alice = identities_->Find("alice", "");
  ASSERT_TRUE(alice);
  EXPECT_EQ((*alice)->key.secret_key, "alice-secret");
  EXPECT_EQ((*alice)->user, "alice");
  EXPECT_EQ((*alice)->arn, "arn:aws:iam::000000000000:user/alice");
  EXPECT_EQ((*alice)->canonical_id.size(), 64u);
  EXPECT_TRUE(May("alice", "s3:GetObject", "arn:aws:s3:::b/k"));
  EXPECT_FALSE(May("alice", "s3:PutObject", "arn:aws:s3:::b/k"));
  EXPECT_FALSE(May("alice", "admin:CreateUser", ""));
  ASSERT_TRUE(identities_->users().Attach("alice", {"consoleAdmin"}));
  EXPECT_TRUE(May("alice", "s3:PutObject", "arn:aws:s3:::b/k"));
  EXPECT_TRUE(May("alice", "admin:CreateUser", ""));
  ASSERT_TRUE(identities_->users().Detach("alice", {"consoleAdmin", "readonly"}));
  EXPECT_FALSE(May("alice", "s3:GetObject", "arn:aws:s3:::b/k"));
}

TEST_F(IdentitiesTest, BuiltInPoliciesMeanWhatTheirNamesSay) {
  std::vector<std::string> names;
  for (const NamedPolicy& policy : identities_->policies().List()) names.push_back(policy.name);
  EXPECT_THAT(names, ElementsAre("consoleAdmin", "diagnostics", "pipelinesAdmin",
                                 "pipelinesDeveloper", "pipelinesReadOnly", "pipelinesRunner",
                                 "readonly", "readwrite", "writeonly"));
  AddAlice();
  struct Case {
    std::string policy;
    bool get, put, remove, administer, look, watch, run, keep_secrets;
  };
  for (const Case& c :
       {Case{"readwrite", true, true, true, false, false, true, true, true},
        Case{"readonly", true, false, false, false, false, true, false, false},
        Case{"writeonly", false, true, false, false, false, false, false, false},
        Case{"diagnostics", false, false, false, false, true, false, false, false},
        Case{"consoleAdmin", true, true, true, true, true, true, true, true},
        Case{"pipelinesReadOnly", false, false, false, false, false, true, false, false},
        Case{"pipelinesRunner", false, false, false, false, false, true, true, false},
        Case{"pipelinesDeveloper", false, false, false, false, false, true, true, false},
        Case{"pipelinesAdmin", false, false, false, false, false, true, true, true}}) {
    UserChange change;
    change.policies = {c.policy};
    ASSERT_TRUE(identities_->users().Change("alice", change));
    EXPECT_EQ(May("alice", "s3:GetObject", "arn:aws:s3:::b/k"), c.get) << c.policy;
    EXPECT_EQ(May("alice", "s3:PutObject", "arn:aws:s3:::b/k"), c.put) << c.policy;
    EXPECT_EQ(May("alice", "s3:DeleteBucket", "arn:aws:s3:::b"), c.remove) << c.policy;
    EXPECT_EQ(May("alice", "admin:CreateUser", ""), c.administer) << c.policy;
    EXPECT_EQ(May("alice", "admin:ServerInfo", ""), c.look) << c.policy;
    EXPECT_EQ(May("alice", "pipelines:ReadRuns", ""), c.watch) << c.policy;
    EXPECT_EQ(May("alice", "pipelines:Run", ""), c.run) << c.policy;
    EXPECT_EQ(May("alice", "pipelines:WriteSecrets", ""), c.keep_secrets) << c.policy;
  }
}

TEST_F(IdentitiesTest, EverythingSurvivesARestart) {
  AddAlice({"readwrite"});
  ASSERT_TRUE(identities_->policies().Put("own", kReadBucket));
  ASSERT_TRUE(identities_->groups().AddMembers("dev", {"alice"}));
  ASSERT_TRUE(identities_->groups().Attach("dev", {"own"}));
  NewServiceAccount wanted;
  wanted.parent = "alice";
  wanted.policy = kReadBucket;
  wanted.name = "ci";
  wanted.description = "for the builds";
  wanted.expires_at = clock_.Now() + minutes(10);
  auto account = identities_->service_accounts().Add(wanted);
  ASSERT_TRUE(account);
  UserInfo before = identities_->users().Get("alice").value();
  clock_.Advance(minutes(5));
  Reopen();
  UserInfo after = identities_->users().Get("alice").value();
  EXPECT_EQ(after.canonical_id, before.canonical_id);
  EXPECT_EQ(after.policies, std::set<std::string>{"readwrite"});
  EXPECT_THAT(after.groups, ElementsAre("dev"));
  EXPECT_THAT(after.service_accounts, ElementsAre(account->access_key));
  EXPECT_EQ(after.created_at, before.created_at);
  EXPECT_EQ((*identities_->Find("alice", ""))->key.secret_key, "alice-secret");
  ServiceAccount kept = identities_->service_accounts().Get(account->access_key).value();
  EXPECT_EQ(kept.secret, account->secret);
  EXPECT_EQ(kept.name, "ci");
  EXPECT_EQ(kept.description, "for the builds");
  EXPECT_EQ(kept.policy->text(), kReadBucket);
  EXPECT_EQ(kept.expires_at, wanted.expires_at);
  EXPECT_EQ(identities_->policies().Get("own")->policy->text(), kReadBucket);
  EXPECT_EQ(identities_->groups().Get("dev")->policies, std::set<std::string>{"own"});
}

TEST_F(IdentitiesTest, NothingIsDoneThatCouldNotBeStored) {
  AddAlice({"readonly"});
  storage_.full = true;
  EXPECT_FALSE(identities_->users().Add({"bob", "bob-secret", {}, true}));
  EXPECT_FALSE(identities_->users().Attach("alice", {"readwrite"}));
  EXPECT_FALSE(identities_->users().Remove("alice"));
  EXPECT_FALSE(identities_->policies().Put("own", kReadBucket));
  EXPECT_FALSE(identities_->groups().AddMembers("dev", {"alice"}));
  EXPECT_FALSE(identities_->service_accounts().Add({.parent = "alice"}));
  EXPECT_FALSE(identities_->Find("bob", ""));
  EXPECT_FALSE(May("alice", "s3:PutObject", "arn:aws:s3:::b/k"));
  EXPECT_TRUE(May("alice", "s3:GetObject", "arn:aws:s3:::b/k"));
  EXPECT_EQ(Reason(identities_->policies().Get("own")), kNoSuchPolicy);
  EXPECT_EQ(Reason(identities_->groups().Get("dev")), kNoSuchGroup);
  EXPECT_TRUE(identities_->service_accounts().List({}).empty());
}

TEST_F(IdentitiesTest, SecretsAreNotStoredReadably) {
  AddAlice();
  ASSERT_TRUE(identities_->service_accounts().Add({.parent = "alice", .secret = "service-secret"}));
  for (const auto& [name, text] : storage_.texts) {
    EXPECT_EQ(text.find("alice-secret"), std::string::npos) << name;
    EXPECT_EQ(text.find("service-secret"), std::string::npos) << name;
    EXPECT_EQ(text.find("root-secret"), std::string::npos) << name;
  }
}

TEST_F(IdentitiesTest, ASecretCannotBeMovedToAnotherUser) {
  AddAlice();
  ASSERT_TRUE(identities_->users().Add({"bob", "bob-secret", {}, true}));
  storage_.texts["users/bob"] = storage_.texts["users/alice"];
  auto opened = Identities::Open({"root", "root-secret"}, "", storage_, clock_, random_);
  ASSERT_FALSE(opened);
  EXPECT_THAT(opened.error().message(), HasSubstr("users/bob"));
}

TEST_F(IdentitiesTest, ANewRootSecretNeedsTheOldOneOnce) {
  AddAlice();
  auto opened = Identities::Open({"root", "new-secret"}, "", storage_, clock_, random_);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code(), base::Code::kFailedPrecondition);
  EXPECT_THAT(opened.error().message(), HasSubstr("PENSTOCK_ROOT_PASSWORD_OLD"));
  EXPECT_FALSE(Identities::Open({"root", "new-secret"}, "wrong", storage_, clock_, random_));
  Reopen({"root", "new-secret"}, "root-secret");
  EXPECT_EQ((*identities_->Find("alice", ""))->key.secret_key, "alice-secret");
  Reopen({"root", "new-secret"});
  EXPECT_TRUE(identities_->Find("alice", ""));
  EXPECT_FALSE(Identities::Open({"root", "root-secret"}, "", storage_, clock_, random_));
}

TEST_F(IdentitiesTest, TheLossOfTheKeyIsNoReasonForANewOne) {
  AddAlice();
  storage_.texts.erase("key");
  auto opened = Identities::Open({"root", "root-secret"}, "", storage_, clock_, random_);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code(), base::Code::kDataLoss);
}

TEST_F(IdentitiesTest, DisabledUsersAndTheirAccountsAreNobody) {
  AddAlice({"readwrite"});
  auto account = identities_->service_accounts().Add({.parent = "alice"}).value();
  EXPECT_TRUE(May(account.access_key, "s3:PutObject", "arn:aws:s3:::b/k"));
  UserChange off;
  off.enabled = false;
  ASSERT_TRUE(identities_->users().Change("alice", off));
  EXPECT_EQ(Reason(identities_->Find("alice", "")), kUnknownKey);
  EXPECT_EQ(Reason(identities_->Find(account.access_key, "")), kUnknownKey);
  off.enabled = true;
  off.secret = "another-secret";
  ASSERT_TRUE(identities_->users().Change("alice", off));
  EXPECT_EQ((*identities_->Find("alice", ""))->key.secret_key, "another-secret");
  EXPECT_TRUE(identities_->Find(account.access_key, ""));
}

TEST_F(IdentitiesTest, ServiceAccountsNarrowAndExpire) {
  AddAlice({"readwrite"});
  NewServiceAccount wanted{.parent = "alice", .access_key = "narrow", .policy = kReadBucket};
  wanted.expires_at = clock_.Now() + minutes(1);
  auto account = identities_->service_accounts().Add(wanted);
  ASSERT_TRUE(account);
  EXPECT_EQ(account->secret.size(), 40u);
  EXPECT_TRUE(May("narrow", "s3:GetObject", "arn:aws:s3:::b/k"));
  EXPECT_FALSE(May("narrow", "s3:GetObject", "arn:aws:s3:::c/k"));
  auto principal = identities_->Find("narrow", "").value();
  EXPECT_EQ(principal->user, "alice");
  EXPECT_EQ(principal->canonical_id, identities_->users().Get("alice")->canonical_id);
  EXPECT_EQ(Reason(identities_->Find("narrow", "token")), kWrongToken);
  clock_.Advance(minutes(1));
  EXPECT_EQ(Reason(identities_->Find("narrow", "")), kUnknownKey);
  ServiceAccountChange change;
  change.expires_at = std::optional<base::Time>();
  change.policy = "";
  ASSERT_TRUE(identities_->service_accounts().Change("narrow", change));
  EXPECT_TRUE(May("narrow", "s3:GetObject", "arn:aws:s3:::c/k"));
  change = {};
  change.enabled = false;
  ASSERT_TRUE(identities_->service_accounts().Change("narrow", change));
  EXPECT_FALSE(identities_->Find("narrow", ""));
}

TEST_F(IdentitiesTest, TheRootMayHaveServiceAccounts) {
  auto all = identities_->service_accounts().Add({.access_key = "for-all"});
  ASSERT_TRUE(all);
  auto narrow =
      identities_->service_accounts().Add({.access_key = "for-bucket", .policy = kReadBucket});
  ASSERT_TRUE(narrow);
  EXPECT_TRUE(May("for-all", "admin:CreateUser", ""));
  EXPECT_TRUE(May("for-bucket", "s3:GetObject", "arn:aws:s3:::b/k"));
  EXPECT_FALSE(May("for-bucket", "s3:PutObject", "arn:aws:s3:::b/k"));
  EXPECT_EQ((*identities_->Find("for-all", ""))->canonical_id, RootCanonicalId());
  EXPECT_EQ(identities_->service_accounts().List("").size(), 2u);
}

TEST_F(IdentitiesTest, GroupsLendTheirPolicies) {
  AddAlice();
  ASSERT_TRUE(identities_->groups().AddMembers("dev", {"alice"}));
  ASSERT_TRUE(identities_->groups().Attach("dev", {"readwrite"}));
  EXPECT_TRUE(May("alice", "s3:PutObject", "arn:aws:s3:::b/k"));
  EXPECT_THAT((*identities_->Find("alice", ""))->groups, ElementsAre("dev"));
  ASSERT_TRUE(identities_->groups().SetEnabled("dev", false));
  EXPECT_FALSE(May("alice", "s3:PutObject", "arn:aws:s3:::b/k"));
  ASSERT_TRUE(identities_->groups().SetEnabled("dev", true));
  EXPECT_EQ(Reason(identities_->groups().Remove("dev")), kGroupNotEmpty);
  ASSERT_TRUE(identities_->groups().RemoveMembers("dev", {"alice", "nobody"}));
  EXPECT_FALSE(May("alice", "s3:PutObject", "arn:aws:s3:::b/k"));
  EXPECT_TRUE(identities_->groups().Remove("dev"));
  EXPECT_EQ(Reason(identities_->groups().Get("dev")), kNoSuchGroup);
  EXPECT_EQ(Reason(identities_->groups().AddMembers("dev", {"nobody"})), kNoSuchUser);
  EXPECT_EQ(Reason(identities_->groups().Get("dev")), kNoSuchGroup);
}

TEST_F(IdentitiesTest, RemovingAUserTakesItsKeysAndMemberships) {
  AddAlice({"readwrite"});
  ASSERT_TRUE(identities_->groups().AddMembers("dev", {"alice"}));
  auto account = identities_->service_accounts().Add({.parent = "alice"}).value();
  std::string id = identities_->users().Get("alice")->canonical_id;
  ASSERT_TRUE(identities_->users().Remove("alice"));
  EXPECT_EQ(Reason(identities_->users().Get("alice")), kNoSuchUser);
  EXPECT_FALSE(identities_->Find("alice", ""));
  EXPECT_FALSE(identities_->Find(account.access_key, ""));
  EXPECT_TRUE(identities_->groups().Get("dev")->members.empty());
  AddAlice();
  EXPECT_NE(identities_->users().Get("alice")->canonical_id, id);
  EXPECT_TRUE(identities_->users().Get("alice")->service_accounts.empty());
  Reopen();
  EXPECT_FALSE(identities_->Find(account.access_key, ""));
}

TEST_F(IdentitiesTest, PoliciesInUseStay) {
  AddAlice();
  ASSERT_TRUE(identities_->policies().Put("own", kReadBucket));
  ASSERT_TRUE(identities_->users().Attach("alice", {"own"}));
  ASSERT_TRUE(identities_->groups().AddMembers("dev", {"alice"}));
  ASSERT_TRUE(identities_->groups().Attach("dev", {"own"}));
  EXPECT_THAT(identities_->policies().HoldersOf("own"), ElementsAre("user alice", "group dev"));
  auto refused = identities_->policies().Remove("own");
  EXPECT_EQ(Reason(refused), kPolicyInUse);
  EXPECT_THAT(refused.error().message(), HasSubstr("user alice and 1 more"));
  ASSERT_TRUE(identities_->users().Detach("alice", {"own"}));
  ASSERT_TRUE(identities_->groups().Detach("dev", {"own"}));
  EXPECT_TRUE(identities_->policies().Remove("own"));
  EXPECT_EQ(Reason(identities_->policies().Remove("own")), kNoSuchPolicy);
  EXPECT_EQ(Reason(identities_->policies().Remove("readwrite")), kBuiltInPolicy);
  EXPECT_EQ(Reason(identities_->policies().Put("readwrite", kReadBucket)), kBuiltInPolicy);
}

TEST_F(IdentitiesTest, AChangedPolicyCountsAtOnce) {
  AddAlice();
  ASSERT_TRUE(identities_->policies().Put("own", kReadBucket));
  ASSERT_TRUE(identities_->users().Attach("alice", {"own"}));
  EXPECT_TRUE(May("alice", "s3:GetObject", "arn:aws:s3:::b/k"));
  ASSERT_TRUE(identities_->policies().Put(
      "own", R"({"Statement":{"Effect":"Deny","Action":"*","Resource":"*"}})"));
  EXPECT_FALSE(May("alice", "s3:GetObject", "arn:aws:s3:::b/k"));
}

TEST_F(IdentitiesTest, RefusesWhatIsWrong) {
  auto refused = [&](const NewUser& user) { return identities_->users().Add(user).error(); };
  EXPECT_EQ(refused({"al", "secret-secret", {}, true}).code(), base::Code::kInvalidArgument);
  EXPECT_EQ(refused({"a/b/c", "secret-secret", {}, true}).code(), base::Code::kInvalidArgument);
  EXPECT_EQ(refused({"..a", "secret-secret", {}, true}).code(), base::Code::kInvalidArgument);
  EXPECT_EQ(refused({"alice", "short", {}, true}).code(), base::Code::kInvalidArgument);
  EXPECT_EQ(refused({"alice", "with spaces in it", {}, true}).code(), base::Code::kInvalidArgument);
  EXPECT_EQ(refused({"root", "secret-secret", {}, true}).reason(), kNameTaken);
  EXPECT_EQ(refused({"alice", "secret-secret", {"nothing"}, true}).reason(), kNoSuchPolicy);
  AddAlice();
  EXPECT_EQ(refused({"alice", "secret-secret", {}, true}).reason(), kNameTaken);
  EXPECT_EQ(Reason(identities_->service_accounts().Add({.access_key = "alice"})), kNameTaken);
  EXPECT_EQ(Reason(identities_->service_accounts().Add({.parent = "bob"})), kNoSuchUser);
  EXPECT_FALSE(identities_->service_accounts().Add({.policy = "{}"}));
  NewServiceAccount past;
  past.expires_at = clock_.Now();
  EXPECT_FALSE(identities_->service_accounts().Add(past));
  EXPECT_EQ(Reason(identities_->users().Change("bob", {})), kNoSuchUser);
  EXPECT_EQ(Reason(identities_->service_accounts().Change("bob", {})), kNoSuchAccessKey);
  EXPECT_FALSE(identities_->policies().Put("bad name", kReadBucket));
  EXPECT_FALSE(identities_->policies().Put("own", "{}"));
}

TEST_F(IdentitiesTest, ListsUsersInPages) {
  for (const char* name : {"carl", "alice", "bob"}) {
    ASSERT_TRUE(identities_->users().Add({name, "secret-secret", {}, true}));
  }
  auto names = [&](std::string_view after, size_t most) {
    std::vector<std::string> result;
    for (const UserInfo& user : identities_->users().List(after, most)) {
      result.push_back(user.name);
    }
    return result;
  };
  EXPECT_THAT(names("", 2), ElementsAre("alice", "bob"));
  EXPECT_THAT(names("bob", 2), ElementsAre("carl"));
}

TEST_F(IdentitiesTest, CredentialsFindThemToo) {
  AddAlice();
  CredentialStore credentials({"root", "root-secret"}, clock_, random_, {identities_.get()});
  EXPECT_EQ((*credentials.Find("alice", ""))->user, "alice");
  EXPECT_EQ((*credentials.Find("root", ""))->kind, PrincipalKind::kRoot);
  EXPECT_EQ(Reason(credentials.Find("bob", "")), kUnknownKey);
  EXPECT_EQ(Reason(credentials.Find("alice", "x")), kWrongToken);
}

TEST_F(IdentitiesTest, ManyThreadsMayAskAndChange) {
  AddAlice({"readwrite"});
  std::atomic<bool> stop{false};
  std::vector<std::thread> threads;
  for (int i = 0; i < 3; ++i) {
    threads.emplace_back([&] {
      while (!stop) {
        auto alice = identities_->Find("alice", "");
        EXPECT_TRUE(alice && (*alice)->user == "alice");
        identities_->Find("nobody", "").has_value();
        identities_->users().List("", 10);
      }
    });
  }
  for (int i = 0; i < 200; ++i) {
    ASSERT_TRUE(identities_->users().Attach("alice", {"readonly"}));
    ASSERT_TRUE(identities_->policies().Put("p" + std::to_string(i % 7), kReadBucket));
  }
  stop = true;
  for (std::thread& thread : threads) thread.join();
}

}  // namespace
}  // namespace penstock::iam
