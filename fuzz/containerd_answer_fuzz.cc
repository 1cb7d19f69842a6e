// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "executor/container/container_spec.h"
#include "executor/container/containerd_client.h"
#include "executor/container/containerd_messages.h"
#include "executor/container/image_users.h"

namespace executor = penstock::executor;

// What containerd's client prints, what images say of themselves, and their files of users: the
// part before the first zero byte is the user.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  if (auto event = executor::ParseEvent(input)) PENSTOCK_CHECK(!event->container.empty());
  PENSTOCK_CHECK(executor::ServerVersion(input).size() <= size);
  PENSTOCK_CHECK(executor::ListedDigest(input, "a/b:1").size() <= size);
  PENSTOCK_CHECK(executor::ContainerdError(std::string(input)).size() <= size);
  const std::string_view user = input.substr(0, input.find('\0'));
  const std::string_view files = user.size() < size ? input.substr(user.size() + 1) : "";
  if (auto found = executor::FindImageUser(user, files, files)) {
    PENSTOCK_CHECK(found->uid >= 0 && found->gid >= 0);
  }
  const auto json = penstock::text::ParseJson(input);
  if (!json) return 0;
  static_cast<void>(executor::ChooseManifest(*json, "amd64"));
  static_cast<void>(executor::ConfigDigest(*json));
  static_cast<void>(executor::ParseSnapshotMounts(*json));
  executor::SpecInput spec;
  spec.image = executor::ParseImageConfig("sha256:0", *json);
  const penstock::text::Json made = executor::ContainerSpec(spec, {});
  PENSTOCK_CHECK(made.Find("process")->BoolOr("noNewPrivileges", false));
  return 0;
}
