#!/usr/bin/env python3
"""Writes a C++ header with the text of a file.

usage: embed_text.py FILE NAME HEADER.h
"""

import pathlib
import sys


def main():
    text = pathlib.Path(sys.argv[1]).read_text()
    # Compilers take no literal of any length.
    lines = "".join(f'    {line}\n' for line in map(literal, text.splitlines(keepends=True)))
    pathlib.Path(sys.argv[3]).write_text(
        "#pragma once\n\n#include <string_view>\n\nnamespace penstock::executor {\n\n"
        f"inline constexpr std::string_view {sys.argv[2]} =\n{lines};\n\n"
        "}  // namespace penstock::executor\n")


def literal(line):
    escaped = line.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


main()
