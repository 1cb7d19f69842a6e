#!/usr/bin/env python3
"""The same small pipelines on Penstock and on others of its kind, one after another in one run.

usage: run.py API_URL PEERS_BIN [--rounds N] [--only NAME,…] [--size BYTES]

Rows: one trivial Python step; a chain of ten; fifty steps side by side and one that joins them; a
hand-over: one step writes a file (or returns bytes) and the next reads all of it. Penstock's and
kfp.local's times are of the call that runs a pipeline that is compiled; the others' are of their
whole command, which is what their user waits for. `ms/step` is the slope from the shortest chain to
ten, which leaves out what a system takes to start. Medians, with the least and the greatest.
Steps are processes of their own everywhere but in Dagster, whose jobs run in one process here.
"""

import argparse
import contextlib
import io
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]

import build_files  # noqa: E402
import metaflow_flows  # noqa: E402
import pipelines  # noqa: E402
from pipelines import dsl, measure  # noqa: E402


@dsl.component
def write(size: int, data: dsl.Output[dsl.Dataset]):
    block = bytes(range(256)) * 4096
    with open(data.path, "wb") as file:
        while size > 0:
            size -= file.write(block[:size])


@dsl.component
def count(data: dsl.Input[dsl.Dataset]) -> int:
    total = 0
    with open(data.path, "rb") as file:
        while piece := file.read(1 << 20):
            total += len(piece)
    return total


def kfp_pipeline(shape, size):
    if shape == "chain":
        return pipelines.chain(size)
    if shape == "fan-out":
        return pipelines.fan_out(size)

    @dsl.pipeline(name="hand-over")
    def pipeline() -> int:
        return count(data=write(size=size).outputs["data"]).output
    return pipeline


class CommandPeer:
    """A peer that is a command in a fresh folder."""

    shortest = 1

    def __init__(self, name, prepare, command):
        self.name, self._prepare, self._command = name, prepare, command

    def seconds(self, shape, size):
        folder = pathlib.Path(tempfile.mkdtemp(prefix="bench-peer-"))
        try:
            self._prepare(folder, shape, size)
            environment = dict(os.environ, HOME=str(folder), USERNAME="bench",
                               METAFLOW_DEFAULT_DATASTORE="local", DAGSTER_DISABLE_TELEMETRY="yes")
            began = time.perf_counter()
            done = subprocess.run(self._command(shape, size), cwd=folder, env=environment,
                                  capture_output=True, text=True, check=False)
            took = time.perf_counter() - began
            if done.returncode:
                sys.exit(f"{self.name}, {shape} of {size}:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
            return took
        finally:
            shutil.rmtree(folder)


def command_peers(binaries):
    python = str(binaries / "python")
    flows = {"chain": metaflow_flows.chain, "fan-out": metaflow_flows.fan_out,
             "hand-over": metaflow_flows.hand_over}
    metaflow = CommandPeer(
        "metaflow",
        lambda folder, shape, size: (folder / "flow.py").write_text(flows[shape](size)),
        lambda shape, size: [python, "flow.py", "--quiet", "run", "--max-workers", "2"])
    metaflow.shortest = 2  # a flow has a start and an end
    return [
        CommandPeer("ninja", lambda *a: build_files.write_ninja(a[0], python, *a[1:]),
                    lambda shape, size: [str(binaries / "ninja"), "-j2"]),
        CommandPeer("snakemake", lambda *a: build_files.write_snakemake(a[0], python, *a[1:]),
                    lambda shape, size: [str(binaries / "snakemake"), "-c2", "--quiet", "all"]),
        metaflow,
        CommandPeer("dagster", lambda *a: None,
                    lambda shape, size: [python, str(HERE / "dagster_jobs.py"), shape, str(size)]),
    ]


class Penstock:
    name, shortest = "penstock", 1

    def __init__(self, url):
        self._server = pipelines.Server(url)

    def seconds(self, shape, size):
        with contextlib.redirect_stdout(io.StringIO()):  # the SDK prints each run's address
            return pipelines.penstock_seconds(self._server, kfp_pipeline(shape, size))


class KfpLocal:
    """Last of all: once it is set up, calling a component runs it."""

    name, shortest = "kfp.local", 1

    def __init__(self):
        self._made = {}

    def prepare(self, rows):
        self._made = {row: kfp_pipeline(*row) for row in rows}
        pipelines.local.init(pipelines.local.SubprocessRunner(use_venv=False), raise_on_error=True,
                             pipeline_root=tempfile.mkdtemp(prefix="bench-peer-"))

    def seconds(self, shape, size):
        return pipelines.local_seconds(self._made[(shape, size)])


def measure_peer(peer, rows, rounds):
    medians = {}
    for shape, size in rows:
        if shape == "chain" and size == 1:
            size = peer.shortest
        if not (peer.name == "kfp.local" or shape == "hand-over"):
            peer.seconds(shape, size)  # warms its caches
        slow = peer.name == "kfp.local"
        times = measure(lambda: peer.seconds(shape, size), 1 if slow else rounds)
        medians[(shape, size)] = pipelines.report(peer.name, f"{shape} {size}", times)
    first, ten = medians[("chain", peer.shortest)], medians[("chain", 10)]
    print(f"{peer.name:<10} {'ms/step':<14} {(ten - first) / (10 - peer.shortest) * 1000:8.1f}",
          flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("api_url")
    parser.add_argument("binaries", type=pathlib.Path)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--size", type=int, default=200_000_000)
    parser.add_argument("--only", default="penstock,ninja,snakemake,metaflow,dagster,kfp.local")
    options = parser.parse_args()
    print(f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.2f}, "
          f"medians of {options.rounds} (kfp.local once), least and greatest in brackets")
    wanted = options.only.split(",")
    rows = [("chain", 1), ("chain", 10), ("fan-out", 50), ("hand-over", options.size)]
    for peer in [Penstock(options.api_url), *command_peers(options.binaries)]:
        if peer.name in wanted:
            measure_peer(peer, rows, options.rounds)
    if "kfp.local" in wanted:
        local = KfpLocal()
        local.prepare(rows)
        measure_peer(local, rows, options.rounds)


if __name__ == "__main__":
    main()
