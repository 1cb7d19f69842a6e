// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "executor/container/docker_messages.h"
#include "executor/container/log_frames.h"

using penstock::executor::LogFrames;

// What a container engine sends: the frames of a log, the lines of a pull, errors, and names of
// images that it is asked for.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string_view input(reinterpret_cast<const char*>(data), size);
  size_t handed_on = 0;
  LogFrames frames([&](LogFrames::Stream, std::string_view bytes) { handed_on += bytes.size(); });
  for (std::string_view rest = input; !rest.empty();) {
    // Pieces of other sizes than the frames'.
    const size_t count = rest.size() < 7 ? rest.size() : 7;
    if (!frames.Add(rest.substr(0, count))) break;
    rest.remove_prefix(count);
  }
  PENSTOCK_CHECK(handed_on <= size);
  penstock::executor::PullProgress progress([](std::string_view) {});
  progress.Add(input);
  PENSTOCK_CHECK(penstock::executor::DockerError(input).size() <= size + 3);
  if (auto name = penstock::executor::ParseImageName(input)) PENSTOCK_CHECK(!name->name.empty());
  if (auto json = penstock::text::ParseJson(input)) {
    static_cast<void>(penstock::executor::ParseImage(*json));
    static_cast<void>(penstock::executor::ParseEnd(*json));
  }
  return 0;
}
