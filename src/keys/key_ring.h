// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "base/result.h"
#include "crypto/secret.h"

namespace penstock::keys {

// Reasons that Error::reason() carries out of this folder.
namespace reason {
inline constexpr std::string_view kNoSuchKey = "no_such_encryption_key";
inline constexpr std::string_view kKeyDisabled = "encryption_key_disabled";
inline constexpr std::string_view kKeyExists = "encryption_key_exists";
inline constexpr std::string_view kBadKeyName = "bad_encryption_key_name";
inline constexpr std::string_view kMasterKeyLost = "master_key_lost";
}  // namespace reason

// The key of the store itself, which every ring has: objects are sealed with it for which no other
// key is named.
inline constexpr std::string_view kStoreKey = "penstock";

// Where the ring is kept: one text, sealed but for names and times.
class RingStorage {
 public:
  virtual ~RingStorage() = default;
  virtual base::Result<std::optional<std::string>> Load() = 0;
  virtual base::Status Save(std::string_view text) = 0;  // atomic and durable
};

// Where the master key comes from. Never the place that the ring is kept in.
class MasterKeySource {
 public:
  virtual ~MasterKeySource() = default;
  // Newest first: the ring is sealed with any of them, and will be with the first. None where there
  // has not been one yet.
  virtual base::Result<std::vector<crypto::Secret>> Load() = 0;
  // Keeps these instead, newest first. kFailedPrecondition where they are not ours to change.
  virtual base::Status Save(const std::vector<crypto::Secret>& keys) = 0;
  virtual std::string place() const = 0;  // for messages
};

struct KeyVersion {
  int number = 0;  // from 1
  base::Time created_at;
};

struct KeyInfo {
  std::string name;
  bool enabled = true;
  bool is_default = false;
  std::vector<KeyVersion> versions;  // oldest first, at least one
};

struct MasterKeyInfo {
  std::string id;  // tells master keys apart, and nothing about them
  std::string place;
};

// One version of a key, to seal data keys with.
struct SealingKey {
  std::string name;
  int version = 0;
  crypto::Secret key;
};

// Named keys with their versions. A rotated key seals with its newest version and opens with all; a
// disabled one does neither. Kept sealed under the master key, which can be rotated by itself: only
// the ring is sealed anew. Thread-safe; changes are durable when they return.
class KeyRing {
 public:
  // Makes master key and ring where there is neither. The references must outlive the ring.
  // kFailedPrecondition with reason master_key_lost where there is a ring and its master key is
  // not among those of the source.
  static base::Result<std::unique_ptr<KeyRing>> Open(RingStorage& storage, MasterKeySource& masters,
                                                     const base::Clock& clock,
                                                     base::Random& random);

  base::Result<KeyInfo> Create(std::string_view name);
  std::vector<KeyInfo> List() const;  // by name
  base::Result<KeyInfo> Info(std::string_view name) const;
  base::Result<KeyInfo> Rotate(std::string_view name);
  // kInvalidArgument for the store's own key, which is always needed.
  base::Status SetEnabled(std::string_view name, bool enabled);
  // The key that is meant where a client names none; "" for none, as it is at first.
  base::Status SetDefault(std::string_view name);
  base::Status RotateMaster();
  MasterKeyInfo master() const;

  // For sealing, the newest version of a key ("" is the default one), and for opening, the one that
  // was sealed with. no_such_encryption_key or encryption_key_disabled.
  base::Result<SealingKey> Newest(std::string_view name) const;
  base::Result<crypto::Secret> Find(std::string_view name, int version) const;

 private:
  struct Version {
    base::Time created_at;
    crypto::Secret key;
  };
  struct Key {
    bool enabled = true;
    std::vector<Version> versions;  // number 1 first
  };
  struct State {
    std::string default_name;
    std::map<std::string, Key, std::less<>> keys;
  };

  KeyRing(RingStorage& storage, MasterKeySource& masters, const base::Clock& clock,
          base::Random& random)
      : storage_(storage), masters_(masters), clock_(clock), random_(random) {}

  base::Status Start();
  base::Status StartNew(std::vector<crypto::Secret> masters);
  base::Status StartFrom(std::string_view text, std::vector<crypto::Secret> masters);
  base::Result<State> Unseal(std::string_view text, const crypto::Secret& master) const;
  base::Result<std::string> SealText(const State& state, const crypto::Secret& master) const;
  // Saves the new state, and only then has it.
  base::Status Commit(State state, const crypto::Secret& master);
  Version MakeVersion() const;
  static KeyInfo Describe(const std::string& name, const Key& key, const State& state);
  base::Result<const Key*> FindKey(std::string_view name) const;  // under a lock

  RingStorage& storage_;
  MasterKeySource& masters_;
  const base::Clock& clock_;
  base::Random& random_;

  std::mutex changing_;              // one change at a time
  mutable std::shared_mutex mutex_;  // what is below; never held while something is written
  State state_;
  crypto::Secret master_;
};

}  // namespace penstock::keys
