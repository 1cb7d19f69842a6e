"""The article's pipeline, end to end, through whichever SDK generation this environment holds."""

import csv
import io
import pathlib
import re
import socket
import subprocess
import sys
import urllib.parse

import kfp
import pytest
import requests
from minio import Minio

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
EXAMPLE = ROOT / "examples" / "census"
sys.path.insert(0, str(EXAMPLE))

import pipeline  # noqa: E402

CENSUS_KEY = "0123456789abcdef0123456789abcdef01234567"
ARGUMENTS = {"bucket": "census-data", "dataset": "acs/acs5", "table_code": "B01001", "year": 2020}
OBJECT = "B01001-2020.csv"


@pytest.fixture(scope="module")
def certificates(tmp_path_factory):
    folder = tmp_path_factory.mktemp("certificates")
    subprocess.run([EXAMPLE / "make-certificates", folder], check=True)
    return folder


def start_standin(certificates, address="127.0.0.1", port=0):
    process = subprocess.Popen(
        [sys.executable, EXAMPLE / "standin.py", "--address", address, "--port", str(port),
         "--certificate", certificates / "api.pem", "--key", certificates / "api-key.pem"],
        stdout=subprocess.PIPE, text=True)
    line = process.stdout.readline()
    return process, int(re.search(r":(\d+);", line)[1])


@pytest.fixture
def census_server(own_server, certificates):
    """A server whose tasks find the stand-in as a proxy: no privileged port is needed."""
    standin, port = start_standin(certificates)
    running = own_server(
        "data", "--task-ca", str(certificates / "ca.pem"),
        "--task-env", f"HTTPS_PROXY=http://127.0.0.1:{port}",
        "--package-overrides", str(EXAMPLE / "overrides.yaml"))
    yield running
    standin.kill()
    standin.wait()


def build(server, folder):
    port = urllib.parse.urlsplit(server.s3_url).port
    return pipeline.build(folder, server.access_key, server.secret_key, CENSUS_KEY,
                          f"host.docker.internal:{port}")


def logs(server, run):
    """All tasks' logs, for the message of a failed assertion."""
    texts = []
    for task in run.run_details.task_details:
        url = f"{server.api_url}/apis/v1alpha1/runs/{run.run_id}/nodes/{task.task_id}/log"
        texts.append(f"--- {task.display_name} {task.state} {task.error}\n"
                     f"{requests.get(url, timeout=10).text[-3000:]}")
    return "\n".join(texts)


def run_pipeline(server, function, arguments=ARGUMENTS):
    client = kfp.Client(host=server.api_url)
    run = client.create_run_from_pipeline_func(
        function, experiment_name="Implementing functions", enable_caching=False,
        arguments=arguments)
    return client.wait_for_run_completion(run.run_id, timeout=600, sleep_duration=0.2)


def states(run):
    return {task.display_name: task.state for task in run.run_details.task_details}


def store(server):
    return Minio(urllib.parse.urlsplit(server.s3_url).netloc, server.access_key, server.secret_key,
                 secure=False)


def check_table(text):
    rows = list(csv.reader(io.StringIO(text)))
    assert rows[0][0] == "B01001_001E" and rows[0][-1] == "county"
    assert len(rows) == 3231
    assert "Autauga County, Alabama" in rows[1]


def dataset_artifacts(server, run):
    answer = requests.get(f"{server.api_url}/apis/v2beta1/artifacts",
                          params={"run_id": run.run_id, "page_size": 200}, timeout=10)
    return [a for a in answer.json().get("artifacts", []) if a["name"] == "table_df"]


def check_returned_dataset(server, run):
    """The Dataset that the pipeline returns is an object of the artifact store."""
    artifacts = dataset_artifacts(server, run)
    assert artifacts, "no artifact named table_df"
    for artifact in artifacts:
        bucket, key = re.fullmatch(r"minio://([^/]+)/(.+)", artifact["uri"]).groups()
        check_table(store(server).get_object(bucket, key).data.decode())


def test_first_run_downloads_and_second_reads_back(census_server, tmp_path):
    function = build(census_server, tmp_path)

    first = run_pipeline(census_server, function)
    assert first.state == "SUCCEEDED", logs(census_server, first)
    assert states(first)["download-table-data"] == "SUCCEEDED"
    assert states(first)["save-table-data"] == "SUCCEEDED"
    assert states(first).get("get-table-data", "SKIPPED") == "SKIPPED"
    assert "SKIPPED" in states(first).values()
    check_table(store(census_server).get_object("census-data", OBJECT).data.decode())
    check_returned_dataset(census_server, first)
    written = store(census_server).stat_object("census-data", OBJECT).last_modified

    second = run_pipeline(census_server, function)
    assert second.state == "SUCCEEDED", logs(census_server, second)
    assert states(second)["get-table-data"] == "SUCCEEDED"
    assert states(second).get("download-table-data", "SKIPPED") == "SKIPPED"
    assert "SKIPPED" in states(second).values()
    check_returned_dataset(census_server, second)
    assert store(census_server).stat_object("census-data", OBJECT).last_modified == written


def test_the_forgotten_argument_is_named_at_creation(census_server, tmp_path):
    arguments = {name: value for name, value in ARGUMENTS.items() if name != "dataset"}
    with pytest.raises(Exception) as refused:
        run_pipeline(census_server, build(census_server, tmp_path), arguments)
    assert getattr(refused.value, "status", None) == 400, refused.value
    assert "dataset" in refused.value.body


def test_host_and_authority_can_be_given_instead_of_a_proxy(own_server, certificates, tmp_path):
    address = "127.0.0.43"
    try:
        with socket.socket() as probe:
            probe.bind((address, 443))
    except PermissionError:
        pytest.skip("binding port 443 needs root")
    standin, _ = start_standin(certificates, address, 443)
    try:
        server = own_server("data", "--task-host", f"api.census.gov={address}",
                            "--task-ca", str(certificates / "ca.pem"),
                            "--package-overrides", str(EXAMPLE / "overrides.yaml"))
        run = run_pipeline(server, build(server, tmp_path))
        assert run.state == "SUCCEEDED", logs(server, run)
    finally:
        standin.kill()
        standin.wait()


def test_a_refused_census_key_fails_the_task_and_says_so(census_server, tmp_path):
    port = urllib.parse.urlsplit(census_server.s3_url).port
    function = pipeline.build(tmp_path, census_server.access_key, census_server.secret_key,
                              "no key", f"host.docker.internal:{port}")
    run = run_pipeline(census_server, function)
    assert run.state == "FAILED"
    assert states(run)["download-table-data"] == "FAILED"
    assert "JSONDecodeError" in logs(census_server, run)
