"""Tasks and artifacts that workers outside record as part of a run, call by call; and that the run itself goes on
as if there were none."""

import pytest
from conftest import wait_until

TASK, TASK_OF_RUN = "/tasks/{task_id}", "/runs/{run_id}/tasks/{task_id}"


@pytest.fixture(scope="module")
def run(api, start):
    """A run that has ended, for these tests alone."""
    return start(enable_caching=False)


def test_tasks(api, run):
    of = {"run_id": run["run_id"]}
    own = {task["name"]: task for task in api.make("GET", "/tasks", query=of)["tasks"]}
    for pattern, path in (("/tasks", {}), ("/runs/{run_id}/tasks", of)):
        task = api.make("POST", pattern, {**of, "name": "train", "state": "RUNNING", "display_name": "Train",
                                          "parent_task_id": own["write"]["task_id"], "type": "RUNTIME",
                                          "pods": [{"name": "p-1", "uid": "u", "type": "EXECUTOR"}],
                                          "inputs": {"parameters": [{"parameter_key": "rate", "value": 0.1,
                                                                     "type": "RUNTIME_VALUE_INPUT"}]}}, **path)
        assert task["outside"] and task["state"] == "RUNNING" and task["pods"][0]["name"] == "p-1"
        one = {"task_id": task["task_id"]}
        seen = api.make("GET", TASK, **one)
        assert seen == api.make("GET", TASK_OF_RUN, **one, **of) and seen["scope_path"] == "root.write.train"
        for at, more in ((TASK, {}), (TASK_OF_RUN, of)):
            done = api.make("PATCH", at, {"state": "SUCCEEDED", "cache_fingerprint": "of-" + task["task_id"],
                                          "outputs": {"parameters": [{"parameter_key": "loss", "value": 0.5}]}},
                            **one, **more)
            assert done["state"] == "SUCCEEDED" and done["end_time"] > "1971"
            assert [change["state"] for change in done["state_history"]] == ["RUNNING", "SUCCEEDED"]
            assert done["inputs"]["parameters"][0]["value"] == 0.1
            assert done["outputs"]["parameters"] == [{"parameter_key": "loss", "value": 0.5}]
        found = api.make("POST", "/tasks:findCached", {"cache_fingerprint": "of-" + task["task_id"]})
        assert found["task"]["task_id"] == task["task_id"]
        batch = {"tasks": {task["task_id"]: {"state": "FAILED", "error": {"message": "after all"}}}}
        failed = api.make("POST", pattern + ":batchUpdate", batch, **path)["tasks"][task["task_id"]]
        assert failed["state"] == "FAILED" and failed["error"]["message"] == "after all"
        api.refused(400, 3, "empty", "POST", pattern + ":batchUpdate", {"tasks": {}}, **path)
        api.refused(400, 3, "name", "POST", pattern, of, **path)
    listed = api.make("GET", "/runs/{run_id}/tasks", query={"order_by": "name desc", "page_size": 2}, **of)
    assert [task["name"] for task in listed["tasks"]] == ["write", "train"] and listed["total_size"] == 6
    rest = api.make("GET", "/runs/{run_id}/tasks", query={"order_by": "name desc", "page_size": 4,
                                                          "page_token": listed["next_page_token"]}, **of)
    assert len(rest["tasks"]) == 4 and "next_page_token" not in rest
    below = api.make("GET", "/runs/{run_id}/tasks", query={"parent_id": own["write"]["task_id"], "sort_by": "name"}, **of)
    assert [task["name"] for task in below["tasks"]] == ["train", "train"]
    filtered = {"filter": '{"predicates":[{"operation":"EQUALS","key":"type","string_value":"ROOT"}]}'}
    assert api.make("GET", "/runs/{run_id}/tasks", query=filtered, **of)["total_size"] == 1
    api.make("GET", "/tasks", query={"order_by": "name", "namespace": "x", "page_size": 1})
    api.refused(404, 5, "nope", "GET", "/runs/{run_id}/tasks", run_id="nope")
    api.refused(404, 5, "nope", "GET", TASK_OF_RUN, task_id="nope", **of)
    api.refused(404, 5, "nope", "PATCH", TASK, {}, task_id="nope")
    api.refused(400, 9, "server runs", "PATCH", TASK_OF_RUN, {"state": "FAILED"},
                task_id=own["write"]["task_id"], **of)
    api.refused(400, 3, "cache_fingerprint", "POST", "/tasks:findCached", {})


