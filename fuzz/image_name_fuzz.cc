// SPDX-License-Identifier: Apache-2.0
// Image names, requirements and version ranges of pipelines, as the local executor reads them.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "executor/local/python_image.h"
#include "executor/local/requirement.h"
#include "executor/local/version.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  using namespace penstock::executor;
  (void)ParsePythonImage(text);
  (void)SatisfiesVersion({3, 11, 2}, text);
  // What is in normal form stays as it is.
  const std::string normal = NormalRequirement(text);
  if (!RequirementProject(text).empty() && NormalRequirement(normal) != normal) __builtin_trap();
  // Hiding twice hides no more.
  const std::string hidden = HideCredentials(text);
  if (HideCredentials(hidden) != hidden) __builtin_trap();
  return 0;
}
