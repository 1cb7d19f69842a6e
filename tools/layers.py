#!/usr/bin/env python3
"""Checks that includes under src/ point down the layers only, and third-party headers stay at home.

usage: layers.py [SOURCE_ROOT]      exit code 0: all well; 1: prints every breach as file:line

The layers are those of ARCHITECTURE.md. A folder may include itself and the folders listed for it,
directly; nothing else. Tests (x_test.cc, test_x.h) may also build on what lies below those. Adding an arrow here is a design decision: write its reason in
docs/decisions/.
"""

import pathlib
import re
import sys

# folder -> folders it may include. Transitive arrows are spelled out on purpose.
ALLOWED = {
    "base": [],
    "text": ["base"],
    "crypto": ["base"],
    "sys": ["base"],
    "erasure": ["base"],
    "net": ["base", "text", "crypto", "sys"],
    "ir": ["base", "text"],
    "schedule": ["base"],
    "keys": ["base", "text", "crypto", "sys"],
    "store": ["base", "text", "crypto", "sys", "erasure", "keys"],
    "metadata": ["base", "text", "crypto"],
    "iam": ["base", "text", "crypto", "keys"],
    "inventory": ["base", "text", "crypto", "store"],
    "events": ["base", "text", "sys", "net"],
    "s3": ["base", "text", "crypto", "net", "store", "inventory", "iam", "events"],
    "sts": ["base", "text", "crypto", "net", "iam", "s3"],
    "admin": ["base", "text", "crypto", "sys", "net", "keys", "store", "iam", "events", "s3"],
    "engine": ["base", "text", "crypto", "ir", "metadata"],
    "executor": ["base", "text", "crypto", "sys", "net", "ir", "engine"],
    "kfp": ["base", "text", "crypto", "sys", "net", "ir", "schedule", "metadata", "iam", "events",
            "engine"],
    "ui": ["base", "text", "net"],
    "server": ["base", "text", "crypto", "sys", "net", "ir", "schedule", "keys", "store",
               "metadata", "iam",
               "inventory", "events", "s3", "sts", "admin", "engine", "executor", "kfp", "ui"],
    "cli": ["base", "text", "net", "sys", "store", "server", "admin"],
}

# third-party header prefix -> folders that may include it.
THIRD_PARTY = {
    "boost/json": ["text"],
    "boost/asio": ["net"],
    "boost/beast": ["net"],
    "boost/": ["text", "net"],
    "isa-l/": ["erasure"],
    "isa-l/crc.h": ["crypto"],
    "openssl/": ["crypto", "net"],
    "rocksdb/": ["store"],
    "seccomp.h": ["sys"],
    "sqlite3.h": ["metadata"],
    "pugixml": ["text"],
    "yaml.h": ["text"],
    "CLI/": ["cli"],
    "spdlog/": ["base"],
    "zlib.h": ["kfp", "s3", "inventory"],
    "tl/": ["base"],
}

INCLUDE = re.compile(r'^\s*#\s*include\s*(["<])([^">]+)[">]')


TEST_FILE = re.compile(r"(^test_.*|_test)\.(h|cc)$")


def below(folder):
    """Every folder that can be reached from the folder: what its tests may build on."""
    reached = set(ALLOWED[folder])
    for other in ALLOWED[folder]:
        reached |= below(other)
    return reached


def third_party_homes(header):
    """The folders that may include the header, or None where it is not listed."""
    matches = [prefix for prefix in THIRD_PARTY if header.startswith(prefix)]
    return THIRD_PARTY[max(matches, key=len)] if matches else None


def check_file(path, folder, breaches):
    is_test = bool(TEST_FILE.search(path.name))
    allowed = below(folder) if is_test else ALLOWED[folder]
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        match = INCLUDE.match(line)
        if not match:
            continue
        quote, header = match.groups()
        place = f"{path}:{number}"
        if quote == "<":
            homes = third_party_homes(header)
            if homes is not None and folder not in homes:
                breaches.append(f"{place}: <{header}> belongs in {' and '.join(homes)} only")
            continue
        target = header.split("/")[0]
        if "/" not in header:
            breaches.append(f'{place}: write "{folder}/{header}": paths start at src/')
        elif target not in ALLOWED:
            breaches.append(f"{place}: {target}/ is not a folder of src/")
        elif target != folder and target not in allowed:
            breaches.append(f"{place}: {folder}/ may not use {target}/")


def main():
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parent.parent)
    breaches = []
    count = 0
    for path in sorted((root / "src").rglob("*")):
        if path.suffix not in (".h", ".cc"):
            continue
        folder = path.relative_to(root / "src").parts[0]
        if folder not in ALLOWED:
            breaches.append(f"{path}: {folder}/ has no place in the layers; add it to tools/layers.py")
            continue
        check_file(path, folder, breaches)
        count += 1
    print("\n".join(breaches) if breaches else f"{count} files keep to the layers")
    return 1 if breaches or count == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
