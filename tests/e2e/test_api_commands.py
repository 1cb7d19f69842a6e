"""`penstock pipeline`, `experiment`, `recurring-run`, `trigger`, `webhook` and `run` on a running server."""

import json
import os
import pathlib
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARY = os.environ.get("PENSTOCK_BINARY", str(ROOT / "build/release/penstock"))

PIPELINE = """
pipelineInfo: {name: hello}
schemaVersion: 2.1.0
sdkVersion: kfp-2.17.0
deploymentSpec:
  executors:
    exec-hello: {container: {image: python:3.11, command: [echo, hello]}}
components:
  comp-hello: {executorLabel: exec-hello}
root:
  dag:
    tasks:
      hello: {componentRef: {name: comp-hello}, taskInfo: {name: hello}}
"""


@pytest.fixture
def penstock(server):
    def run(*words, fails=False):
        done = subprocess.run([BINARY, *words, "--server", server.api_url], capture_output=True,
                              text=True, timeout=60, check=False)
        assert (done.returncode != 0) == fails, done.stderr
        return done.stderr if fails else done.stdout

    return run


def test_resources_are_made_listed_and_deleted(penstock, tmp_path):
    file = tmp_path / "hello.yaml"
    file.write_text(PIPELINE)
    pipeline = json.loads(penstock("pipeline", "upload", str(file), "--name", "hello",
                                   "--output", "json"))["pipeline_id"]
    assert pipeline in penstock("pipeline", "list")
    assert penstock("pipeline", "upload", str(file), "--name", "v2", "--pipeline", pipeline)
    experiment = penstock("experiment", "create", "by hand").strip()
    assert json.loads(penstock("experiment", "get", experiment))["display_name"] == "by hand"

    recurring = penstock("recurring-run", "create", "nightly", "--pipeline", pipeline,
                         "--experiment", experiment, "--cron", "0 0 3 * * *").strip()
    penstock("recurring-run", "disable", recurring)
    assert json.loads(penstock("recurring-run", "get", recurring))["status"] == "DISABLED"
    listed = penstock("recurring-run", "list", "--experiment", experiment).splitlines()
    assert len(listed) == 2 and "nightly" in listed[1]
    assert "hour" in penstock("recurring-run", "create", "bad", "--pipeline", pipeline,
                              "--cron", "0 0 30 * * *", fails=True)

    trigger = penstock("trigger", "create", "files", "--bucket", "in", "--pipeline", pipeline)
    penstock("trigger", "disable", trigger.strip())
    webhook = penstock("webhook", "create", "chat", "--url", "http://127.0.0.1:1/", "--state",
                       "FAILED").strip()
    assert json.loads(penstock("webhook", "get", webhook))["states"] == ["FAILED"]
    for kind, one in [("webhook", webhook), ("trigger", trigger.strip()),
                      ("recurring-run", recurring), ("experiment", experiment)]:
        penstock(kind, "delete", one)
        assert "not found" in penstock(kind, "get", one, fails=True)
    penstock("pipeline", "delete", pipeline, "--cascade")


def test_runs_are_listed_and_read(penstock, tmp_path):
    file = tmp_path / "hello.yaml"
    file.write_text(PIPELINE)
    penstock("run", str(file), "--name", "by hand", "--wait")
    rows = [json.loads(line) for line in penstock("run", "list", "--output", "json").splitlines()]
    run = next(row for row in rows if row["display_name"] == "by hand")
    shown = json.loads(penstock("run", "get", run["run_id"]))
    task, = [task for task in shown["run_details"]["task_details"]
             if task["display_name"] == "hello" and task.get("parent_task_id")]
    assert "hello" in penstock("run", "log", task["task_id"])
    penstock("run", "archive", run["run_id"])
    penstock("run", "delete", run["run_id"])
