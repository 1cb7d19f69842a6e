// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <unordered_map>
#include <utility>

#include "base/clock.h"
#include "base/random.h"
#include "iam/identity_key.h"
#include "iam/identity_state.h"
#include "iam/identity_storage.h"

namespace penstock::iam {

// What Users, Groups, Policies and ServiceAccounts share.
//
// A change holds `changing` from its checks to its end, through the storage, so that changes happen
// one after the other; requests are not held up by it. What is in memory is changed last, under
// `mutex`, when the change is durable.
struct IdentityCore {
  IdentityCore(IdentityStorage& storage_, IdentityKey key_, std::string root_access_key_,
               const base::Clock& clock_, base::Random& random_)
      : storage(storage_),
        key(std::move(key_)),
        root_access_key(std::move(root_access_key_)),
        clock(clock_),
        random(random_) {}

  IdentityStorage& storage;
  const IdentityKey key;
  const std::string root_access_key;
  const base::Clock& clock;
  base::Random& random;

  std::mutex changing;
  mutable std::shared_mutex mutex;
  IdentityState state;                                               // guarded by mutex
  std::atomic<uint64_t> generation{0};                               // counts changes
  mutable std::unordered_map<std::string, PrincipalPtr> principals;  // made so far; by mutex

  // What is known about the state, read.
  template <typename Reader>
  auto Read(Reader reader) const {
    std::shared_lock lock(mutex);
    return reader(state);
  }
  // After the change is durable. Everybody's principal is made anew when next asked for.
  template <typename Change>
  void Apply(Change change) {
    std::unique_lock lock(mutex);
    change(state);
    principals.clear();
    ++generation;
  }

  // kAlreadyExists where the name is somebody's key. Call with `changing` held.
  base::Status CheckKeyIsFree(std::string_view access_key) const;
};

}  // namespace penstock::iam
