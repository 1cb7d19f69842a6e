// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "executor/container/container_engine.h"
#include "executor/container/containerd_client.h"
#include "executor/container/containerd_engine.h"
#include "executor/container/containerd_messages.h"
#include "text/json.h"

namespace penstock::executor {

// One container of containerd's: its files, its record and its task, from Make to Remove, which
// comes with destruction at the latest. The references outlive it.
class ContainerdContainer {
 public:
  ContainerdContainer(const ContainerdClient& client, const ContainerdPlace& place,
                      std::string name)
      : client_(client), place_(place), name_(std::move(name)) {}
  ContainerdContainer(const ContainerdContainer&) = delete;
  ContainerdContainer& operator=(const ContainerdContainer&) = delete;
  ~ContainerdContainer() { static_cast<void>(Remove()); }

  // Its files, with the image's below what it writes, and the specification. `image` is the full
  // name, by which an image that was never unpacked is.
  base::Status Prepare(const ContainerRequest& request, const std::string& image,
                       const ImageConfig& config, const text::Json& usual_spec);
  base::Result<ContainerEnd> Run(const ContainerHooks& hooks);
  // Ends it, wherever it is, and takes away what it left. Fine where there is nothing of it.
  base::Status Remove();

 private:
  base::Status MountFiles(const std::string& image, const ImageConfig& config);
  base::Status WriteSpec(const ContainerRequest& request, const ImageConfig& config,
                         const text::Json& usual_spec);
  base::Status Create(const ContainerRequest& request);
  std::string Folder() const { return place_.directory + "/" + name_; }
  std::string Root() const { return Folder() + "/root"; }
  std::string ControlGroup() const { return "/penstock/" + name_; }

  const ContainerdClient& client_;
  const ContainerdPlace& place_;
  const std::string name_;
  bool removed_ = false;
};

}  // namespace penstock::executor
