"""Loads the article's Python (article.py) with its blanks filled in.

The article says to paste keys into the source; this does it, into a copy, and changes nothing else.
"""

import importlib.util
import pathlib
import sys

ARTICLE = pathlib.Path(__file__).with_name("article.py")
PIPELINE_MARK = "@dsl.pipeline("


def filled_source(access_key, secret_key, census_key, endpoint=None):
    """The article's text with the keys (and, where given, another S3 endpoint) pasted in."""
    source = ARTICLE.read_text(encoding="utf-8")
    blanks = {"'Access key here.'": repr(access_key), "'Secret key here.'": repr(secret_key),
              "'Census key here.'": repr(census_key)}
    if endpoint:
        blanks["'host.docker.internal:9000'"] = repr(endpoint)
    for blank, value in blanks.items():
        if blank not in source:
            raise ValueError(f"{blank} is not in {ARTICLE}")
        source = source.replace(blank, value)
    return source


def load(folder, source, with_pipeline):
    """Imports the source as a module from a file in `folder` (the SDK reads functions from files).

    with_pipeline=False leaves the article's pipeline function out: kfp 2.17 refuses to compile it.
    """
    if not with_pipeline:
        source = source[:source.index(PIPELINE_MARK)]
    path = pathlib.Path(folder) / "census_article.py"
    path.write_text(source, encoding="utf-8")
    path.chmod(0o600)
    spec = importlib.util.spec_from_file_location("census_article", path)
    module = importlib.util.module_from_spec(spec)
    sys.modules["census_article"] = module
    spec.loader.exec_module(module)
    return module
