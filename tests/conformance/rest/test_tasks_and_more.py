"""Tasks, artifacts, logs, and what the server keeps besides: call by call."""

import base64

import pytest
from conftest import wait_until

LOG = "/tasks/{task_id}/log"
OLD_LOG = "/apis/v1alpha1/runs/{run_id}/nodes/{node_id}/log"
READ = "/runs/{run_id}/nodes/{node_id}/artifacts/{artifact_name}:read"


@pytest.fixture(scope="module")
def tasks(api, finished):
    """The tasks of the finished run by name."""
    listed = api.make("GET", "/tasks", query={"run_id": finished["run_id"]})
    assert listed["total_size"] == len(listed["tasks"]) == 4
    return {task["name"]: task for task in listed["tasks"]}


def test_tasks(api, finished, tasks):
    root, = [task for task in tasks.values() if task["type"] == "ROOT"]
    assert {child["task_id"] for child in root["child_tasks"]} == {
        tasks[name]["task_id"] for name in ("write", "read", "end")}
    write = api.make("GET", "/tasks/{task_id}", task_id=tasks["write"]["task_id"])
    assert write["type"] == "RUNTIME" and write["parent_task_id"] == root["task_id"]
    output, = write["outputs"]["artifacts"]
    assert output["artifact_key"] == "file"
    assert {p["parameter_key"]: p["value"] for p in tasks["end"]["inputs"]["parameters"]} == {
        "text": "x", "seconds": 0}
    of_root = api.make("GET", "/tasks", query={"parent_id": root["task_id"], "page_size": 2})
    assert of_root["total_size"] == 3 and len(of_root["tasks"]) == 2
    rest = api.make("GET", "/tasks", query={"parent_id": root["task_id"], "page_size": 2,
                                            "page_token": of_root["next_page_token"]})
    assert len(rest["tasks"]) == 1 and "next_page_token" not in rest
    several = api.make("GET", "/tasks", query={"run_ids": finished["run_id"], "page_size": 200})
    assert several["total_size"] == 4
    api.refused(404, 5, "nope", "GET", "/tasks", query={"run_id": "nope"})
    api.refused(404, 5, "nope", "GET", "/tasks/{task_id}", task_id="nope")


def test_artifacts(api, finished, tasks):
    listed = api.make("GET", "/artifacts", query={"run_id": finished["run_id"]})
    file, = [a for a in listed["artifacts"] if a["name"] == "file"]
    one = {"artifact_id": file["artifact_id"]}
    assert api.make("GET", "/artifacts/{artifact_id}", **one) == file
    assert file["type"] == "Dataset" and file["size"] == "7" and file["uri"].startswith("minio://")
    assert api("GET", "/artifacts/{artifact_id}:download", **one).content == b"content"
    uses = api.make("GET", "/artifact_tasks", query={"artifact_ids": file["artifact_id"]})
    kinds = {(use["type"], use["task_id"]) for use in uses["artifact_tasks"]}
    assert ("OUTPUT", tasks["write"]["task_id"]) in kinds and ("INPUT", tasks["read"]["task_id"]) in kinds
    whole = api.make("GET", "/artifact_tasks", query={"run_id": finished["run_id"]})
    assert whole["total_size"] >= 2
    inputs = api.make("GET", "/artifact_tasks", query={"run_ids": finished["run_id"], "type": "INPUT"})
    assert {use["type"] for use in inputs["artifact_tasks"]} == {"INPUT"}
    of_task = api.make("GET", "/artifact_tasks", query={"task_ids": tasks["read"]["task_id"]})
    assert of_task["total_size"] >= 1
    api.refused(400, 3, "type", "GET", "/artifact_tasks", query={"type": "SIDEWAYS"})
    api.refused(404, 5, "nope", "GET", "/artifact_tasks", query={"run_id": "nope"})
    api.refused(404, 5, "nope", "GET", "/artifacts", query={"run_id": "nope", "namespace": ""})
    for verb in ("", ":download"):
        api.refused(404, 5, "nope", "GET", "/artifacts/{artifact_id}" + verb, artifact_id="nope")


def test_artifacts_by_node(api, finished, tasks):
    for node in ("write", "read"):  # the output of one, the input of the other
        at = {"run_id": finished["run_id"], "node_id": tasks[node]["task_id"]}
        assert api.make("GET", READ, artifact_name="file", **at) == {
            "data": base64.b64encode(b"content").decode()}
    logs = api.make("GET", READ, artifact_name="main-logs", **at)
    assert b"content" in base64.b64decode(logs["data"])
    api.refused(404, 5, "nope", "GET", READ, artifact_name="nope", **at)
    api.refused(404, 5, "", "GET", READ, artifact_name="file", node_id=at["node_id"], run_id="nope")


