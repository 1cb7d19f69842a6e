// SPDX-License-Identifier: Apache-2.0
#include "store/drives/membership.h"

#include <algorithm>
#include <bit>
#include <charconv>
#include <optional>

#include "crypto/checksum.h"

namespace penstock::store {
namespace {

using base::Code;
using base::Fail;
using base::Result;

constexpr std::string_view kHead = "penstock-drives 1\n";
constexpr std::string_view kHexDigits = "0123456789abcdef";
constexpr size_t kIdDigits = 32;

std::string Hex32(uint32_t value) {
  std::string text;
  for (int shift = 28; shift >= 0; shift -= 4) text.push_back(kHexDigits[value >> shift & 15]);
  return text;
}

// Takes a label apart, word by word; after something unexpected everything is empty.
class LabelReader {
 public:
  explicit LabelReader(std::string_view text) : rest_(text) {}

  void Expect(std::string_view text) {
    if (rest_.starts_with(text)) {
      rest_.remove_prefix(text.size());
    } else {
      Reject();
    }
  }
  bool Next(std::string_view text) const { return !failed_ && rest_.starts_with(text); }

  uint64_t Number() {
    uint64_t value = 0;
    auto [end, error] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), value);
    auto length = static_cast<size_t>(end - rest_.data());
    // One form a number: no zeros in front.
    if (error != std::errc() || (length > 1 && rest_[0] == '0')) Reject();
    if (!failed_) rest_.remove_prefix(length);
    return failed_ ? 0 : value;
  }

  std::string Id() {
    std::string_view id = rest_.substr(0, kIdDigits);
    if (id.size() != kIdDigits || id.find_first_not_of(kHexDigits) != id.npos) Reject();
    if (failed_) return "";
    rest_.remove_prefix(kIdDigits);
    return std::string(id);
  }

  // One of two words.
  bool Choice(std::string_view yes, std::string_view no) {
    bool chosen = Next(yes);
    Expect(chosen ? yes : no);
    return chosen;
  }

  void Reject() {
    failed_ = true;
    rest_ = {};
  }
  bool Done() const { return !failed_ && rest_.empty(); }

 private:
  std::string_view rest_;
  bool failed_ = false;
};

void ReadFields(LabelReader& in, DriveLabel& label) {
  Membership& members = label.members;
  in.Expect(kHead);
  in.Expect("set ");
  members.set_id = in.Id();
  in.Expect("\nposition ");
  uint64_t position = in.Number();
  in.Expect("\npromised ");
  label.promised = in.Number();
  in.Expect("\nepoch ");
  members.epoch.generation = in.Number();
  in.Expect(" ");
  members.epoch.change = in.Number();
  in.Expect("\nparity ");
  uint64_t parity = in.Number();
  in.Expect("\n");
  while (in.Next("drive ") && members.drives.size() < kMaxDrives) {
    in.Expect("drive ");
    Membership::Drive drive;
    drive.id = in.Id();
    if (in.Choice(" in-sync", " stale")) {
      members.in_sync |= MaskOf(static_cast<int>(members.drives.size()));
    }
    drive.mounted = in.Choice(" mounted\n", " directory\n");
    members.drives.push_back(std::move(drive));
  }
  label.position = static_cast<int>(std::min<uint64_t>(position, kMaxDrives));
  members.parity = static_cast<int>(std::min<uint64_t>(parity, kMaxDrives));
}

}  // namespace

int CountDrives(DriveMask mask) { return std::popcount(mask); }

std::string DriveLabel::Encode() const {
  std::string text(kHead);
  text += "set " + members.set_id + "\nposition " + std::to_string(position) + "\npromised " +
          std::to_string(promised) + "\nepoch " + std::to_string(members.epoch.generation) + " " +
          std::to_string(members.epoch.change) + "\nparity " + std::to_string(members.parity) +
          "\n";
  for (size_t i = 0; i < members.drives.size(); ++i) {
    bool in_sync = (members.in_sync & MaskOf(static_cast<int>(i))) != 0;
    text += "drive " + members.drives[i].id + (in_sync ? " in-sync" : " stale") +
            (members.drives[i].mounted ? " mounted\n" : " directory\n");
  }
  return text + "sum " + Hex32(crypto::Crc32c(text)) + "\n";
}

Result<DriveLabel> DriveLabel::Decode(std::string_view text) {
  DriveLabel label;
  LabelReader in(text);
  ReadFields(in, label);
  size_t sum_at = text.rfind("sum ");
  if (sum_at == text.npos) {
    in.Reject();
  } else {
    in.Expect("sum " + Hex32(crypto::Crc32c(text.substr(0, sum_at))) + "\n");
  }
  if (!in.Done() || !CheckGeometry(label.members.geometry()) ||
      label.position >= label.members.geometry().drives) {
    return Fail(Code::kDataLoss, "it is damaged, or not one of this version's");
  }
  return label;
}

}  // namespace penstock::store
