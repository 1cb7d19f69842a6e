#!/usr/bin/env python3
"""What it costs to hand a large artifact from one task to the next, beside plain copying of the same bytes.

usage: handover.py API_URL FOLDER BYTES... [--caching]

A pipeline of two tasks: one writes that many bytes and makes them durable (fsync), the other opens them. Of each
task's details: `publish_ms` of the first and `start_ms` of the second are what handing over costs; the time to
write is taken inside the first task. Beside it, in FOLDER on the same disk: a copy with fsync, which is what a
hand-over by way of a store costs at least, once to publish and once to fetch. With --caching the tasks may use the
cache, which has nothing for them.
"""

import os
import sys
import time
import warnings

warnings.filterwarnings("ignore")

from kfp import Client, dsl  # noqa: E402


@dsl.component
def write(size: int, run: str, data: dsl.Output[dsl.Dataset]) -> float:
    import os
    import time
    block = os.urandom(1 << 20)
    began = time.perf_counter()
    with open(data.path, "wb") as file:
        left = size
        while left > 0:
            file.write(block[:left])
            left -= min(left, len(block))
        file.flush()
        os.fsync(file.fileno())
    return time.perf_counter() - began


@dsl.component
def read(data: dsl.Input[dsl.Dataset]) -> int:
    import os
    with open(data.path, "rb") as file:
        file.read(1)
    return os.path.getsize(data.path)


@dsl.pipeline(name="handover")
def handover(size: int, run: str):
    read(data=write(size=size, run=run).outputs["data"])


def tasks_of(client, host, run_id):
    import json
    import urllib.request
    with urllib.request.urlopen(f"{host}/apis/v2beta1/tasks?run_id={run_id}") as answer:
        return {task["name"]: task for task in json.load(answer)["tasks"]}


def run(client, host, size, caching):
    arguments = {"size": size, "run": os.urandom(8).hex()}
    began = client.create_run_from_pipeline_func(handover, arguments=arguments, enable_caching=caching)
    while True:
        state = client.get_run(began.run_id).state
        if state == "SUCCEEDED":
            return tasks_of(client, host, began.run_id)
        if state in ("FAILED", "CANCELED", "SKIPPED"):
            sys.exit(f"the run {began.run_id} ended {state}")
        time.sleep(0.02)


def copy_seconds(folder, size):
    source, target = os.path.join(folder, "from"), os.path.join(folder, "to")
    block = os.urandom(1 << 20)
    with open(source, "wb") as file:
        for _ in range(0, size, len(block)):
            file.write(block)
        file.flush()
        os.fsync(file.fileno())
    began = time.perf_counter()
    with open(source, "rb") as read_from, open(target, "wb") as write_to:
        while data := read_from.read(1 << 20):
            write_to.write(data)
        write_to.flush()
        os.fsync(write_to.fileno())
    seconds = time.perf_counter() - began
    os.unlink(source)
    os.unlink(target)
    return seconds


def main():
    words = [word for word in sys.argv[1:] if word != "--caching"]
    caching = len(words) < len(sys.argv) - 1
    host, folder, *sizes = words
    client = Client(host=host)
    run(client, host, 1000, caching=False)  # makes the environment
    base = run(client, host, 1000, caching=False)
    for text in sizes:
        size = int(text)
        tasks = run(client, host, size, caching)
        written = tasks["write"]["outputs"]["parameters"][0]["value"]
        over = [tasks[name]["details"][key] - base[name]["details"][key]
                for name, key in (("write", "publish_ms"), ("read", "start_ms"))]
        print(f"{size:>13} bytes  written in {written:7.3f} s  publish {over[0]:6d} ms  bring {over[1]:6d} ms   "
              f"beside: one copy {copy_seconds(folder, size):7.3f} s", flush=True)


if __name__ == "__main__":
    main()
