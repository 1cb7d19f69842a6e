// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "kfp/backend.h"
#include "kfp/router.h"

namespace penstock::kfp {

// Adds routes whose answers are JSON and whose functions need the backend.
class JsonRoutes {
 public:
  using Function = base::Result<text::Json> (*)(Backend&, Call&);

  JsonRoutes(Router& router, Backend& backend) : router_(router), backend_(backend) {}

  // `context` is as in JsonAction.
  void Add(std::string_view method, std::string_view pattern, std::string context,
           Function function) {
    auto body = [&backend = backend_, function](Call& call) { return function(backend, call); };
    router_.Add(method, pattern, JsonAction(std::move(context), body));
  }

 private:
  Router& router_;
  Backend& backend_;
};

// Deletes the row that a table has under that id; it says kNotFound where there is none.
template <typename Table>
base::Result<text::Json> DeleteFrom(Table& table, Backend& backend, const std::string& id) {
  PENSTOCK_RETURN_IF_ERROR(backend.metadata.database.Write(
      [&](metadata::Transaction& tx) { return table.Delete(tx, id); }));
  return text::Json(text::Json::Object());
}

}  // namespace penstock::kfp
