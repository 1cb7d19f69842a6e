"""Runs, call by call: how they are made, what is refused, and what changes their state."""

import time

import pytest
from conftest import PIPELINE, wait_until

ALL, ONE = "/runs", "/runs/{run_id}"
EPOCH = "1970-01-01T00:00:00Z"


def body(**more):
    return {"display_name": "r", "pipeline_spec": PIPELINE, **more}


def with_parameters(**parameters):
    return body(runtime_config={"parameters": parameters})


def test_a_finished_run_is_shown_whole(api, finished):
    assert finished["display_name"] and finished["description"] == "as an example"
    assert finished["pipeline_spec"] == PIPELINE
    assert finished["storage_state"] == "AVAILABLE"
    assert [change["state"] for change in finished["state_history"]] == ["PENDING", "RUNNING",
                                                                        "SUCCEEDED"]
    assert finished["created_at"] <= finished["scheduled_at"] <= finished["finished_at"]
    details = {task["display_name"]: task for task in finished["run_details"]["task_details"]}
    assert {"write", "read", "end"} <= set(details)
    for task in details.values():
        assert task["run_id"] == finished["run_id"]
        assert task["state"] in ("SUCCEEDED", "SKIPPED")
        assert task["create_time"] <= task["end_time"]
        assert task["pod_name"] == task["task_id"]
    children = {child["task_id"] for task in details.values() for child in task.get("child_tasks", [])}
    assert {details[name]["task_id"] for name in ("write", "read", "end")} <= children


def test_everything_that_a_run_may_be_given(api, name, upload):
    pipeline = upload()
    version, = api.make("GET", "/pipelines/{pipeline_id}/versions",
                        pipeline_id=pipeline["pipeline_id"])["pipeline_versions"]
    experiment = api.make("POST", "/experiments", {"display_name": name()})["experiment_id"]
    both = {"pipeline_id": version["pipeline_id"],
            "pipeline_version_id": version["pipeline_version_id"]}
    parameters = {"text": "a", "seconds": 0, "count": 3, "flag": False, "list": [1, "a", None],
                  "struct": {"k": [1.5]}, "color": "green"}
    asked = {"display_name": name(), "description": "d", "experiment_id": experiment,
             "service_account": "someone", "pipeline_version_reference": both,
             "runtime_config": {"parameters": parameters, "pipeline_root": "minio://mlpipeline/other"},
             "plugins_input": {"mlflow": {"experiment": "e"}}, "enable_caching": False,
             "keep_seconds": "86400", "priority": 7}
    made = api.make("POST", ALL, asked)
    assert {key: made[key] for key in asked} == asked
    assert made["finished_at"] == EPOCH
    # A client may send back what it has got; what is of the server's making is not looked at.
    again = api.make("POST", ALL, {key: value for key, value in made.items()})
    assert again["run_id"] != made["run_id"]


@pytest.mark.parametrize("source", ["pipeline_id", "both", "deprecated", "camelCase"])
def test_sources(api, name, upload, source):
    pipeline = upload()
    version, = api.make("GET", "/pipelines/{pipeline_id}/versions",
                        pipeline_id=pipeline["pipeline_id"])["pipeline_versions"]
    both = {"pipeline_id": version["pipeline_id"],
            "pipeline_version_id": version["pipeline_version_id"]}
    given = {"pipeline_id": {"pipeline_version_reference": {"pipeline_id": both["pipeline_id"]}},
             "both": {"pipeline_version_reference": both},
             "deprecated": {"pipeline_version_id": both["pipeline_version_id"]},
             "camelCase": {"pipelineVersionReference": {
                 "pipelineId": both["pipeline_id"],
                 "pipelineVersionId": both["pipeline_version_id"]}}}[source]
    made = api.make("POST", ALL, {"displayName": name(), **given})
    assert made["pipeline_version_reference"] == both
    assert "pipeline_spec" not in made


