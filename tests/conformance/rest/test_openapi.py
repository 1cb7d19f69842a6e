"""The API's description of itself is valid OpenAPI, and the errors of all that can be found by an id are as it
says. Every other answer in this folder is held against it, too."""

import openapi_spec_validator
from conftest import API


def test_the_description_is_openapi(api):
    openapi_spec_validator.validate(api.document)


def test_what_is_not_there_has_an_error(api):
    asked = 0
    for pattern, methods in api.document["paths"].items():
        for method, operation in methods.items():
            names = [parameter["name"] for parameter in operation.get("parameters", [])
                     if parameter["in"] == "path"]
            if not names or method not in ("get", "delete"):
                continue
            answer = api(method.upper(), pattern, **dict.fromkeys(names, "nope"))
            assert answer.status_code == 404 or "versions" in pattern, (pattern, answer.text)
            asked += 1
    assert asked > 30


def test_the_servers_pages(api):
    health = api.make("GET", "/healthz")
    assert health["multi_user"] is False
    assert health["pipeline_store"] == "database"
    assert "pipeline_store" not in api.make("GET", "/apis/v1beta1/healthz")
    assert api.make("GET", "/openapi.json")["openapi"].startswith("3.1")
    assert "penstock_runs" in api("GET", "/metrics").text
    assert api("GET", "/").headers["Content-Type"].startswith("text/html")
    assert API == "/apis/v2beta1"