def test_an_artifact_is_deleted(api, start):
    run = start(enable_caching=True)
    listed = api.make("GET", "/artifacts", query={"run_id": run["run_id"]})
    file, = [a for a in listed["artifacts"] if a["name"] == "file"]
    one = {"artifact_id": file["artifact_id"]}
    api.refused(400, 3, "force", "DELETE", "/artifacts/{artifact_id}", query={"force": "x"}, **one)
    api.refused(400, 9, "cache", "DELETE", "/artifacts/{artifact_id}", **one)
    assert api.make("DELETE", "/artifacts/{artifact_id}", query={"force": "true"}, **one) == {}
    assert api.make("GET", "/artifacts/{artifact_id}", **one)["deleted_at"]
    assert api("GET", "/artifacts/{artifact_id}:download", **one).status_code == 404
    api.refused(404, 5, "nope", "DELETE", "/artifacts/{artifact_id}", artifact_id="nope")


def test_logs(api, start):
    run = start(enable_caching=False)
    listed = api.make("GET", "/tasks", query={"run_id": run["run_id"]})["tasks"]
    write, = [task for task in listed if task["name"] == "write"]
    one = {"task_id": write["task_id"]}
    whole = api("GET", LOG, **one)
    assert whole.headers["Content-Type"] == "text/plain; charset=utf-8"
    said, word = whole.text.splitlines()[-2:]
    assert said.endswith(" said") and word.endswith(" Word on line two")
    size = len(whole.content)
    old = {"run_id": run["run_id"], "node_id": write["task_id"]}
    for query in ({}, {"follow": "true"}, {"attempt": "0"}, {"follow": "false"}):
        assert api("GET", LOG, query=query, **one).content == whole.content
        assert api("GET", OLD_LOG, query=query, **old).content == whole.content
    assert api("GET", LOG, query={"search": "WORD"}, **one).text == word + "\n"
    assert api("GET", OLD_LOG, query={"search": "WORD"}, **old).text == word + "\n"
    part = api("GET", LOG, headers={"Range": "bytes=-5"}, **one)
    assert (part.status_code, part.content) == (206, whole.content[-5:])
    assert part.headers["Content-Range"] == f"bytes {size - 5}-{size - 1}/{size}"
    assert api("GET", LOG, headers={"Range": f"bytes={size}-"}, **one).status_code == 416
    found = api.make("GET", LOG + ":search", query={"text": "word"}, **one)
    match, = found["matches"]
    assert match["text"] == word and found["total_size"] == 1
    assert whole.content[int(match["offset"]):].startswith(word.encode())
    assert api.make("GET", LOG + ":search", query={"text": "nope", "attempt": "0"}, **one)["lines"]
    for query, cause in (({"follow": "x"}, "follow"), ({"attempt": "x"}, "attempt"),
                         ({"attempt": "-1"}, "attempt")):
        api.refused(400, 3, cause, "GET", LOG, query=query, **one)
    api.refused(404, 5, "", "GET", LOG, query={"attempt": "7"}, **one)
    api.refused(400, 3, "text", "GET", LOG + ":search", **one)
    api.refused(404, 5, "nope", "GET", LOG, task_id="nope")
    api.refused(404, 5, "nope", "GET", LOG + ":search", query={"text": "x"}, task_id="nope")
    api.refused(404, 5, "nope", "GET", OLD_LOG, run_id=run["run_id"], node_id="nope")
    api.refused(404, 5, "", "GET", OLD_LOG, run_id="nope", node_id=write["task_id"])


def test_cache_entries(api, start):
    run = start(enable_caching=True, parameters={"text": "cached"})
    all_of_it = api.make("GET", "/cache_entries", query={"page_size": 200, "sort_by": "created_at desc"})
    entry = all_of_it["cache_entries"][0]
    one = {"task_id": entry["task_id"]}
    got = api.make("GET", "/cache_entries/{task_id}", **one)
    assert got["fingerprint"] == entry["fingerprint"]
    again = start(enable_caching=True, parameters={"text": "cached"})
    details = {t["display_name"]: t["state"] for t in again["run_details"]["task_details"]}
    assert details["write"] == "SKIPPED"  # what the original says of a hit
    assert api.make("DELETE", "/cache_entries/{task_id}", **one) == {}
    api.refused(404, 5, "", "DELETE", "/cache_entries/{task_id}", **one)
    api.refused(404, 5, "", "GET", "/cache_entries/{task_id}", **one)
    path = "/cache_entries:invalidate"
    for asked in ({"run_id": run["run_id"]}, {"fingerprint": "x", "task_name": "y"},
                  {"pipeline_name": "rest"}, {"all": True}):
        api.make("POST", path, asked)
    assert "cache_entries" not in api.make("GET", "/cache_entries")
    api.refused(400, 3, "", "POST", path, {})
    api.refused(400, 3, "nope", "POST", path, {"nope": "x"})
    api.refused(400, 3, "all", "POST", path, {"all": True, "task_name": "x"})


