#!/usr/bin/env python3
"""Checks habits of the tree that no compiler sees.

- every folder under src/ has a README of at most a page (80 lines);
- every C++ file under src/ is listed in its folder's CMakeLists.txt (sources and tests) and starts
  with the licence identifier;
- no file is called after nothing (utils, common, helpers, manager);
- no C++ file has more than 500 lines.
"""

import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).parent.parent
SPDX = "// SPDX-License-Identifier: Apache-2.0"
EMPTY_NAMES = re.compile(r"(^|_)(utils?|common|helpers?|manager|misc)(_|\.|$)")


def folder_faults(folder):
    readme = folder / "README.md"
    if not readme.exists():
        yield f"{folder.relative_to(ROOT)}: no README.md"
    elif len(readme.read_text(encoding="utf-8").splitlines()) > 80:
        yield f"{readme.relative_to(ROOT)}: longer than a page"


def file_faults(path):
    name = path.relative_to(ROOT)
    lines = path.read_text(encoding="utf-8").splitlines()
    if not lines or lines[0] != SPDX:
        yield f"{name}: the first line is not '{SPDX}'"
    if len(lines) > 500:
        yield f"{name}: {len(lines)} lines; is there a concept in it that wants its own file?"
    if EMPTY_NAMES.search(path.name):
        yield f"{name}: the name says nothing"
    if path.suffix == ".cc":
        lists = path.parent / "CMakeLists.txt"
        text = lists.read_text(encoding="utf-8") if lists.exists() else ""
        if path.name not in re.findall(r"[\w.]+", text):
            yield f"{name}: not listed in {lists.relative_to(ROOT)}, so nothing builds it"


def main():
    src = ROOT / "src"
    faults = []
    for folder in sorted(path for path in src.rglob("*") if path.is_dir()):
        if any(path.suffix in (".h", ".cc") for path in folder.iterdir()):
            faults += folder_faults(folder)
    for path in sorted(src.rglob("*")):
        if path.suffix in (".h", ".cc"):
            faults += file_faults(path)
    print("\n".join(faults) if faults else "the tree keeps its habits")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
