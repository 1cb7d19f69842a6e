// SPDX-License-Identifier: Apache-2.0
#include "erasure/reed_solomon.h"

#include <algorithm>
#include <array>
#include <cstring>

#include <isa-l/erasure_code.h>

#include "base/check.h"

namespace penstock::erasure {
namespace {

constexpr size_t kTableBytes = 32;  // what ISA-L expands one coefficient to
// Verify() compares in runs of this size, so that it needs no memory of the caller's.
constexpr size_t kVerifyRun = 4096;

// ISA-L takes pointers to pointers that are not const, and writes through those of the output only.
using Pointers = std::array<unsigned char*, kMaxShards>;

Pointers ToPointers(std::span<const char* const> shards, size_t offset = 0) {
  Pointers pointers{};
  for (size_t i = 0; i < shards.size(); ++i) {
    pointers[i] = reinterpret_cast<unsigned char*>(const_cast<char*>(shards[i] + offset));
  }
  return pointers;
}

std::vector<uint8_t> Expand(const uint8_t* rows, int row_count, int columns) {
  std::vector<uint8_t> tables(kTableBytes * static_cast<size_t>(row_count * columns));
  if (row_count > 0) ec_init_tables(columns, row_count, const_cast<uint8_t*>(rows), tables.data());
  return tables;
}

void Multiply(const std::vector<uint8_t>& tables, std::span<const char* const> in, Pointers out,
              int out_count, size_t size, size_t offset = 0) {
  Pointers sources = ToPointers(in, offset);
  ec_encode_data(static_cast<int>(size), static_cast<int>(in.size()), out_count,
                 const_cast<uint8_t*>(tables.data()), sources.data(), out.data());
}

// The library is shared, and a program that exports a function of one of its names would have its
// own called by it: OpenSSL's archive has a gf_mul(), for one, and cmake/Dependencies.cmake keeps
// it in. What comes of that is parity that looks like any other, so it is looked for.
void CheckArithmetic() {
  uint8_t two_shards[] = {0x8E, 0xF4};  // 1/2 and 1/3
  uint8_t from[] = {0x02, 0x80}, with[] = {0x03, 0xFF};
  uint8_t product[2] = {};
  const char* in[] = {reinterpret_cast<char*>(from), reinterpret_cast<char*>(with)};
  Pointers out{};
  out[0] = product;
  Multiply(Expand(two_shards, 1, 2), in, out, 1, sizeof product);
  // 2/2 + 3/3, and 0x80/2 + 0xFF/3 = 0x40 ^ 0x55.
  PENSTOCK_CHECK(product[0] == 0 && product[1] == (0x40 ^ 0x55));
}

}  // namespace

bool IsValid(Layout layout) {
  return layout.data >= 1 && layout.parity >= 0 && layout.data <= kMaxShards &&
         layout.parity <= kMaxShards && layout.total() <= kMaxShards;
}

ReedSolomon::ReedSolomon(Layout layout) : layout_(layout) {
  PENSTOCK_CHECK(IsValid(layout));
  CheckArithmetic();
  auto columns = static_cast<size_t>(layout.data);
  matrix_.resize(columns * static_cast<size_t>(layout.total()));
  gf_gen_cauchy1_matrix(matrix_.data(), layout.total(), layout.data);
  tables_ = Expand(matrix_.data() + columns * columns, layout.parity, layout.data);
}

void ReedSolomon::Encode(std::span<const char* const> data, std::span<char* const> parity,
                         size_t size) const {
  if (size == 0 || layout_.parity == 0) return;
  Pointers out{};
  for (size_t i = 0; i < parity.size(); ++i) out[i] = reinterpret_cast<unsigned char*>(parity[i]);
  Multiply(tables_, data, out, layout_.parity, size);
}

bool ReedSolomon::Verify(std::span<const char* const> data, std::span<const char* const> parity,
                         size_t size) const {
  if (layout_.parity == 0) return true;
  std::vector<unsigned char> computed(kVerifyRun * static_cast<size_t>(layout_.parity));
  Pointers out{};
  for (size_t i = 0; i < parity.size(); ++i) out[i] = computed.data() + i * kVerifyRun;
  for (size_t offset = 0; offset < size; offset += kVerifyRun) {
    size_t run = std::min(kVerifyRun, size - offset);
    Multiply(tables_, data, out, layout_.parity, run, offset);
    for (size_t i = 0; i < parity.size(); ++i) {
      if (std::memcmp(out[i], parity[i] + offset, run) != 0) return false;
    }
  }
  return true;
}

Rebuilder::Rebuilder(const ReedSolomon& code, std::span<const int> sources,
                     std::span<const int> wanted)
    : source_count_(static_cast<int>(sources.size())),
      wanted_count_(static_cast<int>(wanted.size())) {
  int columns = code.layout_.data;
  PENSTOCK_CHECK(source_count_ == columns);
  auto width = static_cast<size_t>(columns);
  std::vector<uint8_t> from_data(width * width), to_data(width * width);
  for (size_t row = 0; row < width; ++row) {
    const uint8_t* coefficients = &code.matrix_[static_cast<size_t>(sources[row]) * width];
    std::copy(coefficients, coefficients + width, &from_data[row * width]);
  }
  // Every square part of a Cauchy matrix below an identity can be inverted.
  PENSTOCK_CHECK(gf_invert_matrix(from_data.data(), to_data.data(), columns) == 0);
  // A wanted shard is its row of the code times the data, and the data is `to_data` times the
  // sources: the product of the two is computed as if it were shards.
  std::vector<uint8_t> wanted_rows;
  for (int shard : wanted) {
    const uint8_t* coefficients = &code.matrix_[static_cast<size_t>(shard) * width];
    wanted_rows.insert(wanted_rows.end(), coefficients, coefficients + width);
  }
  std::vector<uint8_t> rows(width * wanted.size());
  std::vector<const char*> in;
  Pointers out{};
  for (size_t i = 0; i < width; ++i) in.push_back(reinterpret_cast<char*>(&to_data[i * width]));
  for (size_t w = 0; w < wanted.size(); ++w) out[w] = &rows[w * width];
  if (!wanted.empty()) {
    Multiply(Expand(wanted_rows.data(), wanted_count_, columns), in, out, wanted_count_, width);
  }
  tables_ = Expand(rows.data(), wanted_count_, columns);
}

void Rebuilder::Rebuild(std::span<const char* const> sources, std::span<char* const> wanted,
                        size_t size) const {
  if (size == 0 || wanted_count_ == 0) return;
  Pointers out{};
  for (size_t i = 0; i < wanted.size(); ++i) out[i] = reinterpret_cast<unsigned char*>(wanted[i]);
  Multiply(tables_, sources, out, wanted_count_, size);
}

}  // namespace penstock::erasure