@pytest.mark.parametrize("asked,status,code,cause", [
    ({}, 400, 3, "display_name"), ({"display_name": "r"}, 400, 3, "pipeline"),
    ({"pipeline_spec": PIPELINE}, 400, 3, "display_name"),
    (body(nope=1), 400, 3, "nope"), (body(display_name=1), 400, 3, "display_name"),
    (body(pipeline_version_id="x"), 400, 3, "more than one"),
    (body(pipeline_version_reference={}), 400, 3, "more than one"),
    (body(experiment_id="nope"), 404, 5, "nope"), (body(created_at="now"), 400, 3, "created_at"),
    (body(priority=1001), 400, 3, "priority"), (body(keep_seconds=0), 400, 3, "keep_seconds"),
    (body(enable_caching="no"), 400, 3, "enable_caching"), (body(plugins_input=[]), 400, 3, "plugins"),
    (body(runtime_config={"nope": 1}), 400, 3, "nope"),
    (body(runtime_config={"parameters": []}), 400, 3, "parameters"),
    (body(runtime_config={"pipeline_root": "ftp://x/y"}), 400, 3, "ftp"),
    ({"display_name": "r", "pipeline_spec": {}}, 400, 3, "pipelineInfo"),
    ({"display_name": "r", "pipeline_version_id": "nope"}, 404, 5, "nope"),
    ({"display_name": "r", "pipeline_version_reference": {"pipeline_id": "nope"}}, 404, 5, "nope"),
    (with_parameters(unknown=1), 400, 3, "unknown"), (with_parameters(text=1), 400, 3, "text"),
    (with_parameters(seconds="1"), 400, 3, "seconds"), (with_parameters(count="1"), 400, 3, "count"),
    (with_parameters(count=1.5), 400, 3, "count"), (with_parameters(flag=1), 400, 3, "flag"),
    (with_parameters(list={}), 400, 3, "list"), (with_parameters(struct=[]), 400, 3, "struct"),
    (with_parameters(text=None), 400, 3, "text"), (with_parameters(color="blue"), 400, 3, "color"),
])
def test_what_is_refused(api, asked, status, code, cause):
    api.refused(status, code, cause, "POST", ALL, asked)


def test_a_version_of_another_pipeline_is_refused(api, pipeline, upload):
    other = upload()
    version, = api.make("GET", "/pipelines/{pipeline_id}/versions",
                        pipeline_id=other["pipeline_id"])["pipeline_versions"]
    api.refused(400, 3, "not a version", "POST", ALL, {
        "display_name": "r", "pipeline_version_reference": {
            "pipeline_id": pipeline["pipeline_id"],
            "pipeline_version_id": version["pipeline_version_id"]}})


def test_a_pipeline_without_versions_is_refused(api, name):
    empty = api.make("POST", "/pipelines", {"name": name()})["pipeline_id"]
    api.refused(400, 3, "no versions", "POST", ALL, {
        "display_name": "r", "pipeline_version_reference": {"pipeline_id": empty}})


def test_the_deprecated_query_is_taken(api, start, finished):
    query = {"experiment_id": finished["experiment_id"]}
    api.make("GET", ONE, query=query, run_id=finished["run_id"])
    run = api.make("POST", ALL, body(), query=query)
    wait_until(lambda: api.make("GET", ONE, run_id=run["run_id"])["state"] == "SUCCEEDED")
    assert api.make("DELETE", ONE, query=query, run_id=run["run_id"]) == {}


def test_archive_and_unarchive_do_not_touch_the_state(api, start):
    run = {"run_id": start(state=None, parameters={"seconds": 1})["run_id"]}
    assert api.make("POST", ONE + ":archive", **run) == {}
    got = api.make("GET", ONE, **run)
    assert got["storage_state"] == "ARCHIVED" and got["state"] in ("PENDING", "RUNNING")
    wait_until(lambda: api.make("GET", ONE, **run)["state"] == "SUCCEEDED")  # it goes on
    assert api.make("POST", ONE + ":unarchive", **run) == {}
    assert api.make("GET", ONE, **run)["storage_state"] == "AVAILABLE"


def test_terminate_ends_a_run_as_failed(api, start):
    run = {"run_id": start(state=None, parameters={"seconds": 60})["run_id"]}
    wait_until(lambda: api.make("GET", ONE, **run)["state"] == "RUNNING")
    api.refused(409, 10, "", "POST", ONE + ":retry", **run)  # it has not ended
    began = time.monotonic()
    assert api.make("POST", ONE + ":terminate", **run) == {}
    assert api.make("GET", ONE, **run)["state"] in ("CANCELING", "CANCELED", "FAILED")
    ended = wait_until(lambda: (got := api.make("GET", ONE, **run))["state"] == "FAILED" and got)
    assert time.monotonic() - began < 30
    assert "CANCELING" in [change["state"] for change in ended["state_history"]]
    assert api.make("POST", ONE + ":terminate", **run) == {}  # it has ended: nothing happens


