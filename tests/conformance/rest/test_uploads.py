"""Uploads of pipelines and versions: files of all forms, names, and what is refused."""

import gzip
import io
import json
import tarfile
import zipfile

import pytest
from conftest import PACKAGE, PIPELINE

UPLOAD, VERSION = "/pipelines/upload", "/pipelines/upload_version"


def zipped(*files):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files:
            archive.writestr(name, content)
    return buffer.getvalue()


def tarred(*files):
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for name, content in files:
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return buffer.getvalue()


PLATFORM = b"platforms:\n  kubernetes:\n    deploymentSpec:\n      executors:\n        exec-end:\n" \
           b"          imagePullPolicy: Always\n"


@pytest.mark.parametrize("file,content", [
    ("p.yaml", PACKAGE), ("p.yml", PACKAGE), ("p.json", PACKAGE), ("P.YAML", PACKAGE),
    ("p.zip", zipped(("p.yaml", PACKAGE))), ("p.zip", zipped(("a/pipeline.yaml", PACKAGE))),
    ("p.zip", zipped(("other.yaml", b"no pipeline"), ("pipeline.yaml", PACKAGE))),
    ("p.tar.gz", tarred(("p.yaml", PACKAGE))), ("p.tgz", tarred(("p.yml", PACKAGE))),
    ("p.tar.gz", tarred(("other.yaml", b"no pipeline"), ("pipeline.yaml", PACKAGE))),
    ("without-extension", tarred(("p.yaml", PACKAGE))),
    ("without-extension", zipped(("p.yaml", PACKAGE))),
    ("p.yaml", PACKAGE + b"\n---\n" + PLATFORM),
    ("p.yaml", PLATFORM + b"---\n" + PACKAGE),
])
def test_files_of_all_forms(api, name, file, content):
    made = api.make("POST", UPLOAD, files={"uploadfile": (file, content)}, query={"name": name()})
    version, = api.make("GET", "/pipelines/{pipeline_id}/versions",
                        pipeline_id=made["pipeline_id"])["pipeline_versions"]
    assert version["name"] == made["name"]
    spec = version["pipeline_spec"]
    assert spec.get("pipeline_spec", spec) == PIPELINE
    assert ("platform_spec" in spec) == (PLATFORM in content)


BAD_FILES = [
    ("p.yaml", b""), ("p.yaml", b"a: [b"), ("p.yaml", b"just text"), ("p.yaml", b"\xff\xfe\x00"),
    ("p.yaml", PACKAGE + b"\n---\n" + PACKAGE), ("p.zip", b""), ("p.zip", zipped()),
    ("p.zip", zipped(("p.yaml", PACKAGE))[:-30]), ("p.zip", b"PK\x03\x04 no more"),
    ("p.zip", zipped(("p.yaml", b"no pipeline"))), ("p.tar.gz", tarred()),
    ("p.tar.gz", tarred(("p.txt", PACKAGE))), ("p.tar.gz", gzip.compress(b"no tar")),
    ("p.tar.gz", tarred(("p.yaml", PACKAGE))[:40]), ("p.png", b"\x89PNG\r\n\x1a\n" + bytes(40)),
    ("p.yaml", json.dumps({**PIPELINE, "schemaVersion": "1"}).encode()),
    ("p.yaml", b"apiVersion: argoproj.io/v1alpha1\nkind: Workflow\n"),
]


@pytest.mark.parametrize("file,content", BAD_FILES)
def test_files_that_are_refused(api, name, pipeline, file, content):
    files = {"uploadfile": (file, content)}
    called = name()
    api.refused(400, 3, "", "POST", UPLOAD, files=files, query={"name": called})
    assert api("GET", "/pipelines/names/{name}", name=called).status_code == 404
    api.refused(400, 3, "", "POST", VERSION, files=files,
                query={"name": called, "pipelineid": pipeline["pipeline_id"]})