@pytest.mark.parametrize("kind,secret", [("secrets", True), ("config_maps", False)])
def test_named_values(api, name, kind, secret):
    called = name()
    given = {"name": called, "values": {"USER": "me", "PASSWORD": "hidden"}}
    made = api.make("POST", f"/{kind}", given)
    assert sorted(made["keys"]) == ["PASSWORD", "USER"]
    assert ("values" in made) != secret
    got = api("GET", f"/{kind}/{{name}}", name=called)
    assert ("hidden" in got.text) != secret
    assert called in [one["name"] for one in api.make("GET", f"/{kind}")[kind]]
    api.make("POST", f"/{kind}", {"name": called, "values": {"OTHER": "x"}})
    assert api.make("GET", f"/{kind}/{{name}}", name=called)["keys"] == ["OTHER"]
    for body in ({}, {"name": "../x", "values": {"a": "b"}}, {"name": called, "values": {"a/b": "c"}},
                 {"name": called, "values": {"a": 1}}, {"name": called, "nope": 1}):
        api.refused(400, 3, "", "POST", f"/{kind}", body)
    assert api.make("DELETE", f"/{kind}/{{name}}", name=called) == {}
    for method in ("GET", "DELETE"):
        api.refused(404, 5, called, method, f"/{kind}/{{name}}", name=called)


def test_triggers(api, name, pipeline):
    body = {"display_name": name(), "bucket": "b", "prefix": "p/", "suffix": ".csv", "description": "d",
            "pipeline_version_reference": {"pipeline_id": pipeline["pipeline_id"]},
            "runtime_config": {"parameters": {"text": "[[ObjectKey]]"}}}
    made = api.make("POST", "/triggers", body)
    one = {"trigger_id": made["trigger_id"]}
    assert {key: made[key] for key in body} == body and made["enabled"] is True
    assert api.make("GET", "/triggers/{trigger_id}", **one) == made
    changed = api.make("PATCH", "/triggers/{trigger_id}", {"enabled": False, "suffix": ""}, **one)
    assert changed["enabled"] is False and "suffix" not in changed and changed["prefix"] == "p/"
    api.refused(409, 6, body["display_name"], "POST", "/triggers", body)
    for wrong, cause in (({"bucket": ""}, "bucket"), ({"display_name": ""}, "display_name"),
                         ({"pipeline_version_reference": {}}, "pipeline"), ({"nope": 1}, "nope"),
                         ({"runtime_config": {"parameters": {"count": "x"}}}, "count")):
        api.refused(400, 3, cause, "POST", "/triggers", {**body, "display_name": name(), **wrong})
        api.refused(400, 3, "", "PATCH", "/triggers/{trigger_id}", {"enabled": 1}, **one)
    assert api.make("DELETE", "/triggers/{trigger_id}", **one) == {}
    for method, more in (("GET", {}), ("DELETE", {}), ("PATCH", {"body": {}})):
        api.refused(404, 5, "Trigger", method, "/triggers/{trigger_id}", **more, **one)


def test_webhooks(api, name):
    body = {"display_name": name(), "url": "http://127.0.0.1:9/x", "secret": "hidden", "enabled": False}
    made = api.make("POST", "/webhooks", body)
    one = {"webhook_id": made["webhook_id"]}
    assert made["has_secret"] is True
    assert set(made["states"]) == {"SUCCEEDED", "FAILED", "CANCELED", "SKIPPED"}
    assert "hidden" not in api("GET", "/webhooks/{webhook_id}", **one).text
    changed = api.make("PATCH", "/webhooks/{webhook_id}", {"states": ["RUNNING"]}, **one)
    assert changed["states"] == ["RUNNING"] and changed["url"] == body["url"]
    api.refused(409, 6, body["display_name"], "POST", "/webhooks", body)
    for wrong, cause in (({"url": "ftp://x"}, "url"), ({"states": ["NOPE"]}, "NOPE"),
                         ({"states": "RUNNING"}, "states"), ({"nope": 1}, "nope"),
                         ({"display_name": ""}, "name"), ({"enabled": 1}, "enabled")):
        api.refused(400, 3, cause, "POST", "/webhooks", {**body, "display_name": name(), **wrong})
        api.refused(400, 3, cause, "PATCH", "/webhooks/{webhook_id}", wrong, **one)
    assert api.make("DELETE", "/webhooks/{webhook_id}", **one) == {}
    for method, more in (("GET", {}), ("DELETE", {}), ("PATCH", {"body": {}})):
        api.refused(404, 5, "Webhook", method, "/webhooks/{webhook_id}", **more, **one)


def test_environments(api, finished):
    listed = api.make("GET", "/environments")
    for environment in listed.get("environments", []):
        api.make("GET", "/environments/{environment_id}", environment_id=environment["environment_id"])
    api.refused(404, 5, "nope", "GET", "/environments/{environment_id}", environment_id="nope")
    api.refused(404, 5, "nope", "DELETE", "/environments/{environment_id}", environment_id="nope")
    api.refused(404, 5, "no such lock", "GET", "/environment_locks/{lock_id}", lock_id="nope")


def test_metrics_count_runs(api, finished):
    text = wait_until(lambda: (got := api("GET", "/metrics").text).count("penstock_runs{") and got)
    assert 'penstock_runs{state="SUCCEEDED"}' in text


def test_whoever_need_not_sign_in_may_do_all(api):
    told = api.make("GET", "/permissions")
    assert not told.get("sign_in_required") and "user" not in told
    actions = {operation["x-penstock-action"] for methods in api.document["paths"].values()
               for operation in methods.values() if "x-penstock-action" in operation}
    assert set(told["permissions"]) == actions
