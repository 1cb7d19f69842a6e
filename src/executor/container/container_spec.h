// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "executor/container/container_engine.h"
#include "executor/container/containerd_messages.h"
#include "executor/container/image_users.h"
#include "text/json.h"

namespace penstock::executor {

// What the specification of a container (OCI runtime specification 1.0) is made of, beside the
// request.
struct SpecInput {
  text::Json usual;  // what containerd gives a container by itself
  std::string root;  // the folder with its files
  std::string hostname;
  std::string hosts_file, resolver_file;  // for /etc; "": the image's own
  std::string control_group;              // "/penstock/NAME"
  bool counts_swap = true;                // whether this machine can limit it
  ImageConfig image;
  ImageUser user;
};

// The container as a runtime starts it: confined as those of Docker are (DockerEngine). Pure.
text::Json ContainerSpec(const SpecInput& input, const ContainerRequest& request);

}  // namespace penstock::executor
