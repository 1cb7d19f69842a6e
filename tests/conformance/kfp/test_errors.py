"""What goes wrong, as it looks on the wire."""

import json

import pytest
import yaml

DETAIL = "type.googleapis.com/google.rpc.Status"


@pytest.fixture
def spec(package):
    with open(package) as file:
        return yaml.safe_load(file)


def check_error(response, status, code, cause=""):
    assert response.status_code == status, response.text
    assert response.headers["Content-Type"] == "application/json"
    body = response.json()
    assert body["code"] == code
    assert cause in body["message"]
    detail, = body["details"]
    assert detail["@type"] == DETAIL
    assert detail["code"] == code
    assert cause in detail["message"]


@pytest.mark.parametrize("path", ["/runs/nope", "/experiments/nope", "/pipelines/nope",
                                  "/pipelines/nope/versions/nope", "/pipelines/names/nope",
                                  "/tasks/nope", "/artifacts/nope"])
def test_unknown_ids(api, path):
    check_error(api.get(path), 404, 5, "nope")


@pytest.mark.parametrize("path", ["/nope", "/apis/v2beta1/nope", "/apis/v2beta1/auth",
                                  "/apis/v2beta1/visualizations/x", "/apis/v2beta1/runs/a/b"])
def test_unknown_paths(api, path):
    response = api("GET", path)
    assert response.status_code == 404
    assert response.json() == {"code": 5, "message": "Not Found"}


@pytest.mark.parametrize("method,path", [("PUT", "/apis/v2beta1/runs"),
                                         ("POST", "/apis/v2beta1/runs/x:fly"),
                                         ("GET", "/apis/v2beta1/runs/x:terminate"),
                                         ("DELETE", "/apis/v2beta1/experiments")])
def test_wrong_verbs(api, method, path):
    response = api(method, path)
    assert response.status_code == 501
    assert response.json() == {"code": 12, "message": "Method Not Allowed"}


@pytest.mark.parametrize("body", ["{", "[]", "null", '{"display_name": 1}', '{"nope": 1}',
                                  '{"display_name": "a", "displayName": "b"}', '"text"',
                                  '{"display_name": "a"} x', "[" * 100_000])
def test_bad_bodies(api, body):
    response = api("POST", "/apis/v2beta1/experiments", data=body)
    check_error(response, 400, 3)


def test_an_empty_body_is_an_empty_message(api):
    check_error(api("POST", "/apis/v2beta1/experiments"), 400, 3, "display_name")
    check_error(api("POST", "/apis/v2beta1/experiments", data="{}"), 400, 3, "display_name")


def test_both_kinds_of_names_are_taken(api, name):
    for key in ("display_name", "displayName"):
        made = api.post("/experiments", {key: name()})
        assert made.status_code == 200
        assert "displayName" not in made.json()


def test_runs_need_one_source(api, spec):
    for source in ({"pipeline_spec": spec, "pipeline_version_id": "x"},
                   {"pipeline_spec": spec, "pipeline_version_reference": {"pipeline_id": "x"}},
                   {"pipeline_version_id": "x", "pipeline_version_reference": {}}):
        check_error(api.post("/runs", {"display_name": "r", **source}), 400, 3, "more than one")
    check_error(api.post("/runs", {"display_name": "r"}), 400, 3, "pipeline_spec")
    check_error(api.post("/runs", {"pipeline_spec": spec}), 400, 3, "display_name")


def test_runs_name_things_that_exist(api, spec):
    check_error(api.post("/runs", {"display_name": "r", "pipeline_spec": spec,
                                   "experiment_id": "nope"}), 404, 5, "nope")
    check_error(api.post("/runs", {"display_name": "r", "pipeline_version_id": "nope"}),
                404, 5, "nope")
    check_error(api.post("/runs", {"display_name": "r",
                                   "pipeline_version_reference": {"pipeline_id": "nope"}}),
                404, 5, "nope")


def test_bad_specs_name_the_place(api, spec):
    def refuse(change, cause):
        changed = json.loads(json.dumps(spec))
        change(changed)
        check_error(api.post("/runs", {"display_name": "r", "pipeline_spec": changed}), 400, 3,
                    cause)

    refuse(lambda s: s["root"]["dag"]["tasks"]["echo"].update(nope=1), "nope")
    refuse(lambda s: s["root"]["dag"]["tasks"]["echo"]["componentRef"].update(name="none"), "none")
    refuse(lambda s: s["root"]["dag"]["tasks"]["echo"].update(dependentTasks=["echo-2"]), "echo")
    refuse(lambda s: s.update(schemaVersion="3"), "schemaVersion")


def test_bodies_are_bounded(api):
    body = json.dumps({"display_name": "x" * (33 << 20)})
    for path in ("/apis/v2beta1/runs", "/apis/v2beta1/experiments"):
        check_error(api("POST", path, data=body), 400, 3, "larger")
    assert api.get("/healthz").status_code == 200


def test_other_sites_change_nothing(api, name):
    for headers in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
        response = api("POST", "/apis/v2beta1/experiments", json={"display_name": name()},
                       headers=headers)
        assert response.status_code == 403


def test_heads_and_options(api):
    head = api("HEAD", "/apis/v2beta1/healthz")
    assert head.status_code == 200
    assert head.text == ""
    options = api("OPTIONS", "/apis/v2beta1/runs")
    assert options.status_code == 200
    assert "POST" in options.headers["Allow"]


def test_the_front_page(api):
    page = api("GET", "/")
    assert page.status_code == 200
    assert page.headers["Content-Type"].startswith("text/html")
