// SPDX-License-Identifier: Apache-2.0
// Browsers' upload forms. Input: a step in bytes, a Content-Type and a line feed, and the body; or,
// after a byte of 0, a POST policy.
#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/check.h"
#include "s3/post/form_reader.h"
#include "s3/post/form_signature.h"
#include "s3/post/post_policy.h"
#include "steps.h"

namespace {

namespace s3 = penstock::s3;

// What is read must not depend on how it comes; "" where it is refused.
std::string ReadForm(std::string_view type, std::string_view body, size_t step) {
  Steps source(body, step);
  auto reader = s3::FormReader::Open(type, source);
  if (!reader) return "";
  std::string text = "form\n";
  for (const auto& [name, value] : (*reader)->form().fields) text += name + "=" + value + "\n";
  PENSTOCK_CHECK((*reader)->form().filename.find('/') == std::string::npos);
  (void)s3::ParseFormSignature((*reader)->form());
  auto file = penstock::base::ReadAll(**reader, body.size());
  return text + (file ? *file : "cut off");
}

void TryPolicy(std::string_view json) {
  auto policy = s3::PostPolicy::Parse(json);
  if (!policy) return;
  PENSTOCK_CHECK(policy->least_bytes() <= policy->most_bytes() || policy->least_bytes() > 0);
  s3::UploadForm form;
  form.fields = {{"key", "a"}, {"acl", "private"}};
  (void)policy->Check(form, "bucket", penstock::base::Time());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string_view input(reinterpret_cast<const char*>(data), size);
  if (input.empty()) return 0;
  if (input[0] == 0) {
    TryPolicy(input.substr(1));
    return 0;
  }
  size_t step = static_cast<unsigned char>(input[0]);
  size_t line = input.find('\n');
  if (line == std::string_view::npos) return 0;
  std::string_view type = input.substr(1, line - 1);
  std::string_view body = input.substr(line + 1);
  PENSTOCK_CHECK(ReadForm(type, body, step) == ReadForm(type, body, body.size() + 1));
  return 0;
}