def test_a_file_may_not_be_larger_than_32_mib(api, name):
    big = PACKAGE + b"\n#" + b"x" * (32 << 20)
    api.refused(400, 3, "32 MiB", "POST", UPLOAD, files={"uploadfile": ("p.yaml", big)},
                query={"name": name()})
    bomb = zipped(("p.yaml", PACKAGE + b"\n#" + b"x" * (64 << 20)))
    assert len(bomb) < 1 << 20
    api.refused(400, 3, "", "POST", UPLOAD, files={"uploadfile": ("p.zip", bomb)},
                query={"name": name()})


def test_forms_that_are_refused(api, name):
    query = {"name": name()}
    api.refused(400, 3, "uploadfile", "POST", UPLOAD, files={"file": ("p.yaml", PACKAGE)}, query=query)
    api.refused(400, 3, "", "POST", UPLOAD, data=PACKAGE, query=query)
    api.refused(400, 3, "", "POST", UPLOAD, data=b"--x\r\n", query=query,
                headers={"Content-Type": "multipart/form-data; boundary=x"})
    api.refused(400, 3, "", "POST", UPLOAD, query=query)


def test_names_of_pipelines(api, name):
    def made(file="p.yaml", **query):
        return api.make("POST", UPLOAD, files={"uploadfile": (file, PACKAGE)}, query=query)

    file = name() + ".yaml"
    assert made(file)["name"] == file
    shown = name()
    assert made(display_name=shown)["name"] == shown
    both = made(name=name(), display_name="Shown", description="d", namespace="", code_source_url="u",
                tags='{"a": "b"}')
    assert (both["display_name"], both["description"], both["tags"]) == ("Shown", "d", {"a": "b"})
    version, = api.make("GET", "/pipelines/{pipeline_id}/versions",
                        pipeline_id=both["pipeline_id"])["pipeline_versions"]
    assert version["code_source_url"] == "u"
    assert made(name=(name() + "x" * 127)[:127])


@pytest.mark.parametrize("query,status,cause", [
    ({"name": "x" * 129}, 400, "129"), ({"display_name": "x" * 129}, 400, "129"),
    ({"tags": "[]"}, 400, "tags"), ({"tags": "{"}, 400, "tags"), ({"tags": '{"a": 1}'}, 400, "string"),
    ({"tags": json.dumps({"k" * 64: "v"})}, 400, "64"), ({"tags": json.dumps({"k": "v" * 64})}, 400, "64"),
    ({"tags": '{"": "v"}'}, 400, "empty"), ({"tags": '{"a.b": "v"}'}, 400, "dot"),
    ({"tags": json.dumps({f"k{n}": "v" for n in range(21)})}, 400, "21"),
    ({"namespace": "n" * 64}, 400, "namespace"),
])
def test_queries_that_are_refused(api, name, pipeline, query, status, cause):
    files = {"uploadfile": ("p.yaml", PACKAGE)}
    api.refused(status, 3, cause, "POST", UPLOAD, files=files, query={"name": name(), **query})
    if "namespace" in query:
        return
    api.refused(status, 3, cause, "POST", VERSION, files=files,
                query={"name": name(), "pipelineid": pipeline["pipeline_id"], **query})


def test_versions(api, name, pipeline):
    files = {"uploadfile": ("p.yaml", PACKAGE)}
    query = {"pipelineid": pipeline["pipeline_id"], "name": name(), "display_name": "Shown",
             "description": "d", "tags": '{"a": "b"}', "code_source_url": "u"}
    made = api.make("POST", VERSION, files=files, query=query)
    assert made["pipeline_id"] == pipeline["pipeline_id"]
    assert (made["name"], made["display_name"], made["description"], made["tags"],
            made["code_source_url"]) == (query["name"], "Shown", "d", {"a": "b"}, "u")
    api.refused(409, 6, query["name"], "POST", VERSION, files=files, query=query)
    api.refused(400, 3, "pipelineid", "POST", VERSION, files=files, query={"name": name()})
    api.refused(404, 5, "nope", "POST", VERSION, files=files,
                query={"name": name(), "pipelineid": "nope"})


def test_a_name_is_taken_once(api, pipeline):
    api.refused(409, 6, pipeline["name"], "POST", UPLOAD, files={"uploadfile": ("p.yaml", PACKAGE)},
                query={"name": pipeline["name"]})
