// SPDX-License-Identifier: Apache-2.0
#include "server/traced_handler.h"

#include "s3/observed_request.h"

namespace penstock::server {

void TracedHandler::Handle(net::Request& request, net::ResponseWriter& response) {
  s3::ObservedRequest observed(&observer_, clock_, request, response);
  observed.SetApi("pipelines");
  kfp::CallNotes notes;
  handler_.Answer(request, observed.response(), notes);
  observed.SetOperation(notes.operation);
  observed.SetCaller(notes.access_key, notes.user);
  observed.SetSubject(notes.subject);
}

}  // namespace penstock::server
