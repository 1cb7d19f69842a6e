"""What the conformance tests of the pipelines API share: a client, names, compiled pipelines."""

import itertools
import uuid

import kfp
import pytest
import requests
from kfp import compiler

import sample_pipelines

API = "/apis/v2beta1"


class RawApi:
    """The API without the SDK, for what only shows on the wire."""

    def __init__(self, url):
        self.url = url

    def __call__(self, method, path, **request):
        return requests.request(method, self.url + path, timeout=60, **request)

    def get(self, path, **params):
        return self("GET", API + path, params=params)

    def post(self, path, json=None):
        return self("POST", API + path, json=json)

    def delete(self, path, **params):
        return self("DELETE", API + path, params=params)

    def patch(self, path, json):
        return self("PATCH", API + path, json=json)

    def upload(self, path, file_name, content, **params):
        return self("POST", API + path, params=params, files={"uploadfile": (file_name, content)})


@pytest.fixture(scope="session")
def client(server):
    return kfp.Client(host=server.api_url)


@pytest.fixture(scope="session")
def api(server):
    return RawApi(server.api_url)


@pytest.fixture
def name():
    """A function that makes names nobody else has: the server is shared by all tests."""
    stem = uuid.uuid4().hex[:12]
    numbers = itertools.count()
    return lambda: f"test-{stem}-{next(numbers)}"


@pytest.fixture(scope="session")
def package(tmp_path_factory):
    """The compiled echo pipeline."""
    path = tmp_path_factory.mktemp("packages") / "echo.yaml"
    compiler.Compiler().compile(sample_pipelines.echo_pipeline, str(path))
    return str(path)
