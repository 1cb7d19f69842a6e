#!/usr/bin/env python3
"""Trains on the article's census data on a Penstock server, through the unmodified kfp SDK.

    run.py --host http://127.0.0.1:8888 --keys DATA-DIR/root-keys.json

Before it, once:  penstock secret set model-store user=… password=@FILE
"""

import argparse
import importlib.util
import json
import pathlib
import sys
import tempfile
import urllib.parse

from kfp import Client

import pipeline

CENSUS = pathlib.Path(__file__).resolve().parent.parent / "census"
ARGUMENTS = {"bucket": "census-data", "dataset": "acs/acs5", "table_code": "B01001", "year": 2020}


def census_module(name):
    """A module of the census example, whose files are named like some of these."""
    spec = importlib.util.spec_from_file_location(f"census_{name}", CENSUS / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def build(folder, access_key, secret_key, census_key, endpoint):
    """The training pipeline around the article's, whose blanks are filled in."""
    own = sys.modules["components"]
    sys.modules["components"] = census_module("components")
    try:
        census = census_module("pipeline").build(folder, access_key, secret_key, census_key,
                                                 endpoint)
    finally:
        sys.modules["components"] = own
    return pipeline.build(census)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--host", default="http://127.0.0.1:8888")
    parser.add_argument("--s3", default="http://127.0.0.1:9000")
    parser.add_argument("--keys", required=True, help="the server's root-keys.json")
    parser.add_argument("--census-key", default="0" * 40,
                        help="a key of the real API; the stand-in takes any 40 hexadecimal digits")
    options = parser.parse_args()
    keys = json.loads(pathlib.Path(options.keys).read_text())
    endpoint = f"host.docker.internal:{urllib.parse.urlsplit(options.s3).port}"
    client = Client(host=options.host)
    with tempfile.TemporaryDirectory() as folder:
        function = build(folder, keys["access_key"], keys["secret_key"], options.census_key,
                         endpoint)
        run = client.create_run_from_pipeline_func(
            function, experiment_name="Training", arguments={**ARGUMENTS, "endpoint": endpoint})
    finished = client.wait_for_run_completion(run.run_id, timeout=1800, sleep_duration=1)
    print(f"run {finished.run_id}: {finished.state}")
    for task in finished.run_details.task_details:
        print(f"    {task.state or 'NOT RUN':<10} {task.display_name}")
    sys.exit(finished.state != "SUCCEEDED")


if __name__ == "__main__":
    main()
