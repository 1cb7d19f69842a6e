#!/usr/bin/env python3
"""Runs the checks of .clang-tidy over every source file of ours; a finding is a failure.

usage: run_tidy.py BUILD_DIR [FILE...]

Files whose content, headers, checks and compile command were clean before are skipped: their keys are
kept in BUILD_DIR/tidy-clean.
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

ROOT = pathlib.Path(__file__).parent.parent
TIDY = "clang-tidy-19"


def headers_digest():
    """All headers together: a changed header may change any file's findings."""
    digest = hashlib.sha256((ROOT / ".clang-tidy").read_bytes())
    for path in sorted((ROOT / "src").rglob("*.h")):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def check(entry, build, headers, clean):
    path = pathlib.Path(entry["file"])
    key = hashlib.sha256(f"{headers}{entry['command']}".encode() + path.read_bytes()).hexdigest()
    stamp = clean / key
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
    headers = headers_digest()
    failed = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for path, code, out in pool.map(lambda e: check(e, build, headers, clean), ours):
            if code:
                failed += 1
                print(out or f"{path}: {TIDY} failed")
    print(f"{len(ours)} files checked, {failed} with findings")
    return 1 if failed or not ours else 0


if __name__ == "__main__":
    sys.exit(main())
