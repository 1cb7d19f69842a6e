"""The pipelines, a module for each feature."""

import importlib
import pathlib

from case import MODERN

SERVER_OPTIONS = []


def load():
    for path in sorted(pathlib.Path(__file__).parent.glob("[a-z]*.py")):
        if path.stem.startswith("modern_") and not MODERN:
            continue
        importlib.import_module(f"corpus.{path.stem}")


def prepare(server):
    """What the pipelines find on the server."""