def test_artifacts(api, run):
    of = {"run_id": run["run_id"]}
    task = api.make("POST", "/tasks", {**of, "name": "evaluate"})["task_id"]
    made, = [artifact for artifact in api.make("GET", "/artifacts", query=of)["artifacts"]
             if artifact["name"] == "file"]
    request = {**of, "task_id": task, "producer_key": "copy", "artifact": {
        "name": "copy", "type": "Dataset", "uri": made["uri"], "metadata": {"rows": 7}, "description": "again"}}
    copy = api.make("POST", "/artifacts", request)
    assert copy["size"] == made["size"] and copy["content"] == made["content"]
    assert api("GET", "/artifacts/{artifact_id}:download", artifact_id=copy["artifact_id"]).content == b"content"
    again = api.make("POST", "/artifacts", {**request, "reuse_if_exists": True})
    assert again["artifact_id"] == copy["artifact_id"]
    metric = {**request, "producer_key": "loss", "artifact": {"name": "loss", "type": "Metric", "number_value": 0.25}}
    both = api.make("POST", "/artifacts:batchCreate", {"artifacts": [metric, metric]})["artifacts"]
    assert [artifact["number_value"] for artifact in both] == [0.25, 0.25]
    link = {**of, "task_id": task, "artifact_id": made["artifact_id"], "type": "TASK_OUTPUT_INPUT", "key": "data",
            "producer": {"task_name": "write"}}
    use = api.make("POST", "/artifact_tasks", {"artifact_task": link})
    assert use["producer"] == {"task_name": "write"} and use["type"] == "TASK_OUTPUT_INPUT"
    api.refused(409, 6, "already", "POST", "/artifact_tasks", {"artifact_task": link})
    more = [{**link, "key": key} for key in ("left", "right")]
    assert len(api.make("POST", "/artifact_tasks:batchCreate", {"artifact_tasks": more})["artifact_tasks"]) == 2
    for kind, count in (("TASK_OUTPUT_INPUT", 3), ("INPUT", 3), ("OUTPUT", 3), ("ITERATOR_INPUT", 0)):
        listed = api.make("GET", "/artifact_tasks", query={"task_ids": task, "type": kind})
        assert listed.get("total_size", 0) == count, kind
    shown = api.make("GET", TASK, task_id=task)
    assert {one["artifact_key"] for one in shown["inputs"]["artifacts"]} == {"data", "left", "right"}
    assert {one["artifact_key"] for one in shown["outputs"]["artifacts"]} == {"copy", "loss"}
    api.refused(400, 3, "number_value", "POST", "/artifacts", {**metric, "artifact": {"name": "x", "type": "Metric"}})
    api.refused(400, 3, "artifacts[1]", "POST", "/artifacts:batchCreate", {"artifacts": [metric, {}]})
    api.refused(400, 3, "artifact_tasks", "POST", "/artifact_tasks:batchCreate", {})


def test_a_run_takes_no_notice(api, start, run):
    """What is recorded of a run as failed, and as having put out something else, changes nothing in the runs that
    are made from it."""
    of = {"run_id": run["run_id"]}
    own = {task["name"]: task for task in api.make("GET", "/tasks", query=of)["tasks"]}
    other = {"name": "file", "type": "Dataset", "uri": "minio://elsewhere/file"}
    api.make("POST", "/artifacts", {**of, "task_id": own["write"]["task_id"], "producer_key": "file",
                                    "artifact": other})
    api.make("POST", "/tasks", {**of, "name": "write", "parent_task_id": own["write"]["parent_task_id"], "state": "SUCCEEDED",
                                "cache_fingerprint": own["write"]["cache_fingerprint"]})
    assert api.make("GET", "/runs/{run_id}", **of)["state"] == "SUCCEEDED"
    again = api.make("POST", "/runs/{run_id}:rerun", {"from_task": "end"}, **of)
    wait_until(lambda: api.make("GET", "/runs/{run_id}", run_id=again["run_id"])["state"] == "SUCCEEDED")
    files = [artifact for artifact in api.make("GET", "/artifacts", query={"run_id": again["run_id"]})["artifacts"]
             if artifact["name"] == "file"]
    assert {artifact["uri"] for artifact in files} == {
        artifact["uri"] for artifact in api.make("GET", "/artifacts", query=of)["artifacts"]
        if artifact["name"] == "file" and "elsewhere" not in artifact["uri"]}
    assert api.make("DELETE", "/runs/{run_id}", query={"delete_artifacts": "true"}, **of) == {}
    assert api("GET", "/runs/{run_id}/tasks", **of).status_code == 404
