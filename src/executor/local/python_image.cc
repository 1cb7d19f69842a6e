// SPDX-License-Identifier: Apache-2.0
#include "executor/local/python_image.h"

#include "executor/local/version.h"

namespace penstock::executor {
namespace {

using base::Code;
using base::Fail;
using base::Result;

// Whether the first part of an image name is a registry rather than a user: it has a dot or a port,
// or is localhost.
bool IsRegistry(std::string_view part) {
  return part == "localhost" || part.find_first_of(".:") != std::string_view::npos;
}

// "registry.example:5000/mirror/python" -> true; "someone/python" -> false.
bool IsPlainPython(std::string_view name) {
  if (name == "python" || name == "library/python") return true;
  const size_t slash = name.rfind('/');
  if (slash == std::string_view::npos || name.substr(slash + 1) != "python") return false;
  return IsRegistry(name.substr(0, name.find('/')));
}

tl::unexpected<base::Error> Refuse(std::string_view image, const std::string& why) {
  return Fail(Code::kInvalidArgument,
              "image '" + std::string(image) + "' cannot run here: " + why +
                  ". Without containers a task runs on this machine's own Python: use base_image "
                  "'python:X.Y', which stands for its interpreter X.Y, or map the image with "
                  "--image PATTERN=FOLDER");
}

}  // namespace

Result<PythonImage> ParsePythonImage(std::string_view image) {
  std::string_view name = image.substr(0, image.find('@'));
  std::string_view tag;
  const size_t colon = name.rfind(':');
  if (colon != std::string_view::npos && name.find('/', colon) == std::string_view::npos) {
    tag = name.substr(colon + 1);
    name = name.substr(0, colon);
  }
  if (name.empty()) return Refuse(image, "it has no name");
  if (!IsPlainPython(name)) return Refuse(image, "it is not a plain Python image");
  // "3.11.4-slim-bookworm", "3.14-rc", "slim", "latest": what is before the first '-' counts.
  const std::string_view number = tag.substr(0, tag.find('-'));
  if (number.empty() || number.front() < '0' || number.front() > '9') return PythonImage{};
  std::string_view digits = number.substr(0, number.find_first_not_of("0123456789."));
  const std::optional<Version> version = ParseVersion(digits);
  if (!version || version->major != 3) return Refuse(image, "its tag names no Python 3");
  if (version->minor < 0) return PythonImage{};
  return PythonImage{version->MinorName()};
}

}  // namespace penstock::executor
