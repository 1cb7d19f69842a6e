#!/usr/bin/env python3
"""Checks that every C++ file is formatted as .clang-format says.

usage: check_format.py [--fix]     needs clang-format-19 (Debian), the one pinned version
"""

import pathlib
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).parent.parent
FORMATTER = "clang-format-19"


def main():
    if not shutil.which(FORMATTER):
        print(f"{FORMATTER} is missing: scripts/install-deps --test installs it")
        return 1
    files = [str(path) for folder in ("src", "fuzz", "bench", "tests")
             for path in sorted((ROOT / folder).rglob("*")) if path.suffix in (".h", ".cc")]
    mode = ["-i"] if "--fix" in sys.argv else ["--dry-run", "--Werror"]
    done = subprocess.run([FORMATTER, *mode, *files], cwd=ROOT)
    if done.returncode:
        print("run tools/check_format.py --fix")
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
