"""What the tests with a container engine share: a daemon, images made here, servers that use it."""

import itertools
import pathlib
import shutil
import tempfile
import uuid

import kfp
import pytest
import requests

import daemons


@pytest.fixture(scope="session", params=[daemons.Docker, daemons.Containerd],
                ids=["docker", "containerd"])
def daemon(request):
    why = request.param.missing()
    if why:
        pytest.skip(f"no daemon can be started: {why}")
    # Paths of sockets are short.
    folder = pathlib.Path(tempfile.mkdtemp(prefix="pd-"))
    running = request.param(folder)
    running.start()
    root = daemons.make_busybox_root(folder / "busybox")
    running.load("tests/tools:1", root, Env=["PATH=/bin"])
    running.load("tests/speaks:1", root, Entrypoint=["/bin/echo", "entry"], Cmd=["default"],
                 WorkingDir="/some/where", User="1234:1234", Env=["OF_IMAGE=yes", "PATH=/bin"])
    yield running
    running.stop()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def python_image(daemon):
    """An image of one's own with Python and the SDK."""
    root = daemons.make_python_root(daemon.folder / "python")
    daemon.load("tests/python:1", root, Env=["PYTHONPATH=/opt/site", "PATH=/bin:/usr/bin"])
    return "tests/python:1"


@pytest.fixture(scope="session")
def engine_server(daemon, session_server):
    folder = pathlib.Path(tempfile.mkdtemp(prefix="penstock-test-"))
    running = session_server(folder / "data", *daemon.options, env=daemon.environment)
    yield running
    code = running.stop()
    log = running.log.read_text()
    shutil.rmtree(folder, ignore_errors=True)
    assert code == 0, f"the server did not stop cleanly ({code}):\n{log[-4000:]}"


class Runs:
    """Runs pipelines on a server."""

    numbers = itertools.count()

    def __init__(self, server):
        self.server = server
        self.client = kfp.Client(host=server.api_url)

    def start(self, pipeline, **arguments):
        name = f"run-{uuid.uuid4().hex[:8]}-{next(self.numbers)}"
        return self.client.create_run_from_pipeline_func(
            pipeline, arguments=arguments, run_name=name, enable_caching=False).run_id

    def end(self, run_id, seconds=120):
        self.client.wait_for_run_completion(run_id, seconds, 1)
        return self.get(run_id)

    def get(self, run_id):
        url = f"{self.server.api_url}/apis/v2beta1/runs/{run_id}"
        return requests.get(url, timeout=30).json()

    def run(self, pipeline, **arguments):
        return self.end(self.start(pipeline, **arguments))

    def task(self, run, name):
        return next(task for task in run["run_details"]["task_details"]
                    if task["display_name"] == name)

    def details(self, task):
        url = f"{self.server.api_url}/apis/v2beta1/tasks/{task['task_id']}"
        return requests.get(url, timeout=30).json().get("details") or {}

    def log(self, task):
        url = f"{self.server.api_url}/apis/v2beta1/tasks/{task['task_id']}/log"
        return requests.get(url, timeout=30).text


@pytest.fixture
def runs(engine_server):
    return Runs(engine_server)


@pytest.fixture
def runs_on():
    return Runs
