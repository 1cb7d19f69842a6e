#!/usr/bin/env python3
"""Start to healthy, idle memory and binary size of build/release/penstock.

usage: start.py [--rounds N] [--binary PATH]

Each round starts a server on an empty directory, and again on the directory it left; the clock runs
from the exec to the first 200 of healthz. Idle memory is the proportional set size two seconds later.
"""

import argparse
import os
import pathlib
import re
import shutil
import signal
import statistics
import subprocess
import tempfile
import time
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parent.parent


def start(binary, data_dir):
    began = time.perf_counter()
    process = subprocess.Popen([binary, "server", "--data-dir", data_dir, "--address",
                                "127.0.0.1:0", "--s3-address", "127.0.0.1:0"],
                               stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    url = re.search(r"http\S+", process.stdout.readline())[0]
    urllib.request.urlopen(f"{url}/apis/v2beta1/healthz", timeout=10).read()
    return process, time.perf_counter() - began


def pss_mib(pid):
    text = pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text()
    return int(re.search(r"^Pss:\s+(\d+)", text, re.M)[1]) / 1024


def stop(process):
    process.send_signal(signal.SIGTERM)
    process.wait(20)


def show(row, values, unit):
    print(f"{row:<28} {statistics.median(values):8.3f} {unit}   "
          f"({min(values):.3f} to {max(values):.3f})")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--binary", default=str(ROOT / "build/release/penstock"))
    options = parser.parse_args()
    empty, again, memory = [], [], []
    for _ in range(options.rounds):
        folder = tempfile.mkdtemp(prefix="penstock-bench-")
        process, seconds = start(options.binary, f"{folder}/data")
        empty.append(seconds)
        time.sleep(2)
        memory.append(pss_mib(process.pid))
        stop(process)
        process, seconds = start(options.binary, f"{folder}/data")
        again.append(seconds)
        stop(process)
        shutil.rmtree(folder)
    print(f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.2f}, "
          f"medians of {options.rounds}, least and greatest in brackets")
    show("start, empty directory", empty, "s  ")
    show("start, existing directory", again, "s  ")
    show("idle memory (PSS)", memory, "MiB")
    print(f"{'binary':<28} {os.path.getsize(options.binary) / 2**20:8.1f} MiB")


if __name__ == "__main__":
    main()
