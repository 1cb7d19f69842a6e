// SPDX-License-Identifier: Apache-2.0
#include <iostream>

#include "cli/command_line.h"

int main(int argc, char** argv) { return penstock::cli::Run(argc, argv, std::cout, std::cerr); }
