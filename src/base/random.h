// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <mutex>
#include <random>
#include <string>

namespace penstock::base {

// Where randomness comes from; passed by constructor so that tests can repeat themselves.
// Thread-safe.
class Random {
 public:
  virtual ~Random() = default;
  virtual std::string Bytes(size_t count) = 0;

  // A random (version 4) UUID: "8a6e0804-2bd0-4672-b79d-d97027f9071a" (RFC 9562).
  std::string Uuid();
};

// The kernel's generator, fit for keys.
class SystemRandom final : public Random {
 public:
  std::string Bytes(size_t count) override;
};

// The same bytes for the same seed. For tests only.
class SeededRandom final : public Random {
 public:
  explicit SeededRandom(unsigned seed) : generator_(seed) {}
  std::string Bytes(size_t count) override;

 private:
  std::mutex mutex_;
  std::mt19937 generator_;
};

}  // namespace penstock::base
