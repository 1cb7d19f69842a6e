"""Paths, verbs and bodies, whatever they are about."""

import json

import pytest
import requests


@pytest.fixture
def raw(api):
    def raw(method, path, **more):
        return requests.request(method, api.url + path, timeout=60, **more)

    return raw


@pytest.mark.parametrize("path", [
    "/nope", "/apis", "/apis/v2beta1", "/apis/v2beta1/", "/apis/v2beta1/nope", "/apis/v2beta1/auth",
    "/apis/v2beta1/filters", "/apis/v2beta1/visualizations/x", "/apis/v2beta1/runs/a/b",
    "/apis/v2beta1/runs//", "/apis/v2beta1/pipelines/a/versions/b/c", "/apis/v1beta1/runs",
    "/apis/v2beta1/artifacts/"])
def test_unknown_paths(raw, path):
    answer = raw("GET", path)
    assert (answer.status_code, answer.json()) == (404, {"code": 5, "message": "Not Found"})


def test_wrong_verbs(raw, api):
    """Every path, with every method that it does not have."""
    for pattern, methods in api.document["paths"].items():
        path = pattern.replace("{", "").replace("}", "")
        for method in ("get", "post", "put", "patch", "delete"):
            if method in methods:
                continue
            answer = raw(method.upper(), path, data=b"")
            # A path that another pattern has too, such as /pipelines/upload, may be that one's.
            if pattern.split("/")[-1] in ("create", "upload", "upload_version"):
                continue
            assert answer.status_code == 501, (method, path, answer.text)
            assert answer.json() == {"code": 12, "message": "Method Not Allowed"}


@pytest.mark.parametrize("path", ["runs/x:fly", "experiments/x:terminate", "runs:archive", "pipelines/x:archive",
                                  "recurringruns/x:archive"])
def test_unknown_colon_verbs(raw, path):
    answer = raw("POST", f"/apis/v2beta1/{path}")
    assert (answer.status_code, answer.json()) == (501, {"code": 12, "message": "Method Not Allowed"})


BODIES = ["{", "[]", "null", '"text"', "1", '{"display_name": "a"} x', "{'display_name': 'a'}",
          '{"display_name": "a", "display_name": "b"}', "[" * 100_000, b"\xff\xfe", b'{"display_name": "\xff"}',
          '{"display_name": "a"', "\0"]


@pytest.mark.parametrize("body", BODIES, ids=[str(i) for i in range(len(BODIES))])
def test_bad_bodies_everywhere(raw, api, body):
    for pattern, methods in api.document["paths"].items():
        for method, operation in methods.items():
            content = operation.get("requestBody", {}).get("content", {})
            if "application/json" not in content:
                continue
            path = pattern.replace("{", "").replace("}", "")
            answer = raw(method.upper(), path, data=body)
            assert answer.status_code in (400, 404), (method, path, answer.text)
            assert answer.json()["code"] in (3, 5), (method, path, answer.text)


def test_an_empty_body_is_an_empty_message(raw):
    for path in ("experiments", "runs", "recurringruns", "pipelines", "triggers", "webhooks", "secrets"):
        for body in (None, "", "{}", " \n"):
            answer = raw("POST", f"/apis/v2beta1/{path}", data=body)
            assert answer.status_code == 400 and answer.json()["code"] == 3, (path, body)


def test_bodies_are_bounded(raw):
    for path in ("runs", "experiments", "pipelines/x/versions"):
        answer = raw("POST", f"/apis/v2beta1/{path}", data=json.dumps({"display_name": "x" * (33 << 20)}))
        assert answer.status_code == 400 and "larger" in answer.json()["message"], answer.text
    assert raw("GET", "/apis/v2beta1/healthz").status_code == 200


def test_other_sites_change_nothing(raw, name):
    for headers in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
        answer = raw("POST", "/apis/v2beta1/experiments", json={"display_name": name()}, headers=headers)
        assert answer.status_code == 403


def test_heads_and_options(raw):
    head = raw("HEAD", "/apis/v2beta1/healthz")
    assert (head.status_code, head.text) == (200, "")
    options = raw("OPTIONS", "/apis/v2beta1/runs")
    assert options.status_code == 200 and "POST" in options.headers["Allow"]


def test_answers_leave_out_what_is_empty(raw, name):
    """proto3 JSON: nothing is null, no empty text, list or map; but specifications are shown as they came."""
    def check(value, path):
        if isinstance(value, dict):
            for key, member in value.items():
                if key in ("tags", "pipeline_spec", "plugins_input", "value", "details", "metadata"):
                    continue
                assert member not in (None, "", []), (path, key)
                assert key == "recurringRuns" or key == key.lower(), (path, key)
                check(member, f"{path}/{key}")
        elif isinstance(value, list):
            for member in value:
                check(member, path)

    for path in ("experiments", "pipelines", "runs", "recurringruns", "tasks", "artifacts", "artifact_tasks",
                 "cache_entries", "triggers", "webhooks"):
        check(raw("GET", f"/apis/v2beta1/{path}", params={"page_size": 200}).json(), path)
