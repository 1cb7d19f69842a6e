#!/usr/bin/env python3
"""Tests of layers.py: it must see every kind of breach, or the check is worth nothing."""

import pathlib
import subprocess
import sys
import tempfile
import unittest

TOOL = pathlib.Path(__file__).with_name("layers.py")


def run(files):
    with tempfile.TemporaryDirectory() as root:
        for name, text in files.items():
            path = pathlib.Path(root, "src", name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        done = subprocess.run([sys.executable, TOOL, root], capture_output=True, text=True)
        return done.returncode, done.stdout


class LayersTest(unittest.TestCase):
    def test_accepts_downward_includes(self):
        code, out = run({"s3/a.cc": '#include "store/b.h"\n#include <vector>\n'})
        self.assertEqual(code, 0, out)

    def test_finds_an_upward_include(self):
        code, out = run({"store/a.cc": '\n#include "s3/b.h"\n'})
        self.assertEqual(code, 1)
        self.assertIn("a.cc:2: store/ may not use s3/", out)

    def test_lets_tests_build_on_what_lies_deeper(self):
        self.assertEqual(run({"s3/a.cc": '#include "sys/b.h"\n'})[0], 1)
        self.assertEqual(run({"s3/a_test.cc": '#include "sys/b.h"\n'})[0], 0)
        self.assertEqual(run({"s3/a_test.cc": '#include "kfp/b.h"\n'})[0], 1)

    def test_finds_a_third_party_header_away_from_home(self):
        code, out = run({"engine/a.cc": "#include <sqlite3.h>\n"})
        self.assertEqual(code, 1)
        self.assertIn("belongs in metadata only", out)

    def test_finds_an_unknown_folder(self):
        self.assertEqual(run({"helpers/a.h": ""})[0], 1)

    def test_refuses_an_empty_tree(self):
        self.assertEqual(run({"base/notes.md": ""})[0], 1)


if __name__ == "__main__":
    unittest.main()
