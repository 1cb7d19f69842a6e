// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/check.h"
#include "net/http.h"
#include "net/request_assembler.h"

using penstock::net::ParseRequestHead;
using penstock::net::RequestAssembler;

namespace {

// What handlers rely on, whatever came in.
void CheckHead(const penstock::net::RequestHead& head) {
  PENSTOCK_CHECK(!head.method.empty());
  PENSTOCK_CHECK(head.path == "*" || head.path.starts_with("/"));
  PENSTOCK_CHECK(head.target.starts_with(head.path));
  PENSTOCK_CHECK(!head.chunked || !head.content_length);
  for (const auto& [name, value] : head.headers.items()) {
    PENSTOCK_CHECK(!name.empty());
    PENSTOCK_CHECK(value.find_first_of(std::string_view("\r\n\0", 3)) == std::string::npos);
  }
}

}  // namespace

// The first byte says in what pieces the rest comes in.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  std::string_view input(reinterpret_cast<const char*>(data) + 1, size - 1);
  if (auto head = ParseRequestHead(input)) CheckHead(*head);

  RequestAssembler assembler({.head_bytes = 4096, .body_bytes = 256});
  const size_t piece = data[0] + size_t{1};
  while (!input.empty()) {
    assembler.Append(input.substr(0, piece));
    input.remove_prefix(std::min(piece, input.size()));
    RequestAssembler::State state = assembler.Examine();
    if (state == RequestAssembler::State::kRefused) {
      PENSTOCK_CHECK(assembler.refusal().status >= 400);
      return 0;
    }
    if (state != RequestAssembler::State::kReady) continue;
    auto head = assembler.TakeHead();
    CheckHead(head);
    assembler.Skip(head.content_length.value_or(0));
  }
  return 0;
}
