// SPDX-License-Identifier: Apache-2.0
#include "server/traced_handler.h"

#include "s3/observed_request.h"

namespace penstock::server {

void TracedHandler::Handle(net::Request& request, net::ResponseWriter& response) {
  s3::ObservedRequest observed(&observer_, clock_, request, response);
  observed.SetApi("pipelines");
  handler_.Handle(request, observed.response());
}

}  // namespace penstock::server
