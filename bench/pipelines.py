#!/usr/bin/env python3
"""Wall time of pipelines of trivial Python steps on Penstock and under kfp.local, in one run.

usage: pipelines.py API_URL [--rounds N] [--without-local]

Rows: one step, a chain of ten, fifty steps side by side and one that joins them. Penstock's times are
from the SDK's create call, which first reads the package, to the state SUCCEEDED, asked for every 5 ms over
one plain connection: whether the run has ended, not the whole run, which takes several times as long to
answer and to read. `in the server` is from when it has the run to the run's end, as the run says.
kfp.local's times are of its own call with SubprocessRunner(use_venv=False). `ms/step` is the slope from one
step to ten. Medians, with the least and the greatest.
"""

import argparse
import contextlib
import datetime
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

    def wait(self, run_id):
        """The run, once it has succeeded."""
        ended = {"predicates": [
            {"operation": "EQUALS", "key": "id", "string_value": run_id},
            {"operation": "IN", "key": "state",
             "string_values": {"values": ["SUCCEEDED", "FAILED", "CANCELED", "SKIPPED"]}}]}
        address = "/apis/v2beta1/runs?filter=" + urllib.parse.quote(json.dumps(ended))
        while True:
            self.connection.request("GET", address)
            answer = self.connection.getresponse().read()
            if len(answer) > 2:
                break
            time.sleep(0.005)
        run = json.loads(answer)["runs"][0]
        if run["state"] != "SUCCEEDED":
            sys.exit(f"the run {run_id} ended {run['state']}")
        return run


def penstock_times(server, pipeline):
    """Seconds: from the SDK's call to the end, and in the server."""
    with tempfile.NamedTemporaryFile(suffix=".yaml") as file:
        compiler.Compiler().compile(pipeline, file.name)
        began = time.perf_counter()
        created = server.client.create_run_from_pipeline_package(file.name, enable_caching=False)
        run = server.wait(created.run_id)
        took = time.perf_counter() - began
    of_run = [datetime.datetime.fromisoformat(run[key].replace("Z", "+00:00"))
              for key in ("created_at", "finished_at")]
    return took, (of_run[1] - of_run[0]).total_seconds()


def penstock_seconds(server, pipeline):
    return penstock_times(server, pipeline)[0]


def local_seconds(pipeline):
    began = time.perf_counter()
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        pipeline()
    return time.perf_counter() - began


def measure(function, rounds):
    return spread([function() for _ in range(rounds)])


def spread(times):
    return statistics.median(times), min(times), max(times)


def report(name, row, times):
    median, least, most = times
    print(f"{name:<10} {row:<14} {median:8.3f} s   ({least:.3f} to {most:.3f})", flush=True)
    return median


def slope(name, one, ten, row="ms/step"):
    per_step = (ten - one) / 9 * 1000
    print(f"{name:<10} {row:<14} {per_step:8.1f} ms", flush=True)
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
    ours, in_server = {}, {}
    for row, make in rows.items():
        times = [penstock_times(server, make()) for _ in range(options.rounds)]
        ours[row] = report("penstock", row, spread([took for took, _ in times]))
        in_server[row] = report("", "in the server", spread([inside for _, inside in times]))
    our_step = slope("penstock", ours["one step"], ours["chain of 10"])
    slope("", in_server["one step"], in_server["chain of 10"], "in the server")
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
