"""The pipelines API as it is on the wire: every answer is held against the API's own description, and what was
called is written down, so that the last test can say what was not."""

import http.server
import itertools
import json
import pathlib
import threading
import time
import uuid

import jsonschema
import pytest
import requests

API = "/apis/v2beta1"
DETAIL = "type.googleapis.com/google.rpc.Status"


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
    """Calls what the description names; `api("GET", "/runs/{run_id}", run_id=…)`."""

    def __init__(self, url):
        self.url = url
        self.document = requests.get(f"{url}{API}/openapi.json", timeout=30).json()
        self.components = closed({"components": self.document["components"]})
        self.succeeded, self.failed, self.queried = set(), set(), set()

    def __call__(self, method, pattern, body=None, query=None, files=None, data=None, headers=None,
                 stream=False, **path):
        pattern = pattern if pattern in self.document["paths"] else API + pattern
        operation = self.document["paths"][pattern][method.lower()]
        url = pattern
        for name, value in path.items():
            url = url.replace("{" + name + "}", requests.utils.quote(value, safe=""))
        assert "{" not in url, url
        answer = requests.request(method, self.url + url, json=body, files=files, params=query,
                                  data=data, headers=headers, timeout=60, stream=stream)
        (self.succeeded if answer.ok else self.failed).add((method, pattern))
        self.queried |= {(method, pattern, name) for name in query or {}}
        if not stream:
            self.check(operation, answer)
        return answer

    def check(self, operation, answer):
        described = operation["responses"]["200" if answer.ok else "default"]["content"]
        if "application/json" not in answer.headers.get("Content-Type", ""):
            assert answer.ok and "application/json" not in described
            return
        if "application/json" in described:
            schema = described["application/json"].get("schema")
            if schema:
                jsonschema.validate(answer.json(), {**closed(schema), **self.components},
                                    cls=jsonschema.Draft202012Validator)

    def make(self, *call, **more):
        """Calls, and gives the answer's body, which must be a success."""
        answer = self(*call, **more)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def refused(self, status, code, cause, *call, **more):
        """Calls, and the answer must be this error in the protocol's form."""
        answer = self(*call, **more)
        assert answer.status_code == status, answer.text
        body = answer.json()
        if "error_message" in body:
            assert set(body) == {"error_message", "error_details"}
            assert cause in body["error_details"], body
            return body
        assert body["code"] == code, body
        assert cause in body["message"], body
        detail, = body["details"]
        assert detail == {"@type": DETAIL, "code": code, "message": detail["message"]}
        assert cause in detail["message"] and body["message"].endswith(detail["message"])
        return body


class Packages(http.server.BaseHTTPRequestHandler):
    """A web server with packages: /NAME is the text of a pipeline, /missing is not there."""

    def do_GET(self):
        content = self.server.content.get(self.path.lstrip("/"))
        self.send_response(200 if content is not None else 404)
        self.send_header("Content-Length", str(len(content or b"")))
        self.end_headers()
        self.wfile.write(content or b"")

    def log_message(self, *_):
        pass


@pytest.fixture(scope="session")
def packages():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Packages)
    server.content = {}
    threading.Thread(target=server.serve_forever, daemon=True).start()
    server.url = f"http://127.0.0.1:{server.server_port}"
    yield server
    server.shutdown()


@pytest.fixture(scope="session")
def rest_server(session_server, tmp_path_factory):
    """It may fetch packages from this machine, which the usual one may not."""
    running = session_server(tmp_path_factory.mktemp("rest") / "data", "--package-url-http",
                             "--package-url-domain", "127.0.0.1")
    yield running
    assert running.stop() == 0


@pytest.fixture(scope="session")
def api(rest_server):
    return Described(rest_server.api_url)


names = (f"rest-{uuid.uuid4().hex[:8]}-{number}" for number in itertools.count())


@pytest.fixture(scope="session")
def name():
    """A function that makes names nobody else has: the server is shared by all tests."""
    return lambda: next(names)


