// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace penstock::sys {

// The program of spawner_main.cc, linked without any library, as a file to execute. Its source is
// made when the program has been.
std::string_view SpawnerProgram();

// Where it finds its files: its socket, the user namespace, and the fork server's socket.
inline constexpr int kSpawnerFiles = 3;

}  // namespace penstock::sys
