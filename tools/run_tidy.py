#!/usr/bin/env python3
"""Runs the checks of .clang-tidy over every source file of ours; a finding is a failure.

usage: run_tidy.py BUILD_DIR [FILE...]

Files whose content, headers, checks and compile command were clean before are skipped: their keys are
kept in BUILD_DIR/tidy-clean. BUILD_DIR has to be built, as its record says which headers a file sees.
"""

import concurrent.futures
import hashlib
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
TIDY = "clang-tidy-19"


def headers_of_objects(build):
    """What of our headers each object was compiled with, as ninja wrote it down."""
    listed = subprocess.run(["ninja", "-C", build, "-t", "deps"], capture_output=True, text=True,
                            check=True).stdout
    headers, current = {}, []
    for line in listed.splitlines():
        if not line.startswith(" "):
            current = headers.setdefault(line.split(":")[0], [])
            continue
        path = pathlib.Path(os.path.normpath(pathlib.Path(build).resolve() / line.strip()))
        if path.suffix == ".h" and path.is_relative_to(ROOT):
            current.append(path)
    return headers


def object_of(entry):
    return re.search(r" -o (\S+)", entry["command"])[1]


def stamp_name(entry, headers, digests):
    """Changes with the file, the headers that it sees, the checks and how it is compiled."""
    key = hashlib.sha256((digests[ROOT / ".clang-tidy"] + entry["command"]).encode())
    for path in [pathlib.Path(entry["file"]), *sorted(headers)]:
        key.update(digests[path].encode())
    return key.hexdigest()


class Digests(dict):
    """Of files, each read once."""

    def __missing__(self, path):
        self[path] = hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else "none"
        return self[path]


def check(entry, build, stamp):
    path = pathlib.Path(entry["file"])
    if stamp.exists():
        return path, 0, ""
    # GCC's warning options mean nothing to clang.
    done = subprocess.run([TIDY, "-p", build, "--quiet",
                           "--extra-arg=-Wno-unknown-warning-option", str(path)],
                          capture_output=True, text=True)
    if done.returncode == 0:
        stamp.touch()
    return path, done.returncode, done.stdout


def main():
    if not shutil.which(TIDY):
        print(f"{TIDY} is missing: scripts/install-deps --test installs it")
        return 1
    build = sys.argv[1]
    wanted = {str(pathlib.Path(name).resolve()) for name in sys.argv[2:]}
    clean = pathlib.Path(build, "tidy-clean")
    clean.mkdir(exist_ok=True)
    entries = json.loads(pathlib.Path(build, "compile_commands.json").read_text())
    ours = [e for e in entries if re.search(r"/src/.*(?<!_test)\.cc$", e["file"])
            and (not wanted or e["file"] in wanted)]
    # A file that was never built here is checked every time.
    headers = headers_of_objects(build)
    digests = Digests()
    stamps = [clean / stamp_name(e, headers.get(object_of(e), []), digests) for e in ours]
    failed = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for path, code, out in pool.map(lambda e, s: check(e, build, s), ours, stamps):
            if code:
                failed += 1
                print(out or f"{path}: {TIDY} failed")
    print(f"{len(ours)} files checked, {failed} with findings")
    return 1 if failed or not ours else 0


if __name__ == "__main__":
    sys.exit(main())
