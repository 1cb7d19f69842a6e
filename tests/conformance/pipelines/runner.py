"""Runs cases on a server and gathers what is to be seen of them."""

import fnmatch
import json
import tempfile
import time

import requests
import yaml
from kfp import compiler

API = "/apis/v2beta1"
FINAL = ("SUCCEEDED", "FAILED", "SKIPPED", "CANCELED")


def compile_case(case):
    """The body member that a client sends: the pipeline, with its platform document if any."""
    if case.package:
        text = case.package
    else:
        with tempfile.NamedTemporaryFile("r", suffix=".yaml") as file:
            compiler.Compiler().compile(case.pipeline(), file.name)
            text = file.read()
    documents = [document for document in yaml.safe_load_all(text) if document]
    if len(documents) == 1:
        return documents[0]
    return {"pipeline_spec": documents[0], "platform_spec": documents[1]}


def switch_caching(spec, enabled):
    """As the client's `enable_caching` does, but at every level."""
    spec = spec.get("pipeline_spec", spec)
    for component in [spec["root"], *spec.get("components", {}).values()]:
        for task in component.get("dag", {}).get("tasks", {}).values():
            task["cachingOptions"] = {**task.get("cachingOptions", {}), "enableCache": enabled}


class Corpus:
    """The runs of one session: all are started before the first one is waited for."""

    def __init__(self, api_url):
        self.url = api_url
        self.started = {}

    def request(self, method, path, **more):
        return requests.request(method, self.url + path, timeout=60, **more)

    def start(self, case, cache=False):
        spec = compile_case(case)
        # Whatever the pipeline says where the cache is the point of it.
        if case.again is None:
            switch_caching(spec, cache)
        # As the client: Python's JSON, which has NaN.
        body = json.dumps({"display_name": f"run of {case.name}", "pipeline_spec": spec,
                           "runtime_config": {"parameters": case.arguments}})
        return self.request("POST", API + "/runs", data=body.encode(),
                            headers={"Content-Type": "application/json"})

    def start_all(self, cases):
        for case in cases:
            try:
                self.started[case.name] = self.start(case)
            except Exception as problem:  # the SDK's own; its test will tell
                self.started[case.name] = problem

    def wait(self, answer, seconds=180):
        run_id = answer.json()["run_id"]
        deadline = time.monotonic() + seconds
        while True:
            run = self.request("GET", f"{API}/runs/{run_id}").json()
            if run["state"] in FINAL:
                return Finished(self, run)
            assert time.monotonic() < deadline, f"still {run['state']} after {seconds} s"
            time.sleep(0.1)


class Finished:
    """A run that has ended, with its tasks by path."""

    def __init__(self, corpus, run):
        self.corpus, self.run, self.id = corpus, run, run["run_id"]
        answer = corpus.request("GET", API + "/tasks", params={"run_id": self.id})
        rows = answer.json().get("tasks", [])
        by_id = {row["task_id"]: row for row in rows}
        self.tasks = {self.path(row, by_id): row for row in rows}

    def path(self, row, by_id):
        parts = []
        while "parent_task_id" in row:
            index = row.get("type_attributes", {}).get("iteration_index")
            parts.append(row["name"] if index is None else f"#{index}")
            row = by_id[row["parent_task_id"]]
        return "/".join(reversed(parts))

    def find(self, path):
        """The task; "*" stands for the number of a group, which is the compiler's affair."""
        found = [name for name in self.tasks if fnmatch.fnmatchcase(name, path)
                 and name.count("/") == path.count("/")]
        assert len(found) < 2, f"{path} may be any of {found}"
        return self.tasks[found[0]] if found else None

    def task(self, path):
        found = self.find(path)
        assert found, f"there is no task {path}"
        return found

    def state(self, path):
        found = self.find(path)
        return found.get("state", "NOT RUN") if found else "-"

    def parameters(self, path, way):
        listed = self.task(path).get(way, {}).get("parameters", [])
        found = {parameter["parameter_key"]: parameter["value"] for parameter in listed}
        # Components in the older YAML form have their outputs in lower case.
        return {"Output" if key == "output" else key: value for key, value in found.items()}

    def artifacts(self, path, way="outputs"):
        listed = self.task(path).get(way, {}).get("artifacts", [])
        return {each["artifact_key"]: each.get("artifacts", []) for each in listed}

    def content(self, artifact):
        answer = self.corpus.request(
            "GET", f"{API}/artifacts/{artifact['artifact_id']}:download")
        return answer.content.decode() if answer.ok else None

    def log(self, path):
        node = self.task(path)["task_id"]
        return self.corpus.request("GET", f"/apis/v1alpha1/runs/{self.id}/nodes/{node}/log").text

    def error(self, path=None):
        row = self.run if path is None else self.task(path)
        return row.get("error", {}).get("message", "")

    def notices(self):
        return self.tasks[""].get("details", {}).get("notices", [])

    def summary(self):
        lines = [f"{self.state(path):10} {path}  {self.error(path)[:300]}"
                 for path in self.tasks]
        return "\n".join([f"run {self.run['state']} {self.error()}", *lines])
