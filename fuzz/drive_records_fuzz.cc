// SPDX-License-Identifier: Apache-2.0
// What a store on several drives reads off each of them before it trusts it: the label, and the
// journal of the last commit. The first byte says which; a label's checksum may be put right, so
// that what lies behind it is reached.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "crypto/checksum.h"
#include "store/drives/commit_journal.h"
#include "store/drives/membership.h"

namespace {

namespace store = penstock::store;

// Only what Encode() writes is accepted, and what it names is there.
void DecodeLabel(std::string_view text) {
  auto label = store::DriveLabel::Decode(text);
  if (!label) return;
  if (label->Encode() != text) std::abort();
  if (label->drive_id().size() != 32) std::abort();
}

std::string WithSum(std::string_view body) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  uint32_t sum = penstock::crypto::Crc32c(body);
  std::string text(body);
  text += "sum ";
  for (int shift = 28; shift >= 0; shift -= 4) text.push_back(kDigits[sum >> shift & 15]);
  return text + "\n";
}

void DecodeJournal(std::string_view text) {
  auto journal = store::CommitJournal::Decode(text);
  if (!journal) return;
  auto again = store::CommitJournal::Decode(journal->Encode());
  if (!again || again->sequence != journal->sequence || again->rows != journal->rows) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  switch (data[0] % 3) {
    case 0:
      DecodeLabel(text);
      break;
    case 1:
      DecodeLabel(WithSum(text));
      break;
    case 2:
      DecodeJournal(text);
      break;
  }
  return 0;
}
