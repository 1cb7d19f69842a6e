// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "kfp/router.h"
#include "text/json.h"

// Holds answers against the API's description of itself.
namespace penstock::kfp {

struct CheckedAnswer {
  int status = 0;
  std::string content_type;
  std::string body;
};

class OpenApiCheck {
 public:
  explicit OpenApiCheck(text::Json document);
  static const OpenApiCheck& OfThisProgram();

  // What is wrong with the answer, "" where it is as described. An answer from a path that is not
  // described is wrong unless it says so itself (404, 501).
  std::string FaultsOf(std::string_view method, std::string_view path,
                       const CheckedAnswer& answer) const;
  // Every method and path that is described.
  std::set<std::pair<std::string, std::string>> Operations() const;
  const text::Json& document() const { return document_; }

  // Schemas that are referred to and not there.
  std::set<std::string> MissingSchemas() const;

 private:
  std::string SchemaFaults(const text::Json& schema, const text::Json& value,
                           const std::string& place) const;
  std::string ObjectFaults(const text::Json& schema, const text::Json& value,
                           const std::string& place) const;
  const text::Json* Resolve(const std::string& reference) const;
  void CollectMissing(const text::Json& node, std::set<std::string>& missing) const;

  text::Json document_;
  Router router_;  // of the document's paths
};

}  // namespace penstock::kfp
