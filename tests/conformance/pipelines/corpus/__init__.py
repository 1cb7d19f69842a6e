"""The pipelines, a module for each feature, and what they find on their server."""

import importlib
import os
import pathlib
import re
import shutil
import subprocess

import requests

from case import MODERN


def load():
    for path in sorted(pathlib.Path(__file__).parent.glob("[a-z]*.py")):
        if path.stem.startswith("modern_") and not MODERN:
            continue
        importlib.import_module(f"corpus.{path.stem}")


def server_options(folder):
    root = folder / "root"
    make_root(root)
    # The pipelines must not be able to tell: `scripts/test warm` runs them this way and that.
    warm = os.environ.get("PENSTOCK_CORPUS_WARM", "auto")
    return ["--image", "tools/*=host", "--image", f"corpus/root={root}", "--warm", warm]


def make_root(root):
    """A root file system with a shell and cat, and nothing else."""
    for program in ("sh", "cat"):
        path = shutil.which(program)
        linked = subprocess.run(["ldd", path], capture_output=True, text=True).stdout
        libraries = re.findall(r"(/\S+) \(0x", linked)
        for name, source in [(f"/bin/{program}", path), *((name, name) for name in libraries)]:
            target = root / name.lstrip("/")
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(source, target)
    (root / "etc").mkdir()
    (root / "etc/corpus").write_text("brought")


def prepare(server):
    """The secrets and config maps that pipelines name."""
    for path, name, values in [
            ("secrets", "login", {"user": "me", "password": "s3cr3t ü"}),
            ("config_maps", "colours", {"sky": "blue", "grass.txt": "green\n"})]:
        requests.post(f"{server.api_url}/apis/v2beta1/{path}", timeout=30,
                      json={"name": name, "values": values}).raise_for_status()
