"""kill -9 of the server in the middle of runs: every run ends as if nothing had happened."""

import random
import time

import kfp
import requests
from kfp import dsl

FINAL = ("SUCCEEDED", "FAILED", "SKIPPED", "CANCELED")


@dsl.component
def add(a: int, b: int) -> int:
    import time
    time.sleep(0.2)
    return a + b


@dsl.component
def write(number: int, text: dsl.Output[dsl.Dataset]):
    with open(text.path, "w") as file:
        file.write(str(number))


@dsl.component
def read(text: dsl.Input[dsl.Dataset]) -> int:
    with open(text.path) as file:
        return int(file.read())


@dsl.pipeline(name="crash")
def crash_pipeline(start: int = 1) -> int:
    total = add(a=start, b=1)
    for step in range(4):
        total = add(a=total.output, b=step)
    written = write(number=total.output)
    return read(text=written.outputs["text"]).output


def wait_for(api_url, run_id, seconds=120):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        run = requests.get(f"{api_url}/apis/v2beta1/runs/{run_id}", timeout=10).json()
        if run["state"] in FINAL:
            return run
        time.sleep(0.1)
    raise AssertionError(f"run {run_id} did not end: {run}")


def output_of(api_url, run_id, task_name):
    tasks = requests.get(f"{api_url}/apis/v2beta1/tasks",
                         params={"run_id": run_id, "page_size": 200}, timeout=10).json()["tasks"]
    task, = [task for task in tasks if task["name"] == task_name]
    return task["outputs"]


def create(server):
    return kfp.Client(host=server.api_url).create_run_from_pipeline_func(
        crash_pipeline, enable_caching=False).run_id


def test_a_killed_server_continues_its_runs(own_server):
    chance = random.Random(20261123)
    server = own_server()
    # The first run makes the environment, so that the kills fall among tasks and not in its making.
    assert wait_for(server.api_url, create(server))["state"] == "SUCCEEDED"
    for round_number in range(8):
        run_id = create(server)
        for _ in range(2):
            time.sleep(chance.uniform(0.05, 1.2))
            server.kill()
            server = own_server()
        run = wait_for(server.api_url, run_id)
        assert run["state"] == "SUCCEEDED", (round_number, run)
        artifacts = requests.get(f"{server.api_url}/apis/v2beta1/artifacts",
                                 params={"run_id": run_id, "page_size": 200}, timeout=10).json()
        texts = [a for a in artifacts["artifacts"] if a["name"] == "text"]
        assert len(texts) == 1, "a step published its outputs twice"
        content = requests.get(
            f"{server.api_url}/apis/v2beta1/artifacts/{texts[0]['artifact_id']}:download", timeout=10)
        assert content.text == "8"


def test_a_killed_server_leaves_no_process_behind(own_server):
    @dsl.component
    def sleep_long(mark: str):
        import subprocess
        subprocess.Popen(["sleep", mark])
        subprocess.run(["sleep", mark])

    @dsl.pipeline(name="orphans")
    def orphans(mark: str):
        sleep_long(mark=mark)

    mark = f"9{random.randrange(10**8):08d}"
    server = own_server()
    kfp.Client(host=server.api_url).create_run_from_pipeline_func(
        orphans, arguments={"mark": mark}, enable_caching=False)
    deadline = time.monotonic() + 120
    while len(processes_with(mark)) < 2 and time.monotonic() < deadline:
        time.sleep(0.1)
    assert len(processes_with(mark)) >= 2
    server.kill()
    deadline = time.monotonic() + 10
    while processes_with(mark) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert processes_with(mark) == []


def processes_with(mark):
    """Command lines of processes called `sleep <mark>`."""
    import pathlib
    found = []
    for path in pathlib.Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = path.read_bytes().split(b"\0")
        except OSError:
            continue
        if words[:2] == [b"sleep", mark.encode()]:
            found.append(words)
    return found
