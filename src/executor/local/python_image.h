// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace penstock::executor {

// A plain Python image: nothing but an interpreter. `minor` is "3.11", or "" for the newest.
struct PythonImage {
  std::string minor;
};

// Recognises python:3.11, python:3.11.4-slim-bookworm, python, docker.io/library/python:3 and the
// same on any registry (registry.example:5000/mirror/python:3.9@sha256:…). kInvalidArgument says
// why another image cannot run without containers.
base::Result<PythonImage> ParsePythonImage(std::string_view image);

}  // namespace penstock::executor
