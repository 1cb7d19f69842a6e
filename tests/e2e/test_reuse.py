"""Results used again, with a real server: the cache by content, resume, rerun, clone, plan, retention, and their commands."""

import json
import subprocess
import time

import requests
import yaml

from conftest import BINARY
from random_pipelines import Generator, text
from test_random_kills import Api, summary

WORK = """mkdir -p "$(dirname "$2")" "$(dirname "$3")"
printf '%s+' "$1" > "$2"
printf 'always the same' > "$3"
exit "$4"
"""


def pipeline(codes, cached=True, note="a"):
    """first → second → third; each exits with its code."""
    words = ["{{$.inputs.parameters['x']}}", "{{$.outputs.parameters['out'].output_file}}",
             "{{$.outputs.artifacts['data'].path}}", "{{$.inputs.parameters['code']}}"]
    dataset = {"artifactType": {"schemaTitle": "system.Dataset", "schemaVersion": "0.0.1"}}
    component = {"executorLabel": "exec-work",
                 "inputDefinitions": {"parameters": {"x": text(), "code": text()},
                                      "artifacts": {"before": {**dataset, "isOptional": True}}},
                 "outputDefinitions": {"parameters": {"out": text()}, "artifacts": {"data": dataset}}}
    tasks, before = {}, None
    for name, code in zip(("first", "second", "third"), codes):
        task = tasks[name] = {
            "taskInfo": {"name": name}, "componentRef": {"name": "comp-work"},
            "cachingOptions": {"enableCache": True} if cached else {},
            "inputs": {"parameters": {"code": {"runtimeValue": {"constant": str(code)}},
                                      "x": {"runtimeValue": {"constant": note if before is None else name}}}}}
        if before:
            task["dependentTasks"] = [before]
            task["inputs"]["artifacts"] = {"before": {"taskOutputArtifact": {"producerTask": before,
                                                                             "outputArtifactKey": "data"}}}
        before = name
    return {"pipelineInfo": {"name": "reuse"}, "schemaVersion": "2.1.0", "sdkVersion": "kfp-2.17.0",
            "components": {"comp-work": component}, "root": {"dag": {"tasks": tasks}},
            "deploymentSpec": {"executors": {"exec-work": {"container": {
                "image": "python:3.11", "command": ["sh", "-ec", WORK, "work"], "args": words}}}}}


def states(api, run_id):
    tasks = api.get("/tasks", run_id=run_id, page_size=200).json()["tasks"]
    return {task["name"]: "CACHED" if task.get("cached") else task.get("state") for task in tasks
            if task["type"] != "ROOT"}


def post(api, path, body=None, status=200):
    answer = requests.post(api.url + path, json=body or {}, timeout=30)
    assert answer.status_code == status, answer.text
    return answer.json()


def finish(api, run_id):
    api.wait([run_id])
    return states(api, run_id)


def penstock(server, *words, code=0):
    done = subprocess.run([BINARY, *words, "--server", server.api_url], capture_output=True, text=True, timeout=120)
    assert done.returncode == code, (done.stdout, done.stderr)
    return done.stdout


def test_the_same_data_gives_a_hit_wherever_it_came_from(own_server):
    api = Api(own_server())
    assert finish(api, api.create(pipeline((0, 0, 0)))) == dict.fromkeys(("first", "second", "third"), "SUCCEEDED")
    # The first has another input and runs; what it stores is the same, and so are the inputs of those behind it.
    again = api.create(pipeline((0, 0, 0), note="z"))
    assert finish(api, again) == {"first": "SUCCEEDED", "second": "CACHED", "third": "CACHED"}
    tasks = api.get("/tasks", run_id=again).json()["tasks"]
    second, = [task for task in tasks if task["name"] == "second"]
    source = api.get(f"/tasks/{second['cached_from_task_id']}").json()
    assert (source["name"], source["run_id"]) == ("second", second["cached_from_run_id"])


def test_a_hit_whose_artifacts_are_gone_is_a_miss(own_server):
    api = Api(own_server())
    run = api.create(pipeline((0, 0, 0)))
    finish(api, run)
    artifacts = api.get("/artifacts", run_id=run).json()["artifacts"]
    tasks = api.get("/tasks", run_id=run).json()["tasks"]
    second, = [task for task in tasks if task["name"] == "second"]
    artifact = second["outputs"]["artifacts"][0]["artifacts"][0]["artifact_id"]
    assert artifact in [item["artifact_id"] for item in artifacts]
    kept = requests.delete(f"{api.url}/artifacts/{artifact}", timeout=30)
    assert kept.status_code == 400 and "cache" in kept.text
    assert requests.delete(f"{api.url}/artifacts/{artifact}?force=true", timeout=30).status_code == 200
    assert requests.get(f"{api.url}/artifacts/{artifact}:download", timeout=30).status_code == 404
    assert finish(api, api.create(pipeline((0, 0, 0)))) == {"first": "CACHED", "second": "SUCCEEDED", "third": "CACHED"}


