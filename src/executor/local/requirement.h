// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace penstock::executor {

// The project that a requirement line is about, in its normal form: "Foo_Bar[x]>=1 ; …" ->
// "foo-bar" (PEP 503, PEP 508). "" where it names none: a path, a bare URL, an option.
std::string RequirementProject(std::string_view requirement);

// The requirement without blanks and with its project in normal form, for comparing:
// "Pandas == 1.3.5" -> "pandas==1.3.5".
std::string NormalRequirement(std::string_view requirement);

// The text with the user and password of every URL in it replaced by "***".
std::string HideCredentials(std::string_view text);

}  // namespace penstock::executor
