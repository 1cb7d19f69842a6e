#!/usr/bin/env python3
"""Writes a C++ header with the text of Python files, one after the other: one program, in which each name is one thing.

usage: embed_text.py FILE... NAME HEADER.h
"""

import ast
import pathlib
import sys


def main():
    *files, name, header = sys.argv[1:]
    check_names(files)
    text = "".join(pathlib.Path(file).read_text() for file in files)
    # Compilers take no literal of any length.
    lines = "".join(f'    {line}\n' for line in map(literal, text.splitlines(keepends=True)))
    pathlib.Path(header).write_text(
        "#pragma once\n\n#include <string_view>\n\nnamespace penstock::executor {\n\n"
        f"inline constexpr std::string_view {name} =\n{lines};\n\n"
        "}  // namespace penstock::executor\n")


def check_names(files):
    seen = {}
    for file in files:
        for node in ast.parse(pathlib.Path(file).read_text()).body:
            names = [getattr(node, "name", None)]
            if isinstance(node, ast.Assign):
                names = [part.id for target in node.targets for part in ast.walk(target) if isinstance(part, ast.Name)]
            for name in filter(None, names):
                if seen.setdefault(name, file) != file:
                    sys.exit(f"{file}: {name} is defined in {seen[name]} already")


def literal(line):
    escaped = line.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


main()
