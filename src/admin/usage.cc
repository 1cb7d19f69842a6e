// SPDX-License-Identifier: Apache-2.0
#include "admin/operations.h"
#include "admin/usage_history.h"

namespace penstock::admin {

base::Result<text::Json> GetUsageHistory(Call& call) {
  PENSTOCK_TRY(text::Json::Array samples, call.services.usage_history.Kept());
  text::Json answer;
  answer["samples"] = std::move(samples);
  PENSTOCK_TRY(answer["now"], call.services.usage_history.Now());
  return answer;
}

}  // namespace penstock::admin
