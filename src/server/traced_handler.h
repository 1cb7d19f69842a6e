// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/clock.h"
#include "kfp/pipelines_handler.h"
#include "net/http.h"
#include "s3/request_record.h"

namespace penstock::server {

// Tells an observer of the requests of the pipelines API, which knows nothing of observers.
class TracedHandler final : public net::Handler {
 public:
  // All must outlive it.
  TracedHandler(kfp::PipelinesHandler& handler, s3::RequestObserver& observer,
                const base::Clock& clock)
      : handler_(handler), observer_(observer), clock_(clock) {}
  void Handle(net::Request& request, net::ResponseWriter& response) override;

 private:
  kfp::PipelinesHandler& handler_;
  s3::RequestObserver& observer_;
  const base::Clock& clock_;
};

}  // namespace penstock::server