def test_retry_runs_again_what_failed(api, start):
    failed = start(state="FAILED", parameters={"text": "fail"})
    run = {"run_id": failed["run_id"]}
    assert failed["error"]["message"]
    kept = {t["display_name"]: t["end_time"] for t in failed["run_details"]["task_details"]}
    assert api.make("POST", ONE + ":retry", **run) == {}
    again = wait_until(lambda: (got := api.make("GET", ONE, **run))["state"] == "FAILED" and got)
    states = [change["state"] for change in again["state_history"]]
    assert states[:3] == ["PENDING", "RUNNING", "FAILED"] and states[-1] == "FAILED"
    assert len(states) > 4
    tasks = {t["display_name"]: t["end_time"] for t in again["run_details"]["task_details"]}
    assert tasks["write"] == kept["write"] and tasks["end"] > kept["end"]


def test_a_run_that_succeeded_has_nothing_to_retry(api, finished):
    answer = api("POST", ONE + ":retry", run_id=finished["run_id"])
    assert answer.status_code in (200, 400, 409)
    wait_until(lambda: api.make("GET", ONE, run_id=finished["run_id"])["state"] == "SUCCEEDED")


def test_delete(api, start):
    run = {"run_id": start()["run_id"]}
    api.refused(400, 3, "delete_artifacts", "DELETE", ONE, query={"delete_artifacts": "x"}, **run)
    assert api.make("DELETE", ONE, query={"delete_artifacts": "true"}, **run) == {}
    api.refused(404, 5, "not found", "GET", ONE, **run)
    running = {"run_id": start(state=None, parameters={"seconds": 60})["run_id"]}
    assert api.make("DELETE", ONE, **running) == {}
    api.refused(404, 5, "not found", "GET", ONE, **running)


@pytest.mark.parametrize("method,verb", [
    ("GET", ""), ("DELETE", ""), ("POST", ":archive"), ("POST", ":unarchive"), ("POST", ":terminate"),
    ("POST", ":retry"), ("POST", ":clone"), ("POST", ":resume"), ("POST", ":plan"),
    ("GET", ":watch")])
def test_unknown_ones(api, method, verb):
    api.refused(404, 5, "Run nope not found", method, ONE + verb, run_id="nope")


def test_runs_made_from_others(api, start, finished):
    of = {"run_id": finished["run_id"]}
    planned = api.make("POST", "/runs:plan", body())
    assert {step["path"] for step in planned["steps"]} >= {"write", "read", "end"}
    clone = api.make("POST", ONE + ":clone", {"runtime_config": {"parameters": {"text": "changed"}},
                                              "enable_caching": False}, **of)
    assert clone["origin"] == "CLONE" and clone["origin_run_id"] == finished["run_id"]
    assert clone["runtime_config"]["parameters"]["text"] == "changed"
    plan = api.make("POST", ONE + ":plan", {"kind": "RERUN", "from_task": "write"}, **of)
    decisions = {step["path"]: step["decision"] for step in plan["steps"]}
    assert decisions["write"] == "RUN" and decisions["end"] == "TAKEN_OVER"
    rerun = api.make("POST", ONE + ":rerun", {"from_task": "write", "display_name": "again"}, **of)
    assert (rerun["origin"], rerun["rerun_from"], rerun["display_name"]) == ("RERUN", "write", "again")
    failed = start(state="FAILED", parameters={"text": "fail"})
    resumed = api.make("POST", ONE + ":resume", {"runtime_config": {"parameters": {"text": "x"}}},
                       run_id=failed["run_id"])
    assert resumed["origin"] == "RESUME"
    for run in (clone, rerun, resumed):
        wait_until(lambda: api.make("GET", ONE, run_id=run["run_id"])["state"] == "SUCCEEDED")
    for verb, asked, cause in ((":rerun", {}, "from_task"), (":rerun", {"from_task": "nope"}, "nope"),
                               (":clone", {"from_task": "write"}, "from_task"),
                               (":clone", {"kind": "CLONE"}, "kind"), (":clone", {"nope": 1}, "nope"),
                               (":resume", {"pipeline_spec": {}}, "pipelineInfo"),
                               (":plan", {"kind": "nope"}, "kind")):
        answer = api("POST", ONE + verb, asked, **of)
        assert answer.status_code == 400 and cause in answer.json()["message"], answer.text
    api.refused(400, 3, "display_name", "POST", "/runs:plan", {})


def test_changes_are_told(api, finished):
    with api("GET", ONE + ":watch", stream=True, run_id=finished["run_id"]) as answer:
        events = [line for line in answer.iter_lines(decode_unicode=True) if line.startswith("event")]
    assert events[-1] == "event: end" and "event: run" in events and "event: task" in events
    with api("GET", "/events", stream=True) as answer:
        assert answer.headers["Content-Type"] == "text/event-stream"
