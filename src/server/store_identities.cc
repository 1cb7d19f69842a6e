// SPDX-License-Identifier: Apache-2.0
#include "server/store_identities.h"

namespace penstock::server {
namespace {

using base::Result;
using base::Status;

constexpr std::string_view kPrefix = "iam/";
constexpr size_t kPage = 100;

std::string Document(std::string_view name) { return std::string(kPrefix) + std::string(name); }

}  // namespace

Result<std::map<std::string, std::string>> StoreIdentities::LoadAll() {
  std::map<std::string, std::string> texts;
  std::string after;
  while (true) {
    PENSTOCK_TRY(std::vector<std::string> names, store_.ListDocuments(kPrefix, after, kPage));
    for (const std::string& name : names) {
      PENSTOCK_TRY(std::optional<std::string> text, store_.GetDocument(name));
      if (text) texts[name.substr(kPrefix.size())] = *std::move(text);
    }
    if (names.size() < kPage) return texts;
    after = names.back();
  }
}

Status StoreIdentities::Put(std::string_view name, std::string_view text) {
  return store_.PutDocument(Document(name), text);
}

Status StoreIdentities::Remove(std::string_view name) {
  return store_.DeleteDocument(Document(name));
}

}  // namespace penstock::server
