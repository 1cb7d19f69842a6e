"""A run again with exactly the packages that an earlier one had, whatever the package index has since then."""

import json
import subprocess
import time

import pytest
import requests
from kfp import compiler, dsl

from conftest import BINARY
from package_index import Index

@pytest.fixture
def index(tmp_path):
    made = Index(tmp_path / "index")
    made.add("1.0")
    yield made
    made.close()


@dsl.component(base_image="python:3.11", packages_to_install=["tinypackage", "kfp"], install_kfp_package=False)
def say():
    import tinypackage
    print("has", tinypackage.VERSION)


@dsl.pipeline(name="locked")
def locked():
    say()


@dsl.component(base_image="python:3.11", packages_to_install=["tinypackage", "wheel", "kfp"],
               install_kfp_package=False)
def say_more():
    import tinypackage
    print("has", tinypackage.VERSION)


@dsl.pipeline(name="locked")
def locked_with_more():
    say_more()


class Client:
    def __init__(self, server):
        self.server = server

    def penstock(self, *words, fails=False):
        done = subprocess.run([BINARY, *words, "--server", self.server.api_url],
                              capture_output=True, text=True, timeout=240, check=False)
        assert (done.returncode != 0) == fails, done.stdout + done.stderr
        return done.stderr if fails else done.stdout

    def task(self, run_id):
        answer = requests.get(f"{self.server.api_url}/apis/v2beta1/tasks", params={"run_id": run_id}, timeout=10)
        return next(task for task in answer.json()["tasks"] if task["name"] == "say")

    def said(self, run_id):
        task_id = self.task(run_id)["task_id"]
        log = requests.get(f"{self.server.api_url}/apis/v2beta1/tasks/{task_id}/log", timeout=10).text
        return next(line.split("has ")[1] for line in log.splitlines() if "has " in line), log

    def run(self, *words):
        """The id of a run that succeeds, and what its task has said."""
        run_id, state = self.penstock("run", *words, "--caching", "off", "--wait").split()
        assert state == "SUCCEEDED"
        return run_id, self.said(run_id)[0]

    def remove_environment(self, run_id):
        environment = self.task(run_id)["details"]["environment"]
        for _ in range(100):
            removed = subprocess.run([BINARY, "environment", "remove", environment, "--server", self.server.api_url],
                                     capture_output=True, text=True, timeout=60, check=False)
            if removed.returncode == 0:
                return
            time.sleep(0.1)  # a task that has just ended lets go of it
        raise AssertionError(removed.stderr)


def test_a_run_is_had_again_with_its_packages(own_server, index, tmp_path):
    # Without warm interpreters, which hold environments.
    server = own_server("data", "--warm", "off", env={"PIP_INDEX_URL": index.url, "PIP_FIND_LINKS": ""})
    client = Client(server)
    file = tmp_path / "locked.yaml"
    compiler.Compiler().compile(locked, str(file))
    first, version = client.run(str(file))
    assert version == "1.0"

    index.add("2.0")
    assert client.run("clone", first, "--locked")[1] == "1.0"
    client.remove_environment(first)
    later, version = client.run("clone", first)
    assert version == "2.0", "the index has a newer one"
    again, version = client.run("clone", first, "--locked")
    assert version == "1.0", "made again as the lock says"
    assert client.task(again)["details"]["packages"] == client.task(first)["details"]["packages"]
    assert client.task(again)["details"]["lock"] == client.task(first)["details"]["lock"]
    assert client.run(str(file), "--locked", first)[1] == "1.0"
    assert client.run(str(file), "--locked", later)[1] == "2.0"
    run = requests.get(f"{server.api_url}/apis/v2beta1/runs/{again}", timeout=10).json()
    assert run["locked_from"] == first and run["origin"] == "CLONE"

    # The index is gone: the environment is there, and then what was downloaded for it is.
    index.close()
    assert client.run("clone", first, "--locked")[1] == "1.0"
    client.remove_environment(again)
    offline, version = client.run("clone", first, "--locked")
    assert version == "1.0"
    assert "what was downloaded before" in client.said(offline)[1]

    # The earlier run may go, and is named in what cannot be.
    other = tmp_path / "other.yaml"
    compiler.Compiler().compile(locked_with_more, str(other))
    run_id, state, *_ = subprocess.run(
        [BINARY, "run", str(other), "--locked", first, "--wait", "--server", server.api_url],
        capture_output=True, text=True, timeout=120, check=False).stdout.split()
    assert state == "FAILED"
    error = requests.get(f"{server.api_url}/apis/v2beta1/runs/{run_id}", timeout=10).json()["error"]["message"]
    assert "none of the locks of that run is for Python 3.11 with tinypackage, wheel, kfp" in error and first in error
    assert "not found" in client.penstock("run", str(file), "--locked", "nothing", fails=True).lower()
    json.loads(client.penstock("run", "clone", first, "--locked", "--plan", "--output", "json"))


def test_a_component_says_which_index_and_the_operator_which_versions(own_server, index, tmp_path):
    index.add("2.0")

    @dsl.component(base_image="python:3.11", packages_to_install=["tinypackage", "kfp"], install_kfp_package=False,
                   pip_index_urls=[index.url], pip_trusted_hosts=[index.url])
    def say():
        import tinypackage
        print("has", tinypackage.VERSION)

    @dsl.pipeline(name="locked")
    def of_an_index():
        say()

    file = tmp_path / "index.yaml"
    compiler.Compiler().compile(of_an_index, str(file))
    # The operator's own index has what images have, and is asked for nothing else.
    operators = Index(tmp_path / "operators")
    operators.add("9.0")
    elsewhere = {"PIP_INDEX_URL": operators.url, "PIP_FIND_LINKS": ""}
    assert Client(own_server("free", env=elsewhere)).run(str(file))[1] == "2.0"
    constraints = tmp_path / "constraints.txt"
    constraints.write_text("tinypackage<2\n")
    client = Client(own_server("constrained", env={**elsewhere, "PIP_CONSTRAINT": str(constraints)}))
    assert client.run(str(file))[1] == "1.0"
    overrides = tmp_path / "overrides.yaml"
    overrides.write_text("requirements:\n  - replace: tinypackage\n    with: tinypackage==1.0\n")
    client = Client(own_server("overridden", "--package-overrides", str(overrides), env=elsewhere))
    run_id, version = client.run(str(file))
    assert version == "1.0"
    assert any("tinypackage" in note for note in client.task(run_id)["details"]["overrides"])
    operators.close()
