// SPDX-License-Identifier: Apache-2.0
#include "keys/key_ring.h"

#include <algorithm>
#include <utility>

#include "base/encoding.h"
#include "crypto/aead.h"
#include "keys/ring_text.h"
#include "keys/sealed_box.h"

namespace penstock::keys {
namespace {

using base::Code;
using base::Fail;
using base::Result;
using base::Status;
using crypto::Secret;

constexpr size_t kMaxNameBytes = 128;
constexpr size_t kMaxKeys = 10'000;
constexpr size_t kMaxVersions = 1'000;
constexpr std::string_view kRingPurpose = "penstock key ring 1";
constexpr std::string_view kMasterIdPurpose = "penstock master key id 1";

std::string MasterId(const Secret& master) {
  return base::HexEncode(crypto::DeriveKey(master, "", kMasterIdPurpose, 8).bytes());
}

// What a version's sealed key belongs to. A name has no zero bytes.
std::string Belonging(std::string_view name, size_t number) {
  return std::string(name) + '\0' + std::to_string(number);
}

Status CheckName(std::string_view name) {
  constexpr std::string_view kOthers = "-_.";
  bool fine = !name.empty() && name.size() <= kMaxNameBytes;
  for (char c : name) {
    bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    fine = fine && (letter || (c >= '0' && c <= '9') || kOthers.find(c) != std::string_view::npos);
  }
  if (fine) return {};
  return Fail(Code::kInvalidArgument, reason::kBadKeyName,
              "the name of an encryption key has 1 to 128 letters, digits, '-', '_' and '.'");
}

tl::unexpected<base::Error> NoSuchKey(std::string_view name) {
  return Fail(Code::kNotFound, reason::kNoSuchKey,
              name.empty()
                  ? "no encryption key is named, and there is no default one: name one, or "
                    "choose a default with 'penstock admin key default NAME'"
                  : "there is no encryption key '" + std::string(name.substr(0, 200)) +
                        "'; 'penstock admin key create' makes one");
}

tl::unexpected<base::Error> Lost(const std::string& wanted, const std::string& place, bool none) {
  return Fail(Code::kFailedPrecondition, reason::kMasterKeyLost,
              "the store's encryption keys are sealed with master key " + wanted + ", and " +
                  place + (none ? " has none" : " has another one") +
                  ". Put the right key back from a backup: without it nothing that was encrypted "
                  "with the store's keys can be read");
}

}  // namespace

Result<std::unique_ptr<KeyRing>> KeyRing::Open(RingStorage& storage, MasterKeySource& masters,
                                               const base::Clock& clock, base::Random& random) {
  std::unique_ptr<KeyRing> ring(new KeyRing(storage, masters, clock, random));
  PENSTOCK_RETURN_IF_ERROR(ring->Start());
  return ring;
}

Status KeyRing::Start() {
  PENSTOCK_TRY(std::vector<Secret> masters, masters_.Load());
  PENSTOCK_TRY(std::optional<std::string> text, storage_.Load());
  if (text) return StartFrom(*text, std::move(masters));
  return StartNew(std::move(masters));
}

// The master key is kept before anything is sealed with it.
Status KeyRing::StartNew(std::vector<Secret> masters) {
  if (masters.empty()) {
    masters.push_back(Secret::Take(random_.Bytes(crypto::kAeadKeyBytes)));
    PENSTOCK_RETURN_IF_ERROR(masters_.Save(masters));
  }
  State state;
  state.keys[std::string(kStoreKey)].versions.push_back(MakeVersion());
  return Commit(std::move(state), masters.front());
}

Status KeyRing::StartFrom(std::string_view text, std::vector<Secret> masters) {
  PENSTOCK_TRY(SealedRing sealed, ParseRing(text));
  auto found = std::find_if(masters.begin(), masters.end(), [&](const Secret& master) {
    return MasterId(master) == sealed.master_id;
  });
  if (found == masters.end()) return Lost(sealed.master_id, masters_.place(), masters.empty());
  PENSTOCK_TRY(State state, Unseal(text, *found));
  // A rotation that a crash cut short, or a newer key that the operator has put first.
  if (found != masters.begin()) return Commit(std::move(state), masters.front());
  state_ = std::move(state);
  master_ = *found;
  return {};
}

Result<KeyRing::State> KeyRing::Unseal(std::string_view text, const Secret& master) const {
  PENSTOCK_TRY(SealedRing sealed, ParseRing(text));
  State state;
  state.default_name = std::move(sealed.default_name);
  for (SealedRing::Key& from : sealed.keys) {
    Key key;
    key.enabled = from.enabled;
    for (const SealedRing::Version& version : from.versions) {
      auto opened = OpenSecret(master, kRingPurpose, Belonging(from.name, key.versions.size() + 1),
                               version.sealed);
      if (!opened || opened->size() != crypto::kAeadKeyBytes) {
        return Fail(Code::kDataLoss, "encryption key '" + from.name + "' in the ring is damaged");
      }
      key.versions.push_back({version.created_at, std::move(*opened)});
    }
    state.keys.emplace(std::move(from.name), std::move(key));
  }
  if (!state.keys.contains(kStoreKey)) {
    return Fail(Code::kDataLoss, "the ring of encryption keys has lost the store's own key");
  }
  return state;
}

Result<std::string> KeyRing::SealText(const State& state, const Secret& master) const {
  SealedRing sealed;
  sealed.master_id = MasterId(master);
  sealed.default_name = state.default_name;
  for (const auto& [name, key] : state.keys) {
    SealedRing::Key to{name, key.enabled, {}};
    for (const Version& version : key.versions) {
      to.versions.push_back({version.created_at, SealSecret(master, kRingPurpose,
                                                            Belonging(name, to.versions.size() + 1),
                                                            version.key, random_)});
    }
    sealed.keys.push_back(std::move(to));
  }
  return FormatRing(sealed);
}

Status KeyRing::Commit(State state, const Secret& master) {
  PENSTOCK_TRY(std::string text, SealText(state, master));
  PENSTOCK_RETURN_IF_ERROR(storage_.Save(text));
  std::unique_lock lock(mutex_);
  state_ = std::move(state);
  master_ = master;
  return {};
}

KeyRing::Version KeyRing::MakeVersion() const {
  return {clock_.Now(), Secret::Take(random_.Bytes(crypto::kAeadKeyBytes))};
}

KeyInfo KeyRing::Describe(const std::string& name, const Key& key, const State& state) {
  KeyInfo info{name, key.enabled, name == state.default_name, {}};
  for (const Version& version : key.versions) {
    info.versions.push_back({static_cast<int>(info.versions.size()) + 1, version.created_at});
  }
  return info;
}

Result<const KeyRing::Key*> KeyRing::FindKey(std::string_view name) const {
  auto found = state_.keys.find(name);
  if (found == state_.keys.end()) return NoSuchKey(name);
  return &found->second;
}

Result<KeyInfo> KeyRing::Create(std::string_view name) {
  PENSTOCK_RETURN_IF_ERROR(CheckName(name));
  std::lock_guard change(changing_);
  State state = state_;
  if (state.keys.size() >= kMaxKeys) {
    return Fail(Code::kResourceExhausted, "there are 10 000 encryption keys already");
  }
  auto [entry, added] = state.keys.try_emplace(std::string(name));
  if (!added) {
    return Fail(Code::kAlreadyExists, reason::kKeyExists,
                "there is an encryption key '" + std::string(name) + "' already");
  }
  entry->second.versions.push_back(MakeVersion());
  KeyInfo info = Describe(entry->first, entry->second, state);
  PENSTOCK_RETURN_IF_ERROR(Commit(std::move(state), master_));
  return info;
}

std::vector<KeyInfo> KeyRing::List() const {
  std::shared_lock lock(mutex_);
  std::vector<KeyInfo> list;
  for (const auto& [name, key] : state_.keys) list.push_back(Describe(name, key, state_));
  return list;
}

Result<KeyInfo> KeyRing::Info(std::string_view name) const {
  std::shared_lock lock(mutex_);
  PENSTOCK_TRY(const Key* key, FindKey(name));
  return Describe(std::string(name), *key, state_);
}

Result<KeyInfo> KeyRing::Rotate(std::string_view name) {
  std::lock_guard change(changing_);
  State state = state_;
  auto found = state.keys.find(name);
  if (found == state.keys.end()) return NoSuchKey(name);
  if (found->second.versions.size() >= kMaxVersions) {
    return Fail(Code::kResourceExhausted,
                "the encryption key has 1000 versions already: use a new key");
  }
  found->second.versions.push_back(MakeVersion());
  KeyInfo info = Describe(found->first, found->second, state);
  PENSTOCK_RETURN_IF_ERROR(Commit(std::move(state), master_));
  return info;
}

Status KeyRing::SetEnabled(std::string_view name, bool enabled) {
  std::lock_guard change(changing_);
  State state = state_;
  auto found = state.keys.find(name);
  if (found == state.keys.end()) return NoSuchKey(name);
  if (name == kStoreKey && !enabled) {
    return Fail(Code::kInvalidArgument,
                "the store's own key cannot be disabled; it can be rotated");
  }
  found->second.enabled = enabled;
  return Commit(std::move(state), master_);
}

Status KeyRing::SetDefault(std::string_view name) {
  std::lock_guard change(changing_);
  State state = state_;
  if (!name.empty() && !state.keys.contains(name)) return NoSuchKey(name);
  state.default_name = std::string(name);
  return Commit(std::move(state), master_);
}

// Whichever step fails or is cut short, the key that the ring is sealed with is in the source: the
// former keys leave it last, and a ring that failed to be saved may have been saved all the same.
Status KeyRing::RotateMaster() {
  std::lock_guard change(changing_);
  Secret next = Secret::Take(random_.Bytes(crypto::kAeadKeyBytes));
  PENSTOCK_TRY(std::vector<Secret> masters, masters_.Load());
  masters.insert(masters.begin(), next);
  PENSTOCK_RETURN_IF_ERROR(masters_.Save(masters));
  PENSTOCK_RETURN_IF_ERROR(Commit(state_, next));
  return masters_.Save({next});
}

MasterKeyInfo KeyRing::master() const {
  std::shared_lock lock(mutex_);
  return {MasterId(master_), masters_.place()};
}

Result<SealingKey> KeyRing::Newest(std::string_view name) const {
  std::shared_lock lock(mutex_);
  if (name.empty()) name = state_.default_name;
  PENSTOCK_TRY(const Key* key, FindKey(name));
  if (!key->enabled) {
    return Fail(Code::kFailedPrecondition, reason::kKeyDisabled,
                "encryption key '" + std::string(name) + "' is disabled");
  }
  return SealingKey{std::string(name), static_cast<int>(key->versions.size()),
                    key->versions.back().key};
}

Result<Secret> KeyRing::Find(std::string_view name, int version) const {
  std::shared_lock lock(mutex_);
  PENSTOCK_TRY(const Key* key, FindKey(name));
  if (!key->enabled) {
    return Fail(Code::kFailedPrecondition, reason::kKeyDisabled,
                "encryption key '" + std::string(name) + "' is disabled");
  }
  if (version < 1 || static_cast<size_t>(version) > key->versions.size()) {
    return Fail(Code::kDataLoss, "encryption key '" + std::string(name) + "' has no version " +
                                     std::to_string(version));
  }
  return key->versions[static_cast<size_t>(version - 1)].key;
}

}  // namespace penstock::keys
