#!/usr/bin/env python3
"""Wall time of pipelines of trivial Python steps on Penstock and under kfp.local, in one run.

usage: pipelines.py API_URL [--rounds N] [--without-local]

Rows: one step, a chain of ten, fifty steps side by side and one that joins them. Penstock's times are
from the create call to the state SUCCEEDED, polled every 5 ms over one plain connection (the SDK's own
call would keep half a processor busy); kfp.local's are of its own call with SubprocessRunner(use_venv=False). `ms/step` is the slope from one step to ten. Medians, with the least
and the greatest.
"""

import argparse
import contextlib
import http.client
import io
import json
import logging
import os
import statistics
import sys
import tempfile
import time
import urllib.parse
import warnings

warnings.filterwarnings("ignore")

from kfp import Client, compiler, dsl, local  # noqa: E402

logging.disable(logging.CRITICAL)


@dsl.component
def increment(x: int) -> int:
    return x + 1


@dsl.component
def total(values: list) -> int:
    return len(values)


def chain(length):
    @dsl.pipeline(name=f"chain-{length}")
    def pipeline() -> int:
        task = increment(x=0)
        for _ in range(length - 1):
            task = increment(x=task.output)
        return task.output
    return pipeline


def fan_out(width):
    @dsl.pipeline(name=f"fan-out-{width}")
    def pipeline() -> int:
        tasks = [increment(x=number) for number in range(width)]
        return total(values=[task.output for task in tasks]).output
    return pipeline


class Server:
    def __init__(self, url):
        self.client = Client(host=url)
        address = urllib.parse.urlsplit(url)
        self.connection = http.client.HTTPConnection(address.hostname, address.port)

    def state(self, run_id):
        self.connection.request("GET", f"/apis/v2beta1/runs/{run_id}")
        return json.loads(self.connection.getresponse().read())["state"]

    def wait(self, run_id):
        while (state := self.state(run_id)) != "SUCCEEDED":
            if state in ("FAILED", "CANCELED", "SKIPPED"):
                sys.exit(f"the run {run_id} ended {state}")
            time.sleep(0.005)


def penstock_seconds(server, pipeline):
    with tempfile.NamedTemporaryFile(suffix=".yaml") as file:
        compiler.Compiler().compile(pipeline, file.name)
        began = time.perf_counter()
        run = server.client.create_run_from_pipeline_package(file.name, enable_caching=False)
        server.wait(run.run_id)
        return time.perf_counter() - began


def local_seconds(pipeline):
    began = time.perf_counter()
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        pipeline()
    return time.perf_counter() - began


def measure(function, rounds):
    times = sorted(function() for _ in range(rounds))
    return statistics.median(times), times[0], times[-1]


def report(name, row, times):
    median, least, most = times
    print(f"{name:<10} {row:<14} {median:8.3f} s   ({least:.3f} to {most:.3f})", flush=True)
    return median


def slope(name, one, ten):
    per_step = (ten - one) / 9 * 1000
    print(f"{name:<10} {'ms/step':<14} {per_step:8.1f}", flush=True)
    return per_step


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("api_url")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--without-local", action="store_true")
    options = parser.parse_args()
    print(f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.2f}, "
          f"medians of {options.rounds}, least and greatest in brackets")

    # The pipelines are compiled before kfp.local is set up: after that, calling a component runs it.
    server = Server(options.api_url)
    for pipeline in (chain(1), chain(10)):
        penstock_seconds(server, pipeline)  # makes the environment, warms caches
    rows = {"one step": lambda: chain(1), "chain of 10": lambda: chain(10),
            "50 and a join": lambda: fan_out(50)}
    ours = {row: report("penstock", row, measure(lambda: penstock_seconds(server, make()),
                                                 options.rounds)) for row, make in rows.items()}
    our_step = slope("penstock", ours["one step"], ours["chain of 10"])
    if options.without_local:
        return

    pipelines = {row: make() for row, make in rows.items()}
    local.init(local.SubprocessRunner(use_venv=False), raise_on_error=True,
               pipeline_root=tempfile.mkdtemp())
    local_rounds = max(1, options.rounds // 2)
    theirs = {row: report("kfp.local", row, measure(lambda: local_seconds(pipelines[row]),
                                                    1 if row.startswith("50") else local_rounds))
              for row in rows}
    their_step = slope("kfp.local", theirs["one step"], theirs["chain of 10"])
    print(f"a step costs kfp.local {their_step / our_step:.1f} times as much")


if __name__ == "__main__":
    main()
