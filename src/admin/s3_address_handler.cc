// SPDX-License-Identifier: Apache-2.0
#include "admin/s3_address_handler.h"

#include <utility>

#include "admin/admin_handler.h"

namespace penstock::admin {
namespace {

class S3AddressHandler final : public net::Handler {
 public:
  S3AddressHandler(const Services& services, MetricsAccess access, net::Handler& admin,
                   net::Handler& s3)
      : services_(services), access_(std::move(access)), admin_(admin), s3_(s3) {}

  void Handle(net::Request& request, net::ResponseWriter& response) override {
    if (IsAdminRequest(request.head)) return admin_.Handle(request, response);
    if (!MaySeeMetrics(request, access_)) return s3_.Handle(request, response);
    net::Headers headers;
    headers.Set("Content-Type", kMetricsType);
    headers.Set("Server", "Penstock");
    response.Send(200, std::move(headers), MetricsText(services_));
  }

 private:
  const Services services_;
  const MetricsAccess access_;
  net::Handler& admin_;
  net::Handler& s3_;
};

}  // namespace

std::unique_ptr<net::Handler> MakeS3AddressHandler(const Services& services, MetricsAccess access,
                                                   net::Handler& admin, net::Handler& s3) {
  return std::make_unique<S3AddressHandler>(services, std::move(access), admin, s3);
}

}  // namespace penstock::admin
