"""Pipelines and versions, call by call."""

import json

import pytest
from conftest import PACKAGE, PIPELINE

ALL, ONE = "/pipelines", "/pipelines/{pipeline_id}"
VERSIONS = ONE + "/versions"
VERSION = VERSIONS + "/{pipeline_version_id}"

TAGS_REFUSED = [({"": "v"}, "empty"), ({"a.b": "v"}, "dot"), ({"k" * 64: "v"}, "64"),
                ({"k": "v" * 64}, "64"), ({f"k{n}": "v" for n in range(21)}, "21")]
TAGS_TAKEN = [{}, {"k" * 63: "v" * 63}, {f"k{n}": "" for n in range(20)}]


@pytest.mark.parametrize("given", [("name",), ("display_name",), ("name", "display_name")])
def test_one_name_stands_for_the_other(api, name, given):
    body = {field: name() for field in given}
    made = api.make("POST", ALL, {**body, "description": "d", "namespace": "n"})
    assert made["name"] == body.get("name", body.get("display_name"))
    assert made["display_name"] == body.get("display_name", body.get("name"))
    assert made["description"] == "d" and "namespace" not in made
    assert api.make("GET", ONE, pipeline_id=made["pipeline_id"]) == made
    assert api.make("GET", ALL + "/names/{name}", name=made["name"],
                    query={"namespace": ""}) == made
    assert api.make("GET", VERSIONS, pipeline_id=made["pipeline_id"]) == {}
    api.refused(409, 6, made["name"], "POST", ALL, {"name": made["name"]})


def test_names_with_everything_in_them_are_found(api, name):
    odd = name() + " /ä?&#%:x"
    made = api.make("POST", ALL, {"name": odd})
    assert api.make("GET", ALL + "/names/{name}", name=odd)["pipeline_id"] == made["pipeline_id"]


@pytest.mark.parametrize("body,cause", [
    ({}, "name"), ({"name": "x" * 129}, "129"), ({"name": "x", "tags": []}, "tags"),
    ({"name": "x", "tags": {"a": 1}}, "tags"), ({"name": "x", "nope": 1}, "nope"),
    *[({"name": "x", "tags": tags}, cause) for tags, cause in TAGS_REFUSED],
])
def test_what_is_refused(api, body, cause):
    api.refused(400, 3, cause, "POST", ALL, body)


@pytest.mark.parametrize("tags", TAGS_TAKEN)
def test_tags_are_kept(api, name, tags):
    made = api.make("POST", ALL, {"name": name(), "tags": tags})
    assert made.get("tags", {}) == tags
    assert api.make("GET", ONE, pipeline_id=made["pipeline_id"]).get("tags", {}) == tags


def check_patch(api, pattern, ids, first):
    """Display name and tags change; what is absent stays; {} clears; all else is not touched."""
    assert api.make("PATCH", pattern, {"tags": {"a": "b"}}, **ids)["tags"] == {"a": "b"}
    changed = api.make("PATCH", pattern, {"display_name": "New", "name": "other",
                                          "description": "other"}, **ids)
    assert changed["display_name"] == "New" and changed["tags"] == {"a": "b"}
    assert (changed["name"], changed.get("description")) == (first["name"], first.get("description"))
    assert "tags" not in api.make("PATCH", pattern, {"tags": {}}, **ids)
    assert api.make("GET", pattern, **ids)["display_name"] == "New"
    for tags, cause in TAGS_REFUSED:
        api.refused(400, 3, cause, "PATCH", pattern, {"tags": tags}, **ids)
    api.refused(400, 3, "129", "PATCH", pattern, {"display_name": "x" * 129}, **ids)
    api.refused(400, 3, "nope", "PATCH", pattern, {"nope": 1}, **ids)


def test_patch(api, name):
    first = api.make("POST", ALL, {"name": name(), "description": "d"})
    check_patch(api, ONE, {"pipeline_id": first["pipeline_id"]}, first)
    api.refused(404, 5, "nope", "PATCH", ONE, {"display_name": "x"}, pipeline_id="nope")


