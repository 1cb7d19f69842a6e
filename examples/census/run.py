#!/usr/bin/env python3
"""Runs the article's census pipeline on a Penstock server through the unmodified kfp SDK.

    run.py --host http://127.0.0.1:8888 --keys DATA-DIR/root-keys.json

The first run finds no table in the store, downloads it and saves it; the second reads it back.
"""

import argparse
import json
import logging
import pathlib
import sys
import tempfile
import time
import urllib.parse
import warnings

warnings.filterwarnings("ignore")

from kfp import Client  # noqa: E402
from minio import Minio  # noqa: E402

import pipeline  # noqa: E402

ARGUMENTS = {"bucket": "census-data", "dataset": "acs/acs5", "table_code": "B01001", "year": 2020}
OBJECT = "B01001-2020.csv"


def duration(task):
    """How long the task ran; a skipped one never started, which the API prints as 1970."""
    if task.state == "SKIPPED" or not task.start_time or task.start_time.year == 1970:
        return ""
    return f"{(task.end_time - task.start_time).total_seconds():6.2f} s"


def run_once(client, function, host):
    began = time.monotonic()
    run = client.create_run_from_pipeline_func(
        function, experiment_name="Implementing functions", enable_caching=False,
        arguments=ARGUMENTS)
    finished = client.wait_for_run_completion(run.run_id, timeout=1800, sleep_duration=1)
    print(f"run {finished.run_id}: {finished.state} in {time.monotonic() - began:.1f} s")
    for task in finished.run_details.task_details:
        state = task.state or "NOT RUN"
        print(f"    {state:<10} {task.display_name:<22} {duration(task)}")
        if task.error:
            print(f"      {task.error.message}")
    if finished.state != "SUCCEEDED":
        sys.exit(f"the run ended {finished.state}; its logs are under {host}"
                 f"/apis/v1alpha1/runs/{finished.run_id}/nodes/<task id>/log")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--host", default="http://127.0.0.1:8888")
    parser.add_argument("--s3", default="http://127.0.0.1:9000")
    parser.add_argument("--keys", required=True, help="the server's root-keys.json")
    parser.add_argument("--census-key", default="0" * 40,
                        help="a key of the real API; the stand-in takes any 40 hexadecimal digits")
    parser.add_argument("--runs", type=int, default=2)
    options = parser.parse_args()
    logging.getLogger().setLevel(logging.ERROR)

    keys = json.loads(pathlib.Path(options.keys).read_text())
    port = urllib.parse.urlsplit(options.s3).port
    client = Client(host=options.host)
    with tempfile.TemporaryDirectory() as folder:
        function = pipeline.build(folder, keys["access_key"], keys["secret_key"],
                                  options.census_key, f"host.docker.internal:{port}")
        for _ in range(options.runs):
            run_once(client, function, options.host)

    store = Minio(urllib.parse.urlsplit(options.s3).netloc, keys["access_key"],
                  keys["secret_key"], secure=False)
    stat = store.stat_object(ARGUMENTS["bucket"], OBJECT)
    print(f"object {ARGUMENTS['bucket']}/{OBJECT}: {stat.size} bytes")


if __name__ == "__main__":
    main()
