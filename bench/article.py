#!/usr/bin/env python3
"""Wall time of the article's pipeline with pandas, its packages made and its interpreters warm.

usage: article.py API_URL S3_URL [--rounds N]

A round is two runs: one that finds no table in the store, downloads it from the stand-in for the Census API
and saves it (three tasks), and one that finds it and reads it back (two). Times are from the create call to the
state SUCCEEDED, polled every 5 ms. Two rounds go before, one to make the environments and one to warm them.
"""

import argparse
import os
import pathlib
import sys
import tempfile
import time
import urllib.parse
import warnings

warnings.filterwarnings("ignore")
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "examples" / "census"))

from minio import Minio  # noqa: E402

import pipeline  # noqa: E402
import pipelines  # noqa: E402

ARGUMENTS = {"bucket": "census-data", "dataset": "acs/acs5", "table_code": "B01001", "year": 2020}
TABLE = "B01001-2020.csv"


def seconds(server, function):
    began = time.perf_counter()
    run = server.client.create_run_from_pipeline_func(function, arguments=ARGUMENTS,
                                                      enable_caching=False)
    while True:
        state = server.state(run.run_id)
        if state == "SUCCEEDED":
            return time.perf_counter() - began
        if state in ("FAILED", "CANCELED", "SKIPPED"):
            sys.exit(f"the run {run.run_id} ended {state}")
        time.sleep(0.005)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("api_url")
    parser.add_argument("s3_url")
    parser.add_argument("--rounds", type=int, default=7)
    options = parser.parse_args()
    print(f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.2f}, "
          f"medians of {options.rounds}, least and greatest in brackets")
    user, password = os.environ["PENSTOCK_ROOT_USER"], os.environ["PENSTOCK_ROOT_PASSWORD"]
    s3 = urllib.parse.urlsplit(options.s3_url)
    store = Minio(s3.netloc, user, password, secure=False)
    server = pipelines.Server(options.api_url)
    function = pipeline.build(tempfile.mkdtemp(), user, password, "0" * 40,
                              f"host.docker.internal:{s3.port}")

    def download():
        if store.bucket_exists(ARGUMENTS["bucket"]):
            store.remove_object(ARGUMENTS["bucket"], TABLE)
        return seconds(server, function)

    def read_back():
        return seconds(server, function)

    for _ in range(2):
        download(), read_back()
        time.sleep(1)  # workers are made behind the runs that want them
    times = [(download(), read_back()) for _ in range(options.rounds)]
    for row, column in (("download and save", 0), ("read back", 1), ("both", None)):
        taken = sorted(sum(pair) if column is None else pair[column] for pair in times)
        pipelines.report("penstock", row, (taken[len(taken) // 2], taken[0], taken[-1]))


if __name__ == "__main__":
    main()
