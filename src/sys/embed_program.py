#!/usr/bin/env python3
"""Writes a C++ source with the bytes of a program.

usage: embed_program.py PROGRAM SOURCE.cc
"""

import pathlib
import struct
import sys


def main():
    program = pathlib.Path(sys.argv[1]).read_bytes()
    padded = program + b"\0" * (-len(program) % 8)
    words = [f"0x{word:x}," for (word,) in struct.iter_unpack("=Q", padded)]
    lines = "\n".join(" ".join(words[at:at + 8]) for at in range(0, len(words), 8))
    pathlib.Path(sys.argv[2]).write_text(f"""#include "sys/spawner_program.h"

namespace penstock::sys {{
namespace {{

constexpr unsigned long long kProgram[] = {{
{lines}
}};

}}  // namespace

std::string_view SpawnerProgram() {{
  return {{reinterpret_cast<const char*>(kProgram), {len(program)}}};
}}

}}  // namespace penstock::sys
""")


main()
