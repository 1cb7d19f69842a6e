"""Limits that pipelines ask for, and what tasks used."""

import time

import sample_pipelines
from kfp import dsl

WAIT = {"timeout": 300, "sleep_duration": 0.1}


@dsl.container_component
def take_memory(mebibytes: int):
    script = "import sys; x = bytearray(int(sys.argv[1]) << 20); print('took it')"
    return dsl.ContainerSpec(image=sample_pipelines.IMAGE, command=["python3", "-c", script],
                             args=[mebibytes])


@dsl.pipeline(name="limits")
def limits_pipeline(mebibytes: int):
    take_memory(mebibytes=mebibytes).set_memory_limit("64Mi").set_cpu_limit("1")


def run_and_look(client, api, mebibytes):
    created = client.create_run_from_pipeline_func(
        limits_pipeline, arguments={"mebibytes": mebibytes}, enable_caching=False)
    run = client.wait_for_run_completion(created.run_id, **WAIT)
    tasks = api.get("/tasks", run_id=run.run_id, page_size=100).json()["tasks"]
    task, = [task for task in tasks if task["name"] == "take-memory"]
    return run, task


def test_a_task_within_its_limits_is_profiled(client, api):
    run, task = run_and_look(client, api, 1)
    assert run.state == "SUCCEEDED", run.error
    profile = task["details"]["profile"]
    assert profile["cpu_seconds"] > 0
    assert profile["peak_memory_bytes"] > 1 << 20
    assert profile["interval_ms"] == 200
    assert "killed_by" not in task["details"]
    enforced = profile.get("limits", {})
    missing = profile.get("not_enforced", [])
    assert ("memory_bytes" in enforced) != ("memory" in missing)
    assert ("cpus" in enforced) != ("cpu" in missing)


def test_the_profile_of_a_running_task_is_live(client, api):
    @dsl.container_component
    def wait():
        return dsl.ContainerSpec(image=sample_pipelines.IMAGE, command=["sleep", "600"])

    @dsl.pipeline
    def waits():
        wait()

    created = client.create_run_from_pipeline_func(waits, enable_caching=False)
    samples = []
    deadline = time.monotonic() + 60
    while len(samples) < 3:
        assert time.monotonic() < deadline, samples
        time.sleep(0.1)
        tasks = api.get("/tasks", run_id=created.run_id).json().get("tasks", [])
        for task in tasks:
            if task["name"] == "wait" and task["state"] == "RUNNING":
                samples = task.get("details", {}).get("profile", {}).get("samples", [])
                task_id = task["task_id"]
    assert [sample["ms"] for sample in samples] == sorted(sample["ms"] for sample in samples)
    assert samples[-1]["processes"] >= 1
    alone = api.get(f"/tasks/{task_id}").json()["details"]["profile"]
    assert alone["samples"][:3] == samples[:3] and alone["interval_ms"] == 200
    client.terminate_run(created.run_id)
    run = client.wait_for_run_completion(created.run_id, **WAIT)
    assert run.state == "FAILED"  # as a run that was ended by hand does


def test_a_task_beyond_its_memory_is_killed_and_says_so(client, api):
    run, task = run_and_look(client, api, 500)
    if "memory" in task["details"]["profile"].get("not_enforced", []):
        assert run.state == "SUCCEEDED"
        return
    assert run.state == "FAILED"
    assert "killed: memory limit of 64 MiB reached" in task["error"]["message"]
    assert task["details"]["killed_by"] == "memory limit"