def test_patch_of_a_version(api, upload):
    made = upload(description="d")
    ids = {"pipeline_id": made["pipeline_id"]}
    first, = api.make("GET", VERSIONS, **ids)["pipeline_versions"]
    ids["pipeline_version_id"] = first["pipeline_version_id"]
    check_patch(api, VERSION, ids, first)
    api.refused(404, 5, "nope", "PATCH", VERSION, {"tags": {}}, pipeline_id=made["pipeline_id"],
                pipeline_version_id="nope")


def test_delete_needs_cascade_where_there_are_versions(api, upload, name):
    made = {"pipeline_id": upload()["pipeline_id"]}
    version, = api.make("GET", VERSIONS, **made)["pipeline_versions"]
    api.refused(400, 9, "cascade", "DELETE", ONE, **made)
    api.refused(400, 3, "cascade", "DELETE", ONE, query={"cascade": "maybe"}, **made)
    api.refused(400, 9, "cascade", "DELETE", ONE, query={"cascade": "false"}, **made)
    assert api.make("DELETE", ONE, query={"cascade": "true"}, **made) == {}
    api.refused(404, 5, "PipelineVersion", "GET", VERSION, **made,
                pipeline_version_id=version["pipeline_version_id"])
    api.refused(404, 5, "Pipeline", "DELETE", ONE, **made)
    alone = api.make("POST", ALL, {"name": name()})["pipeline_id"]
    assert api.make("DELETE", ONE, pipeline_id=alone) == {}


def test_versions_are_made_of_a_specification(api, name, pipeline):
    ids = {"pipeline_id": pipeline["pipeline_id"]}
    body = {"name": name(), "pipeline_spec": PIPELINE, "description": "d", "code_source_url": "c",
            "tags": {"a": "b"}}
    made = api.make("POST", VERSIONS, {**body, **ids}, **ids)
    assert {key: made[key] for key in body} == body
    assert made["display_name"] == made["name"]
    ids["pipeline_version_id"] = made["pipeline_version_id"]
    assert api.make("GET", VERSION, **ids) == made
    # The pipeline in the path is not looked at, and clients rely on it.
    assert api.make("GET", VERSION, **{**ids, "pipeline_id": "nope"}) == made
    api.refused(409, 6, body["name"], "POST", VERSIONS, body, pipeline_id=pipeline["pipeline_id"])
    assert api.make("DELETE", VERSION, **{**ids, "pipeline_id": "nope"}) == {}
    api.refused(404, 5, "PipelineVersion", "GET", VERSION, **ids)
    api.refused(404, 5, "PipelineVersion", "DELETE", VERSION, **ids)


def test_a_platform_document_is_shown_with_the_specification(api, name, pipeline):
    both = {"pipeline_spec": PIPELINE, "platform_spec": {"platforms": {"kubernetes": {
        "deploymentSpec": {"executors": {"exec-end": {"imagePullPolicy": "Always"}}}}}}}
    made = api.make("POST", VERSIONS, {"name": name(), "pipeline_spec": both},
                    pipeline_id=pipeline["pipeline_id"])
    assert made["pipeline_spec"] == both


@pytest.mark.parametrize("body,status,code,cause", [
    ({"pipeline_spec": PIPELINE}, 400, 3, "name"),
    ({"name": "x"}, 400, 3, "package_url"),
    ({"name": "x" * 128, "pipeline_spec": PIPELINE}, 400, 3, "128"),
    ({"name": "x", "pipeline_spec": {}}, 400, 3, "pipelineInfo"),
    ({"name": "x", "pipeline_spec": PIPELINE, "package_url": {"pipeline_url": "https://a/b"}}, 400, 3,
     "give one"),
    ({"name": "x", "package_url": {"pipeline_url": "ftp://a/b"}}, 400, 3, "ftp"),
    ({"name": "x", "package_url": {"nope": "https://a/b"}}, 400, 3, "nope"),
    ({"name": "x", "pipeline_id": "other", "pipeline_spec": PIPELINE}, 400, 3, "other"),
])
def test_versions_that_are_refused(api, pipeline, body, status, code, cause):
    api.refused(status, code, cause, "POST", VERSIONS, body, pipeline_id=pipeline["pipeline_id"])


