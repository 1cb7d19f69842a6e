"""Pipelines, versions and uploads through the unmodified client."""

import io
import tarfile
import zipfile

import pytest
import yaml
from kfp_server_api.exceptions import ApiException


def test_upload_makes_a_pipeline_and_its_first_version(client, package, name):
    title = name()
    made = client.upload_pipeline(package, title, description="what it does")
    assert made.display_name == title
    got = client.get_pipeline(made.pipeline_id)
    assert got.to_dict() == made.to_dict()
    assert got.description == "what it does"
    assert client.get_pipeline_id(title) == made.pipeline_id

    version, = client.list_pipeline_versions(made.pipeline_id).pipeline_versions
    assert version.display_name == title
    assert version.pipeline_id == made.pipeline_id
    with open(package) as file:
        assert version.pipeline_spec == yaml.safe_load(file)


def test_unknown_names_have_no_id(client, name):
    assert client.get_pipeline_id(name()) is None


def test_a_name_is_taken_once(client, package, name):
    title = name()
    client.upload_pipeline(package, title)
    with pytest.raises(ApiException) as taken:
        client.upload_pipeline(package, title)
    assert taken.value.status == 409
    assert "error_message" in taken.value.body


def test_versions(client, package, name):
    title = name()
    pipeline = client.upload_pipeline(package, title)
    second = client.upload_pipeline_version(package, "second", pipeline_id=pipeline.pipeline_id,
                                            description="better")
    third = client.upload_pipeline_version(package, "third", pipeline_name=title)
    assert second.description == "better"
    assert third.pipeline_id == pipeline.pipeline_id
    got = client.get_pipeline_version(pipeline.pipeline_id, second.pipeline_version_id)
    assert got.to_dict() == second.to_dict()

    listed = client.list_pipeline_versions(pipeline.pipeline_id, sort_by="created_at desc")
    assert [v.display_name for v in listed.pipeline_versions] == ["third", "second", title]

    with pytest.raises(ApiException) as taken:
        client.upload_pipeline_version(package, "second", pipeline_id=pipeline.pipeline_id)
    assert taken.value.status == 409

    client.delete_pipeline_version(pipeline.pipeline_id, second.pipeline_version_id)
    with pytest.raises(ApiException) as gone:
        client.get_pipeline_version(pipeline.pipeline_id, second.pipeline_version_id)
    assert gone.value.status == 404


def test_a_pipeline_goes_after_its_versions(client, package, name):
    pipeline = client.upload_pipeline(package, name())
    with pytest.raises(ApiException) as refused:
        client.delete_pipeline(pipeline.pipeline_id)
    assert refused.value.status == 400
    for version in client.list_pipeline_versions(pipeline.pipeline_id).pipeline_versions:
        client.delete_pipeline_version(pipeline.pipeline_id, version.pipeline_version_id)
    client.delete_pipeline(pipeline.pipeline_id)
    with pytest.raises(ApiException) as gone:
        client.get_pipeline(pipeline.pipeline_id)
    assert gone.value.status == 404


def test_cascade(client, api, package, name):
    pipeline = client.upload_pipeline(package, name())
    assert api.delete(f"/pipelines/{pipeline.pipeline_id}", cascade="true").json() == {}
    assert api.get(f"/pipelines/{pipeline.pipeline_id}").status_code == 404


def zip_of(files):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for file_name, content in files:
            archive.writestr(file_name, content)
    return packed.getvalue()


def tar_of(files):
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        for file_name, content in files:
            entry = tarfile.TarInfo(file_name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return packed.getvalue()


@pytest.mark.parametrize("suffix,pack", [("zip", zip_of), ("tar.gz", tar_of)])
def test_archives(client, package, name, tmp_path, suffix, pack):
    with open(package, "rb") as file:
        content = file.read()
    for files in ([("echo.yaml", content)], [("a.yaml", b"no"), ("b/pipeline.yaml", content)]):
        path = tmp_path / f"package.{suffix}"
        path.write_bytes(pack(files))
        made = client.upload_pipeline(str(path), name())
        version, = client.list_pipeline_versions(made.pipeline_id).pipeline_versions
        assert version.pipeline_spec["pipelineInfo"]["name"] == "echo"


def test_json_packages(api, package, name):
    import json
    with open(package) as file:
        text = json.dumps(yaml.safe_load(file))
    assert api.upload("/pipelines/upload", "p.json", text, name=name()).status_code == 200


def test_platform_documents_are_kept_beside_the_spec(client, api, package, name):
    with open(package) as file:
        text = file.read()
    platform = {"platforms": {"kubernetes": {"deploymentSpec": {"executors": {"exec-echo": {
        "imagePullPolicy": "Always"}}}}}}
    made = api.upload("/pipelines/upload", "p.yaml", text + "---\n" + yaml.safe_dump(platform),
                      name=name())
    assert made.status_code == 200, made.text
    version, = client.list_pipeline_versions(made.json()["pipeline_id"]).pipeline_versions
    assert version.pipeline_spec["platform_spec"] == platform
    assert version.pipeline_spec["pipeline_spec"] == yaml.safe_load(text)


def test_names_and_tags(api, package, name):
    with open(package, "rb") as file:
        content = file.read()
    title = name()
    made = api.upload("/pipelines/upload", "p.yaml", content, name=title, display_name="Shown",
                      tags='{"team": "census"}').json()
    assert (made["name"], made["display_name"], made["tags"]) == (title, "Shown", {"team": "census"})
    assert api.get(f"/pipelines/names/{title}").json() == made

    path = f"/pipelines/{made['pipeline_id']}"
    assert api.patch(path, {"display_name": "Other"}).json()["tags"] == {"team": "census"}
    changed = api.patch(path, {"tags": {}}).json()
    assert "tags" not in changed
    assert changed["display_name"] == "Other"


@pytest.mark.parametrize("file_name,content,cause", [
    ("p.yaml", b"", "empty"),
    ("p.yaml", b"a: [b", ""),
    ("p.yaml", b"pipelineInfo: {name: p}\n", ""),
    ("p.zip", zip_of([]), "no file"),
    ("p.zip", b"PK\x03\x04" + b"\0" * 100, "zip"),
    ("p.png", b"\x89PNG\r\n", "no pipeline package"),
], ids=["empty", "no-yaml", "no-pipeline", "empty-zip", "damaged-zip", "picture"])
def test_bad_packages(api, name, file_name, content, cause):
    refused = api.upload("/pipelines/upload", file_name, content, name=name())
    assert refused.status_code == 400
    assert cause in refused.json()["error_message"]
    assert refused.json()["error_details"]


def test_packages_of_other_schemas_are_refused(api, package, name):
    with open(package) as file:
        spec = yaml.safe_load(file)
    for change in ({"schemaVersion": "2.0.0"}, {"pipelineInfo": {"name": ""}}, {"nope": 1},
                   {"root": {}}):
        refused = api.upload("/pipelines/upload", "p.yaml", yaml.safe_dump({**spec, **change}),
                             name=name())
        assert refused.status_code == 400, change
