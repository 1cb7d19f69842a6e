"""The keys of a running task: its inputs, its outputs, nothing else, and no longer than it runs."""

import io
import json
import urllib.parse

import kfp
import pytest
import requests
from kfp import dsl
from minio import Minio
from minio.error import S3Error

IMAGE = "python:3.11"
PACKAGES = ["boto3==1.40.0"]


@dsl.component(base_image=IMAGE, packages_to_install=PACKAGES)
def write_by_uri(given: dsl.Output[dsl.Dataset], kept: dsl.Output[dsl.Dataset]) -> str:
    """Writes both outputs by their URIs, and says where the one is that nobody is given."""
    import urllib.parse
    import boto3
    s3 = boto3.client("s3")
    for artifact, text in ((given, b"for the reader"), (kept, b"for nobody")):
        place = urllib.parse.urlsplit(artifact.uri)
        s3.put_object(Bucket=place.netloc, Key=place.path.strip("/"), Body=text)
    return kept.uri


@dsl.component(base_image=IMAGE, packages_to_install=PACKAGES)
def read_by_uri(given: dsl.Input[dsl.Dataset], other: str) -> str:
    """Tells what happened to each of its requests, and its keys."""
    import json
    import os
    import urllib.parse
    import boto3
    import botocore.exceptions

    s3 = boto3.client("s3")

    def place_of(uri):
        place = urllib.parse.urlsplit(uri)
        return {"Bucket": place.netloc, "Key": place.path.strip("/")}

    def outcome(action, **arguments):
        try:
            action(**arguments)
            return "allowed"
        except botocore.exceptions.ClientError as error:
            return error.response["Error"]["Code"]

    mine, others = place_of(given.uri), place_of(other)
    names = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"]
    return json.dumps({
        "read": s3.get_object(**mine)["Body"].read().decode(),
        "input": mine,
        "write input": outcome(s3.put_object, Body=b"x", **mine),
        "delete input": outcome(s3.delete_object, **mine),
        "read other": outcome(s3.get_object, **others),
        "write beside": outcome(s3.put_object, Body=b"x", Bucket=mine["Bucket"],
                                Key=mine["Key"] + "-beside"),
        "list all": outcome(s3.list_objects_v2, Bucket=mine["Bucket"]),
        "make bucket": outcome(s3.create_bucket, Bucket="made-by-a-task"),
        "keys": [os.environ[name] for name in names]})


@dsl.component(base_image=IMAGE)
def environment() -> str:
    import json
    import os
    return json.dumps({name: value for name, value in os.environ.items()
                       if name.startswith("AWS_")})


@dsl.pipeline(name="task-keys")
def task_keys() -> str:
    written = write_by_uri()
    return read_by_uri(given=written.outputs["given"], other=written.outputs["Output"]).output


@dsl.pipeline(name="task-environment")
def task_environment():
    environment()
    own = environment()
    own.set_env_variable("AWS_ACCESS_KEY_ID", "mine")
    own.set_env_variable("AWS_SECRET_ACCESS_KEY", "my-secret")


def run(server, pipeline):
    """The run when it has succeeded, and the values its tasks returned, by their names."""
    client = kfp.Client(host=server.api_url)
    started = client.create_run_from_pipeline_func(pipeline, arguments={}, enable_caching=False)
    ended = client.wait_for_run_completion(started.run_id, timeout=500, sleep_duration=0.2)
    assert ended.state == "SUCCEEDED", ended.error
    return ended


def returned(server, run_id):
    """What the container tasks of a run returned, by their names."""
    tasks = requests.get(f"{server.api_url}/apis/v2beta1/tasks",
                         params={"run_id": run_id, "page_size": 200}, timeout=60).json()["tasks"]
    return {task["name"]: json.loads(parameter["value"]) for task in tasks
            for parameter in task.get("outputs", {}).get("parameters", [])
            if parameter["value"].startswith("{")}


def test_a_task_reaches_its_inputs_and_outputs_only(own_server):
    server = own_server("data", "--region", "eu-test-1")
    told = returned(server, run(server, task_keys).run_id)["read-by-uri"]
    assert told["read"] == "for the reader"
    refused = {name: what for name, what in told.items() if name not in ("read", "input", "keys")}
    assert len(refused) == 6
    assert set(refused.values()) == {"AccessDenied"}, refused

    # The keys are over with the task; the object is as it was.
    host = urllib.parse.urlsplit(server.s3_url).netloc
    place = told["input"]["Bucket"], told["input"]["Key"]
    root = Minio(host, server.access_key, server.secret_key, secure=False)
    assert root.get_object(*place).read() == b"for the reader"
    access, secret, token = told["keys"]
    task = Minio(host, access, secret, session_token=token, secure=False)
    with pytest.raises(S3Error) as ended:
        task.put_object(*place, io.BytesIO(b"late"), 4)
    assert ended.value.code == "InvalidToken"
    assert secret not in server.log.read_text()
    assert token not in server.log.read_text()


def test_keys_of_the_pipelines_own_are_left_alone(own_server):
    server = own_server("data", "--region", "eu-test-1")
    values = returned(server, run(server, task_environment).run_id)
    given = values["environment"]
    assert set(given) - {"AWS_CA_BUNDLE"} == {
        "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_ENDPOINT_URL",
        "AWS_ENDPOINT_URL_S3", "AWS_REGION", "AWS_DEFAULT_REGION"}
    assert given["AWS_ENDPOINT_URL"] == given["AWS_ENDPOINT_URL_S3"] == server.s3_url
    assert given["AWS_REGION"] == given["AWS_DEFAULT_REGION"] == "eu-test-1"
    own = {name: value for name, value in values["environment-2"].items() if name != "AWS_CA_BUNDLE"}
    assert own == {"AWS_ACCESS_KEY_ID": "mine", "AWS_SECRET_ACCESS_KEY": "my-secret"}


def test_keys_can_be_turned_off(own_server):
    server = own_server("data", "--no-task-keys")
    values = returned(server, run(server, task_environment).run_id)
    assert set(values["environment"]) <= {"AWS_CA_BUNDLE"}