@pytest.mark.parametrize("change,cause", [
    (lambda p: p.pop("root"), "root"), (lambda p: p.pop("schemaVersion"), "schemaVersion"),
    (lambda p: p.update(schemaVersion="2.2.0"), "schemaVersion"),
    (lambda p: p["pipelineInfo"].pop("name"), "pipelineInfo"),
    (lambda p: p["pipelineInfo"].update(name="Not Good"), "name"),
    (lambda p: p["pipelineInfo"].update(name="x" * 129), "name"),
    (lambda p: p.update(unknownField=1), "unknownField"),
    (lambda p: p["root"]["dag"]["tasks"]["end"]["componentRef"].update(name="gone"), "gone"),
    (lambda p: p["root"]["dag"]["tasks"]["end"].update(dependentTasks=["gone"]), "gone"),
    (lambda p: p["components"]["comp-end"].update(executorLabel="gone"), "gone"),
])
def test_what_is_wrong_in_a_specification_is_named(api, name, pipeline, change, cause):
    changed = json.loads(PACKAGE)
    change(changed)
    api.refused(400, 3, cause, "POST", VERSIONS, {"name": name(), "pipeline_spec": changed},
                pipeline_id=pipeline["pipeline_id"])


def test_versions_of_what_is_not_there(api):
    api.refused(404, 5, "Pipeline nope", "POST", VERSIONS, {"name": "x", "pipeline_spec": PIPELINE},
                pipeline_id="nope")
    api.refused(404, 5, "Pipeline nope", "GET", VERSIONS, pipeline_id="nope")


def test_packages_are_fetched(api, name, packages, pipeline):
    packages.content["p.yaml"] = PACKAGE
    url = {"pipeline_url": packages.url + "/p.yaml"}
    made = api.make("POST", ALL + "/create", {
        "pipeline": {"name": name(), "display_name": "Shown", "description": "d"},
        "pipeline_version": {"package_url": url}})
    version, = api.make("GET", VERSIONS, pipeline_id=made["pipeline_id"])["pipeline_versions"]
    assert made["display_name"] == "Shown"
    assert version["name"] == made["name"]
    assert version["package_url"] == url
    assert version["pipeline_spec"] == PIPELINE
    more = api.make("POST", VERSIONS, {"name": name(), "package_url": url},
                    pipeline_id=made["pipeline_id"])
    assert more["package_url"] == url
    for bad, cause in (("/missing", "404"), ("/text", "")):
        packages.content["text"] = b"no pipeline"
        wrong = {"package_url": {"pipeline_url": packages.url + bad}}
        api.refused(400, 3, cause, "POST", ALL + "/create",
                    {"pipeline": {"name": name()}, "pipeline_version": wrong})
        api.refused(400, 3, cause, "POST", VERSIONS, {"name": name(), **wrong},
                    pipeline_id=pipeline["pipeline_id"])


def test_what_is_no_source_of_packages_is_refused(api, name):
    wrong = {"package_url": {"pipeline_url": "https://192.0.2.1/p.yaml"}}
    api.refused(403, 7, "192.0.2.1", "POST", ALL + "/create",
                {"pipeline": {"name": name()}, "pipeline_version": wrong})


@pytest.mark.parametrize("body,cause", [
    ({}, "name"), ({"pipeline": {"name": "never-made"}}, "package_url"),
    ({"pipeline": {"name": "never-made"}, "pipeline_version": {}}, "package_url"),
    ({"pipeline": {"name": "never-made"}, "nope": 1}, "nope"),
])
def test_creations_that_are_refused(api, body, cause):
    api.refused(400, 3, cause, "POST", ALL + "/create", body)
    assert api("GET", ALL + "/names/{name}", name="never-made").status_code == 404
