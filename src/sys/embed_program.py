#!/usr/bin/env python3
"""Writes a C++ source with the bytes of a program or a library.

usage: embed_program.py PROGRAM SOURCE.cc HEADER.h NAMESPACE FUNCTION

The function, which the header declares, returns them.
"""

import pathlib
import struct
import sys


def main():
    program_path, source, header, namespace, function = sys.argv[1:]
    program = pathlib.Path(program_path).read_bytes()
    padded = program + b"\0" * (-len(program) % 8)
    words = [f"0x{word:x}," for (word,) in struct.iter_unpack("=Q", padded)]
    lines = "\n".join(" ".join(words[at:at + 8]) for at in range(0, len(words), 8))
    pathlib.Path(source).write_text(f"""#include "{header}"

namespace penstock::{namespace} {{
namespace {{

constexpr unsigned long long kProgram[] = {{
{lines}
}};

}}  // namespace

std::string_view {function}() {{
  return {{reinterpret_cast<const char*>(kProgram), {len(program)}}};
}}

}}  // namespace penstock::{namespace}
""")


main()
