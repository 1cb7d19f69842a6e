// SPDX-License-Identifier: Apache-2.0
#include "iam/identity_names.h"

#include <algorithm>

namespace penstock::iam {
namespace {

using base::Code;
using base::Fail;
using base::Status;

constexpr size_t kMostCharacters = 128;

bool IsNameCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("._@+-").find(c) != std::string_view::npos;
}

Status CheckCharacters(std::string_view what, std::string_view name, size_t least) {
  // "..", "-x" and the like would be misread in paths and on command lines.
  constexpr std::string_view kNotFirst = ".-+@";
  bool good = name.size() >= least && name.size() <= kMostCharacters &&
              kNotFirst.find(name.front()) == std::string_view::npos &&
              std::all_of(name.begin(), name.end(), IsNameCharacter);
  if (good) return {};
  return Fail(Code::kInvalidArgument,
              std::string(what) + " must be " + std::to_string(least) + " to " +
                  std::to_string(kMostCharacters) +
                  " letters, digits or any of . _ @ + -, beginning with a letter, "
                  "digit or _");
}

}  // namespace

Status CheckAccessKey(std::string_view name) { return CheckCharacters("an access key", name, 3); }

Status CheckSecret(std::string_view secret) {
  bool printable =
      std::all_of(secret.begin(), secret.end(), [](char c) { return c > ' ' && c <= '~'; });
  if (printable && secret.size() >= 8 && secret.size() <= kMostCharacters) return {};
  return Fail(Code::kInvalidArgument,
              "a secret key must be 8 to 128 printable ASCII characters without spaces");
}

Status CheckName(std::string_view what, std::string_view name) {
  return CheckCharacters("the name of a " + std::string(what), name, 1);
}

}  // namespace penstock::iam
