// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ir/pipeline_spec.h"

namespace penstock::ir {

// Whether a value of the type `from` may go into an input of the type `to` as far as the types
// tell. STRING takes everything (it is printed), NUMBER_DOUBLE takes integers, an unspecified type
// goes anywhere, and the types the backend fills in are structs.
bool IsAssignable(ParameterType from, ParameterType to);

}  // namespace penstock::ir