def test_a_failed_run_goes_on_with_a_corrected_pipeline(own_server, tmp_path):
    server = own_server()
    api = Api(server)
    failed = api.create(pipeline((0, 0, 7), cached=False))
    assert finish(api, failed)["third"] == "FAILED"
    corrected = tmp_path / "corrected.yaml"
    corrected.write_text(yaml.safe_dump(pipeline((0, 0, 0), cached=False)))
    plan = penstock(server, "run", "resume", failed, str(corrected), "--plan")
    assert "1 to run, 0 from the cache, 2 taken over" in plan, plan
    run = penstock(server, "run", "resume", failed, str(corrected), "--wait").split()[0]
    assert states(api, run) == {"first": "CACHED", "second": "CACHED", "third": "SUCCEEDED"}
    again = penstock(server, "run", "rerun", run, "--from", "second", "--wait").split()[0]
    assert states(api, again) == {"first": "CACHED", "second": "SUCCEEDED", "third": "SUCCEEDED"}
    clone = penstock(server, "run", "clone", run, "--wait").split()[0]
    assert states(api, clone) == dict.fromkeys(("first", "second", "third"), "SUCCEEDED")
    post(api, f"/runs/{failed}:rerun", {"from_task": "nope"}, status=400)


def test_plan_and_cache_by_command(own_server, tmp_path):
    server = own_server()
    api = Api(server)
    file = tmp_path / "pipeline.yaml"
    file.write_text(yaml.safe_dump(pipeline((0, 0, 0))))
    assert "1 to run" in penstock(server, "run", "--plan", str(file))
    assert api.get("/runs").json() == {}
    penstock(server, "run", str(file), "--wait")
    plan = json.loads(penstock(server, "run", str(file), "--plan", "--output", "json"))
    assert [step["decision"] for step in plan["steps"]] == ["CACHED"] * 3
    assert penstock(server, "cache", "list", "--pipeline", "reuse").count("reuse") == 3
    assert "1 entries invalidated" in penstock(server, "cache", "invalidate", "--task", "third")
    assert states(api, penstock(server, "run", str(file), "--wait").split()[0])["third"] == "SUCCEEDED"
    assert set(states(api, penstock(server, "run", str(file), "--caching", "off", "--wait").split()[0]).values()) \
        == {"SUCCEEDED"}
    bad = subprocess.run([BINARY, "run", str(file), "-p", "nope=1", "--server", server.api_url],
                         capture_output=True, text=True, timeout=60)
    assert bad.returncode == 1 and "nope" in bad.stderr


def test_what_is_over_its_time_goes_and_what_is_needed_stays(own_server):
    server = own_server("data", "--keep-runs", "1", "--keep-cache", "6", "--retention-day", "2")
    api = Api(server)
    first = api.create(pipeline((0, 0, 0)))
    finish(api, first)
    artifact = api.get("/artifacts", run_id=first).json()["artifacts"][0]
    deadline = time.monotonic() + 30
    while requests.get(f"{api.url}/runs/{first}", timeout=30).status_code != 404:
        assert time.monotonic() < deadline, "the run was not deleted"
        time.sleep(0.2)
    # The cache keeps what it needs, and serves it.
    assert api.get(f"/artifacts/{artifact['artifact_id']}:download").text == "always the same"
    assert set(finish(api, api.create(pipeline((0, 0, 0)))).values()) == {"CACHED"}
    while requests.get(f"{api.url}/artifacts/{artifact['artifact_id']}", timeout=30).status_code != 404:
        assert time.monotonic() < deadline + 60, "the artifact was not deleted"
        time.sleep(0.5)


def test_an_experiment_goes_with_the_last_of_its_runs(own_server):
    server = own_server("data", "--keep-runs", "1", "--keep-experiments", "1", "--retention-day", "2")
    api = Api(server)
    names = ("empty", "used", "scheduled")
    ids = {name: post(api, "/experiments", {"display_name": name})["experiment_id"] for name in names}
    spec = {"pipeline_spec": pipeline((0, 0, 0))}
    run = post(api, "/runs", {"display_name": "r", "experiment_id": ids["used"], **spec})["run_id"]
    post(api, "/recurringruns", {"display_name": "s", "mode": "DISABLE", "max_concurrency": 1,
                                 "trigger": {"cron_schedule": {"cron": "@yearly"}},
                                 "experiment_id": ids["scheduled"], **spec})
    finish(api, run)

    def left():
        return {e["display_name"] for e in api.get("/experiments").json()["experiments"]}

    deadline = time.monotonic() + 60
    while left() != {"Default", "scheduled"}:
        assert "scheduled" in left() and time.monotonic() < deadline, left()
        time.sleep(0.2)
    assert requests.get(f"{api.url}/runs/{run}", timeout=30).status_code == 404


def test_random_runs_are_resumed_to_what_a_whole_run_gives(own_server):
    api = Api(own_server())
    for seed in range(3):
        spec = Generator(seed, "mark").pipeline()
        run = api.create(spec)
        api.wait([run])
        resumed = post(api, f"/runs/{run}:resume")["run_id"]
        api.wait([resumed])
        ends = {path: row[1:] for path, row in summary(api, run).items() if path}
        assert {path: row[1:] for path, row in summary(api, resumed).items() if path} == ends
