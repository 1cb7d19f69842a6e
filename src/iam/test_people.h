// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "base/clock.h"
#include "base/random.h"
#include "iam/credentials.h"
#include "iam/identities.h"
#include "iam/sessions.h"
#include "iam/test_identity_storage.h"

namespace penstock::iam {

// For tests of what people sign in to: a root, identities kept in memory, sessions, and the keys
// of all of them.
class PeopleTest : public testing::Test {
 protected:
  PeopleTest(base::Time now, unsigned seed) : clock_(now), random_(seed) {}

  const AccessKey root_{"root", "root-secret"};
  MemoryStorage storage_;
  base::FakeClock clock_;
  base::SeededRandom random_;
  std::unique_ptr<Identities> identities_ =
      std::move(Identities::Open(root_, "", storage_, clock_, random_).value());
  std::unique_ptr<Sessions> sessions_ =
      std::make_unique<Sessions>(root_, *identities_, clock_, random_);
  std::unique_ptr<CredentialStore> credentials_ = std::make_unique<CredentialStore>(
      root_, clock_, random_, std::vector<const KeySource*>{identities_.get(), sessions_.get()});
};

}  // namespace penstock::iam
