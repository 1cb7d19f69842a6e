// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace penstock::ir {

// The SDK writes the text of `text == "it's"` into a condition as it is: 'it's', which is no
// expression. As it writes nothing but comparisons, `!(…)` around them and ` && ` between them,
// what it meant can be told: a text ends at the first quote behind which one of these goes on.
// Gives the condition with such texts escaped; nothing where none has anything to escape.
std::optional<std::string> EscapeSdkTexts(std::string_view condition);

}  // namespace penstock::ir
