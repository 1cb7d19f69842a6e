"""The API's description of itself is valid OpenAPI, and real answers are as it says."""

import time

import jsonschema
import openapi_spec_validator
import pytest
import requests

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


def closed(node):
    """The schema without room for members that it does not name."""
    if isinstance(node, list):
        return [closed(element) for element in node]
    if not isinstance(node, dict):
        return node
    copy = {key: closed(value) for key, value in node.items()}
    if "properties" in node and isinstance(node["properties"], dict) \
            and node.get("type") == "object":
        copy.setdefault("additionalProperties", False)
    return copy


class Described:
    """Asks the server and holds each answer against the description."""

    def __init__(self, url):
        self.url = url
        self.document = requests.get(f"{url}/apis/v2beta1/openapi.json", timeout=30).json()
        self.components = closed({"components": self.document["components"]})

    def __call__(self, method, pattern, body=None, files=None, query=None, **path):
        answer = requests.request(method, self.url + pattern.format(**path), json=body, files=files,
                                  params=query, timeout=60)
        responses = self.document["paths"][pattern][method.lower()]["responses"]
        described = responses["200" if answer.ok else "default"]["content"]
        schema = described["application/json"].get("schema")
        if schema:
            jsonschema.validate(answer.json(), {**closed(schema), **self.components},
                                cls=jsonschema.Draft202012Validator)
        return answer.json()


@pytest.fixture(scope="module")
def described(server):
    return Described(server.api_url)


def test_the_description_is_openapi(described):
    openapi_spec_validator.validate(described.document)


def test_answers_are_as_described(described):
    api = "/apis/v2beta1"
    pipeline = described("POST", f"{api}/pipelines/upload",
                         files={"uploadfile": ("hello.yaml", PIPELINE)}, query={"name": "described"})
    reference = {"pipeline_id": pipeline["pipeline_id"]}
    run = described("POST", f"{api}/runs", {"display_name": "described",
                                            "pipeline_version_reference": reference})
    deadline = time.monotonic() + 60
    while (got := described("GET", f"{api}/runs/{{run_id}}", **{"run_id": run["run_id"]}))[
            "state"] not in ("SUCCEEDED", "FAILED"):
        assert time.monotonic() < deadline
        time.sleep(0.1)
    assert got["state"] == "SUCCEEDED"
    recurring = described("POST", f"{api}/recurringruns", {
        "display_name": "described", "pipeline_version_reference": reference, "max_concurrency": 1,
        "mode": "DISABLE", "trigger": {"cron_schedule": {"cron": "@daily"}}})
    trigger = described("POST", f"{api}/triggers", {
        "display_name": "described", "bucket": "b", "pipeline_version_reference": reference})
    webhook = described("POST", f"{api}/webhooks", {"display_name": "described",
                                                    "url": "http://127.0.0.1:1/", "enabled": False})
    task = described("GET", f"{api}/tasks", query={"run_id": run["run_id"]})["tasks"][0]
    ids = {"pipeline_id": pipeline["pipeline_id"], "run_id": run["run_id"],
           "recurring_run_id": recurring["recurring_run_id"], "trigger_id": trigger["trigger_id"],
           "webhook_id": webhook["webhook_id"], "task_id": task["task_id"], "name": "described",
           "experiment_id": run["experiment_id"]}
    asked = 0
    for pattern, methods in described.document["paths"].items():
        get = methods.get("get")
        json_only = get and "application/json" in get["responses"]["200"]["content"]
        if not json_only:
            continue
        names = [parameter["name"] for parameter in get.get("parameters", [])
                 if parameter["in"] == "path"]
        known = {name: ids.get(name, "nope") for name in names}
        described("GET", pattern, **known)
        described("GET", pattern, **dict.fromkeys(names, "nope"))  # errors have their form, too
        asked += 1
    assert asked > 20
