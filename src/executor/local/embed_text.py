#!/usr/bin/env python3
"""Writes a C++ header with the text of files, one after the other.

usage: embed_text.py FILE... NAME HEADER.h
"""

import pathlib
import sys


def main():
    *files, name, header = sys.argv[1:]
    text = "".join(pathlib.Path(file).read_text() for file in files)
    # Compilers take no literal of any length.
    lines = "".join(f'    {line}\n' for line in map(literal, text.splitlines(keepends=True)))
    pathlib.Path(header).write_text(
        "#pragma once\n\n#include <string_view>\n\nnamespace penstock::executor {\n\n"
        f"inline constexpr std::string_view {name} =\n{lines};\n\n"
        "}  // namespace penstock::executor\n")


def literal(line):
    escaped = line.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


main()
