// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "executor/container/container_engine.h"
#include "sys/line_splitter.h"
#include "text/json.h"

// What is said to Docker's HTTP API and what it answers. Pure.
namespace penstock::executor {

// The body of POST /containers/create.
text::Json ContainerBody(const ContainerRequest& request);

// "registry:5000/a/b:1.0" -> {"registry:5000/a/b", "1.0"}; without tag or digest "latest". What has
// a digest is all name. kInvalidArgument for what is no name of an image.
struct ImageName {
  std::string name, tag;
};
base::Result<ImageName> ParseImageName(std::string_view image);

// What GET /images/…/json says.
ContainerImage ParseImage(const text::Json& image);

// What GET /containers/…/json says of one that has ended.
ContainerEnd ParseEnd(const text::Json& container);

// What it says of one that runs: the number of its first process; 0 where it has none.
int64_t ParseProcess(const text::Json& container);

// Reads the lines that Docker answers a pull with.
class PullProgress {
 public:
  explicit PullProgress(sys::LineSink sink) : sink_(std::move(sink)) {}
  void Add(std::string_view line);
  const std::string& failure() const { return failure_; }  // "" so far

 private:
  static constexpr int kMostLines = 200;  // an image of a hundred layers
  const sys::LineSink sink_;
  int lines_ = 0;
  std::string failure_;
};

// The message of an error that Docker answers; the body itself where it is no such message.
std::string DockerError(std::string_view body);

}  // namespace penstock::executor
