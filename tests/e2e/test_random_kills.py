"""kill -9 of the server at random moments in random pipelines: every run ends as it does undisturbed.

PENSTOCK_KILLS says how often the server is killed (20; half as often with components of the SDK, which are forked by
warm interpreters where the machine lets them), PENSTOCK_KILL_SEED where chance begins.
"""

import os
import pathlib
import random
import time

import pytest
import requests

from random_pipelines import Generator, compiled

KILLS = int(os.environ.get("PENSTOCK_KILLS", "20"))
SEED = int(os.environ.get("PENSTOCK_KILL_SEED", "20261125"))
AT_ONCE = 4
FINAL = ("SUCCEEDED", "FAILED", "SKIPPED", "CANCELED")


class Api:
    def __init__(self, server):
        self.url = server.api_url + "/apis/v2beta1"

    def get(self, path, **query):
        answer = requests.get(self.url + path, params=query, timeout=30)
        answer.raise_for_status()
        return answer

    def create(self, spec):
        answer = requests.post(self.url + "/runs", json={"display_name": spec["pipelineInfo"]["name"],
                                                         "pipeline_spec": spec}, timeout=30)
        assert answer.status_code == 200, answer.text
        return answer.json()["run_id"]

    def unfinished(self, run_ids):
        return [run for run in run_ids if self.get(f"/runs/{run}").json()["state"] not in FINAL]

    def wait(self, run_ids, seconds=300):
        deadline = time.monotonic() + seconds
        while left := self.unfinished(run_ids):
            assert time.monotonic() < deadline, f"runs {left} are stuck"
            time.sleep(0.05)


def path_of(task, by_id):
    names = []
    while task.get("parent_task_id"):
        iteration = task.get("type_attributes", {}).get("iteration_index")
        names.insert(0, task["name"] if iteration is None else str(iteration))
        task = by_id[task["parent_task_id"]]
    return "/".join(names)


def summary(api, run_id):
    """The run's end: its state, and of each task the state, the output values and the artifacts' bytes."""
    tasks = api.get("/tasks", run_id=run_id, page_size=200).json().get("tasks", [])
    by_id = {task["task_id"]: task for task in tasks}
    rows = {"": api.get(f"/runs/{run_id}").json()["state"]}
    for task in tasks:
        outputs = task.get("outputs", {})
        values = {item["parameter_key"]: item["value"] for item in outputs.get("parameters", [])}
        files = {}
        for item in outputs.get("artifacts", []):
            assert len(item["artifacts"]) == 1, f"{path_of(task, by_id)} has published twice: {item}"
            files[item["artifact_key"]] = api.get(f"/artifacts/{item['artifacts'][0]['artifact_id']}:download").text
        path = path_of(task, by_id)
        assert path not in rows or path == "", f"two rows for {path}"
        rows[path or "root"] = (task.get("state", "RUNTIME_STATE_UNSPECIFIED"), values, files)
    return rows


def processes_with(mark):
    found = []
    for path in pathlib.Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = path.read_bytes().split(b"\0")
        except OSError:
            continue
        if mark.encode() in words:
            found.append(words)
    return found


def wait_for_no_process(mark):
    deadline = time.monotonic() + 20
    while left := processes_with(mark):
        assert time.monotonic() < deadline, f"the killed server has left {left}"
        time.sleep(0.02)


def starts(api, run_ids):
    """How tasks have started: a set of "warm" and "cold"."""
    return {task.get("details", {}).get("start") for run in run_ids
            for task in api.get("/tasks", run_id=run, page_size=200).json().get("tasks", [])} - {None}


@pytest.mark.parametrize("tasks", ["shell", "sdk"])
def test_runs_end_as_undisturbed_however_often_the_server_is_killed(own_server, tasks):
    chance = random.Random(SEED)
    mark = f"penstock_kill_test_{tasks}_{os.getpid()}"
    executor, most = (None, KILLS) if tasks == "shell" else (compiled(mark), (KILLS + 1) // 2)
    server = own_server()
    kills, seed, seen = 0, SEED, set()
    while kills < most:
        specs = []
        for _ in range(AT_ONCE):
            specs.append(Generator(seed, mark, executor).pipeline())
            seed += 1
        api = Api(server)
        calm = [api.create(spec) for spec in specs]
        api.wait(calm)
        expected = [summary(api, run) for run in calm]

        disturbed = [api.create(spec) for spec in specs]
        while True:
            time.sleep(chance.uniform(0.0, 0.5))
            if kills == most or not api.unfinished(disturbed):
                break
            server.kill()
            kills += 1
            wait_for_no_process(mark)
            server = own_server()
            api = Api(server)
        api.wait(disturbed)
        for spec, run, calm_rows in zip(specs, disturbed, expected):
            assert summary(api, run) == calm_rows, f"{spec['pipelineInfo']['name']} after {kills} kills"
        seen |= starts(api, disturbed)
    print(f"{tasks}: {kills} kills, {seed - SEED} pipelines, tasks started {', '.join(sorted(seen)) or 'by a shell'}")