# One task that writes a file and a line, one that takes the file, and a parameter of each type.
PIPELINE = {
    "pipelineInfo": {"name": "rest"},
    "schemaVersion": "2.1.0",
    "sdkVersion": "kfp-2.17.0",
    "deploymentSpec": {"executors": {
        "exec-write": {"container": {
            "image": "python:3.11", "command": [
                "sh", "-c", "echo said; echo Word on line two; mkdir -p $(dirname $0); printf content > $0",
                "{{$.outputs.artifacts['file'].path}}"]}},
        "exec-read": {"container": {
            "image": "python:3.11", "command": ["cat", "{{$.inputs.artifacts['file'].path}}"]}},
        "exec-end": {"container": {
            "image": "python:3.11",
            "command": ["sh", "-c", "test $0 != fail && sleep $1", "{{$.inputs.parameters['text']}}",
                        "{{$.inputs.parameters['seconds']}}"]}}}},
    "components": {
        "comp-write": {"executorLabel": "exec-write", "outputDefinitions": {"artifacts": {
            "file": {"artifactType": {"schemaTitle": "system.Dataset", "schemaVersion": "0.0.1"}}}}},
        "comp-read": {"executorLabel": "exec-read", "inputDefinitions": {"artifacts": {
            "file": {"artifactType": {"schemaTitle": "system.Dataset", "schemaVersion": "0.0.1"}}}}},
        "comp-end": {"executorLabel": "exec-end", "inputDefinitions": {"parameters": {
            "text": {"parameterType": "STRING"}, "seconds": {"parameterType": "NUMBER_DOUBLE"}}}}},
    "root": {
        "inputDefinitions": {"parameters": {
            "text": {"parameterType": "STRING", "defaultValue": "x"},
            "seconds": {"parameterType": "NUMBER_DOUBLE", "defaultValue": 0},
            "count": {"parameterType": "NUMBER_INTEGER", "isOptional": True},
            "flag": {"parameterType": "BOOLEAN", "isOptional": True},
            "list": {"parameterType": "LIST", "isOptional": True},
            "struct": {"parameterType": "STRUCT", "isOptional": True},
            "color": {"parameterType": "STRING", "isOptional": True, "literals": ["red", "green"]}}},
        "dag": {"tasks": {
            "write": {"componentRef": {"name": "comp-write"}, "taskInfo": {"name": "write"},
                      "cachingOptions": {"enableCache": True}},
            "read": {"componentRef": {"name": "comp-read"}, "taskInfo": {"name": "read"},
                     "dependentTasks": ["write"],
                     "inputs": {"artifacts": {"file": {"taskOutputArtifact": {
                         "producerTask": "write", "outputArtifactKey": "file"}}}}},
            "end": {"componentRef": {"name": "comp-end"}, "taskInfo": {"name": "end"},
                    "inputs": {"parameters": {"text": {"componentInputParameter": "text"},
                                              "seconds": {"componentInputParameter": "seconds"}}}}}}},
}
PACKAGE = json.dumps(PIPELINE).encode()  # JSON is YAML, too


def wait_until(condition, seconds=60):
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < deadline, "it did not come to that"
        time.sleep(0.05)
    return found


@pytest.fixture(scope="session")
def start(api, name):
    """A function that starts a run of the pipeline and gives it, ended if `state` says how."""

    def start(state="SUCCEEDED", parameters=None, **more):
        body = {"display_name": name(), "pipeline_spec": PIPELINE,
                "runtime_config": {"parameters": parameters or {}}, **more}
        run = api.make("POST", "/runs", body)
        if not state:
            return run
        ended = wait_until(lambda: (got := api.make("GET", "/runs/{run_id}", run_id=run["run_id"]))[
            "state"] in ("SUCCEEDED", "FAILED", "CANCELED", "SKIPPED") and got)
        assert ended["state"] == state, ended
        return ended

    return start


@pytest.fixture(scope="session")
def finished(start):
    """A run that has succeeded, which nobody changes."""
    return start(description="as an example")


@pytest.fixture(scope="session")
def upload(api, name):
    """A function that uploads the pipeline under a new name."""

    def upload(**query):
        query.setdefault("name", name())
        return api.make("POST", "/pipelines/upload", files={"uploadfile": ("p.yaml", PACKAGE)},
                        query=query)

    return upload


@pytest.fixture(scope="session")
def pipeline(upload):
    """A pipeline with one version, which nobody changes."""
    return upload()


HERE = pathlib.Path(__file__).parent
