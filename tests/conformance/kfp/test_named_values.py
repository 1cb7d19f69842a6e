"""Secrets and config maps: set by the API or the command, and secrets never shown again."""

import os
import subprocess
import time

import pytest


def penstock(server, *words, stdin=""):
    binary = os.environ.get("PENSTOCK_BINARY", "../build/release/penstock")
    return subprocess.run([binary, *words], input=stdin, capture_output=True, text=True, timeout=60,
                          check=False, env={**os.environ, "PENSTOCK_API_URL": server.api_url})


@pytest.mark.parametrize("path,list_name,shown", [
    ("/secrets", "secrets", None), ("/config_maps", "config_maps", {"a": "1", "b.txt": "zwei ü"})])
def test_set_find_list_delete(api, name, path, list_name, shown):
    body = {"name": name(), "values": {"a": "1", "b.txt": "zwei ü"}}
    found = {"name": body["name"], "keys": ["a", "b.txt"]}
    if shown:
        found["values"] = shown
    assert api.post(path, body).json() == found
    assert api.get(f"{path}/{body['name']}").json() == found
    assert found in api.get(path).json()[list_name]
    replaced = api.post(path, {"name": body["name"], "values": {"c": ""}}).json()
    assert replaced["keys"] == ["c"]
    assert api.delete(f"{path}/{body['name']}").json() == {}
    assert api.get(f"{path}/{body['name']}").status_code == 404
    assert api.delete(f"{path}/{body['name']}").status_code == 404


@pytest.mark.parametrize("body", [
    {}, {"name": "a/b"}, {"name": ".hidden"}, {"name": "x", "values": {"a/b": "1"}},
    {"name": "x", "values": {"a": 1}}, {"name": "x", "other": 1}])
def test_wrong_ones_are_refused(api, body):
    assert api.post("/secrets", body).status_code == 400


def test_the_command(server, api, name, tmp_path):
    secret = name()
    (tmp_path / "pin").write_text("1234\n")
    done = penstock(server, "secret", "set", secret, "user=me", f"pin=@{tmp_path}/pin", "more=@-",
                    stdin="from there")
    assert (done.returncode, done.stdout) == (0, f"secret {secret} is set\n"), done.stderr
    listed = penstock(server, "secret", "list").stdout
    assert f"{secret}  more pin user\n" in listed
    assert "1234" not in listed
    assert penstock(server, "secret", "delete", secret).returncode == 0
    again = penstock(server, "secret", "delete", secret)
    assert again.returncode == 1
    assert secret in again.stderr
    assert penstock(server, "secret", "set", secret, "novalue").returncode == 2


def test_values_are_sealed_on_disk(server, api, name):
    value = "a value that nobody else has " + name()
    api.post("/secrets", {"name": name(), "values": {"k": value}})
    for path in server.data_dir.rglob("*"):
        if path.is_file():
            assert value.encode() not in path.read_bytes(), path


def run_with_secret(api, pipeline, secret):
    """Runs a task that is given the secret and may be served by the cache; gives its run's task states."""
    spec = {
        "pipelineInfo": {"name": pipeline}, "schemaVersion": "2.1.0", "sdkVersion": "kfp-2.17.0",
        "components": {"comp-use": {"executorLabel": "exec-use"}},
        "deploymentSpec": {"executors": {"exec-use": {"container": {
            "image": "python:3.11", "command": ["sh", "-c", 'test -n "$PIN"'],
            "resources": {"resourceCpuRequest": "64", "resourceMemoryRequest": "1M"}}}}},
        "root": {"dag": {"tasks": {"use": {
            "taskInfo": {"name": "use"}, "componentRef": {"name": "comp-use"},
            "cachingOptions": {"enableCache": True}}}}}}
    platform = {"platforms": {"kubernetes": {"deploymentSpec": {"executors": {"exec-use": {
        "secretAsEnv": [{"secretName": secret, "keyToEnv": [{"secretKey": "pin", "envVar": "PIN"}]}]}}}}}}
    made = api.post("/runs", {"display_name": pipeline, "priority": 3, "plugins_input": {"a": {"b": 1}},
                              "pipeline_spec": {"pipeline_spec": spec, "platform_spec": platform}}).json()
    deadline = time.monotonic() + 60
    while (run := api.get(f"/runs/{made['run_id']}").json())["state"] in ("PENDING", "RUNNING"):
        assert time.monotonic() < deadline, run
        time.sleep(0.05)
    assert run["state"] == "SUCCEEDED", run
    assert (run["priority"], run["plugins_input"]) == (3, {"a": {"b": 1}})
    return {task["display_name"]: task["state"] for task in run["run_details"]["task_details"]}


def test_with_other_values_a_task_is_another_one(api, name):
    pipeline, secret = name(), name()
    api.post("/secrets", {"name": secret, "values": {"pin": "1234"}})
    assert run_with_secret(api, pipeline, secret)["use"] == "SUCCEEDED"
    assert run_with_secret(api, pipeline, secret)["use"] == "SKIPPED"
    api.post("/secrets", {"name": secret, "values": {"pin": "1234"}})
    assert run_with_secret(api, pipeline, secret)["use"] == "SKIPPED"
    api.post("/secrets", {"name": secret, "values": {"pin": "5678"}})
    assert run_with_secret(api, pipeline, secret)["use"] == "SUCCEEDED"
