// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "kfp/message_writer.h"
#include "metadata/list_query.h"

namespace penstock::kfp {

// The answer to a list request: the items under `field`, each as `to_message` prints it, with the
// number of all that match and the token of the next page (kfp-contract 1.2).
template <typename T, typename ToMessage>
text::Json PageMessage(std::string_view field, const metadata::Page<T>& page,
                       ToMessage to_message) {
  text::Json message = EmptyMessage();
  for (const T& item : page.items) message[field].Append(to_message(item));
  PutInt32(message, "total_size", static_cast<int>(page.total_size));
  PutText(message, "next_page_token", page.next_page_token);
  return message;
}

}  // namespace penstock::kfp
