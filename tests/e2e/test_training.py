"""The example that trains on what the article's pipeline returns, end to end."""

import importlib.util
import json
import os
import re
import subprocess
import sys
import urllib.parse

import pytest
import requests
from minio import Minio
from minio.error import S3Error

import test_census

BINARY = os.environ.get("PENSTOCK_BINARY", str(test_census.ROOT / "build/release/penstock"))
EXAMPLE = test_census.ROOT / "examples" / "training"


def load_example():
    """Its run.py, beside the census example, whose files have the same names."""
    known = {name: sys.modules.pop(name, None) for name in ("components", "pipeline")}
    sys.path.insert(0, str(EXAMPLE))
    try:
        spec = importlib.util.spec_from_file_location("training_run", EXAMPLE / "run.py")
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        yield module
    finally:
        sys.path.remove(str(EXAMPLE))
        for name, module in known.items():
            sys.modules.pop(name, None)
            if module is not None:
                sys.modules[name] = module


example = pytest.fixture(load_example)
certificates = test_census.certificates
census_server = test_census.census_server


def artifacts_of(server, run):
    answer = requests.get(f"{server.api_url}/apis/v2beta1/tasks", params={"run_id": run.run_id},
                          timeout=10).json()
    found = {}
    for task in answer["tasks"]:
        for way in ("inputs", "outputs"):
            for listed in task.get(way, {}).get("artifacts", []):
                found[task["name"], listed["artifact_key"]] = listed["artifacts"]
    return found


def content(server, artifact):
    url = f"{server.api_url}/apis/v2beta1/artifacts/{artifact['artifact_id']}:download"
    return requests.get(url, timeout=10).text


def test_the_better_model_is_kept_where_nobody_can_change_it(census_server, example, tmp_path):
    server = census_server
    subprocess.run([BINARY, "secret", "set", "model-store",
                    f"user={server.access_key}", "password=@-"], input=server.secret_key, text=True,
                   check=True, env={"PENSTOCK_API_URL": server.api_url}, timeout=60)
    endpoint = f"host.docker.internal:{urllib.parse.urlsplit(server.s3_url).port}"
    function = example.build(tmp_path, server.access_key, server.secret_key,
                             test_census.CENSUS_KEY, endpoint)
    run = test_census.run_pipeline(server, function, {**example.ARGUMENTS, "endpoint": endpoint})
    assert run.state == "SUCCEEDED", test_census.logs(server, run)

    found = artifacts_of(server, run)
    metrics, = found["compare", "metrics"]
    assert set(metrics["metadata"]) == {"logistic", "centroid"}
    curves, = found["compare", "curves"]
    matrix = [row["row"] for row in curves["metadata"]["confusionMatrix"]["rows"]]
    tested, = found["split", "test"]
    assert sum(map(sum, matrix)) == tested["metadata"]["rows"] > 700
    points = curves["metadata"]["confidenceMetrics"]
    assert [point["recall"] for point in points] == sorted(point["recall"] for point in points)
    page, summary = found["compare", "page"][0], found["compare", "summary"][0]
    assert page["type"] == "HTML" and "<td>centroid</td>" in content(server, page)
    best, = found["root", "Output"]
    assert best["type"] == "Model"
    accuracy = metrics["metadata"][best["metadata"]["kind"]]
    assert accuracy == max(metrics["metadata"].values()) > 0.5
    assert re.match(f"# {best['metadata']['kind']} is better", content(server, summary))
    assert [model["metadata"]["kind"] for model in found["compare", "models"]] == [
        "logistic", "centroid"]

    client = Minio(urllib.parse.urlsplit(server.s3_url).netloc, server.access_key,
                   server.secret_key, secure=False)
    name = f"models/{run.run_id}.json"
    kept = client.get_object("models", name)
    assert json.loads(kept.data) == json.loads(content(server, best))
    version = kept.headers["x-amz-version-id"]
    with pytest.raises(S3Error) as refused:
        client.remove_object("models", name, version_id=version)
    assert refused.value.code == "AccessDenied"
    log = "\n".join(requests.get(
        f"{server.api_url}/apis/v1alpha1/runs/{run.run_id}/nodes/{task.task_id}/log",
        timeout=10).text for task in run.run_details.task_details)
    assert server.secret_key not in log
