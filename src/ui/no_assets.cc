// SPDX-License-Identifier: Apache-2.0
// Stands in for the generated table in a build without the web app.
#include "ui/asset.h"

namespace penstock::ui {

std::span<const Asset> BuiltAssets() { return {}; }

}  // namespace penstock::ui
