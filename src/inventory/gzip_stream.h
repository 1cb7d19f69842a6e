// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace penstock::inventory {

// Packs what it is given, piece by piece (RFC 1952). Not thread-safe.
class GzipStream {
 public:
  GzipStream();
  ~GzipStream();
  GzipStream(const GzipStream&) = delete;
  GzipStream& operator=(const GzipStream&) = delete;

  // Appends to `packed` what has come of it so far.
  void Add(std::string_view bytes, std::string& packed);
  // Appends the rest. Nothing may be added then.
  void Finish(std::string& packed);

 private:
  struct State;
  void Run(int flush, std::string& packed);
  std::unique_ptr<State> state_;
};

}  // namespace penstock::inventory
