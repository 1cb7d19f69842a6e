"""A server that asks for credentials: the SDK and its command with a token, browsers with a cookie."""

import json
import os
import pathlib
import subprocess
import sys
import time

import kfp
import pytest
import requests

ROOT = pathlib.Path(__file__).resolve().parents[3]
BINARY = os.environ.get("PENSTOCK_BINARY", str(ROOT / "build/release/penstock"))
KFP_VERSION = tuple(int(number) for number in kfp.__version__.split(".")[:2])
RUNS = "/apis/v2beta1/runs"


@pytest.fixture(scope="module")
def guarded(data_folder, session_server, tmp_path_factory):
    audit = tmp_path_factory.mktemp("audit") / "audit.log"
    running = session_server(data_folder / "guarded", "--api-auth", "--audit-log", str(audit))
    running.audit = audit
    yield running
    assert running.stop() == 0, running.log.read_text()[-4000:]


def admin(server, *words):
    done = subprocess.run([BINARY, "admin", *words, "--output", "json"], capture_output=True,
                          text=True, timeout=60, check=False,
                          env={**os.environ, "PENSTOCK_S3_URL": server.s3_url,
                               "PENSTOCK_ROOT_USER": server.access_key,
                               "PENSTOCK_ROOT_PASSWORD": server.secret_key})
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture
def user(guarded, name):
    """A function that makes a user with policies, and gives its name and a token."""

    def make(*policies):
        who = name()
        options = [word for policy in policies for word in ("--policy", policy)]
        admin(guarded, "user", "add", who, "a-secret-of-its-own", *options)
        return who, admin(guarded, "token", "create", "--user", who)

    return make


def get(server, path, token=None, **more):
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return requests.get(server.api_url + path, headers=headers, timeout=30, **more)


def test_without_credentials_only_the_health_is_told(guarded):
    assert get(guarded, "/apis/v2beta1/healthz").status_code == 200
    assert get(guarded, "/penstock/ui/config.json").json()["api_auth"] is True
    for path in (RUNS, "/apis/v2beta1/permissions", "/apis/v2beta1/events", "/apis/v2beta1/else"):
        answer = get(guarded, path)
        assert (answer.status_code, answer.json()["code"]) == (401, 16)
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    upload = requests.post(guarded.api_url + "/apis/v2beta1/pipelines/upload", timeout=30,
                           files={"uploadfile": ("p.yaml", b"x" * 100_000)})
    assert upload.status_code == 401
    with pytest.raises(Exception) as error:
        kfp.Client(host=guarded.api_url).list_experiments()
    assert getattr(error.value, "status", 401) == 401


def test_the_sdk_works_with_a_token(guarded, user, package, name):
    who, token = user("pipelinesDeveloper")
    client = kfp.Client(host=guarded.api_url, existing_token=token["token"])
    experiment = client.create_experiment(name())
    pipeline = client.upload_pipeline(str(package), pipeline_name=name())
    assert client.get_pipeline(pipeline.pipeline_id).display_name == pipeline.display_name
    run = client.create_run_from_pipeline_package(str(package), experiment_name=experiment.display_name,
                                                  run_name=name())
    client.wait_for_run_completion(run.run_id, timeout=120)
    assert client.get_run(run.run_id).state == "SUCCEEDED"
    client.archive_run(run.run_id)
    client.delete_run(run.run_id)
    lines = [json.loads(line) for line in guarded.audit.read_text().splitlines()]
    mine = [line for line in lines if line.get("user") == who]
    made = [line for line in mine if line["operation"] == "pipelines:Run"]
    assert made and run.run_id in made[0]["subject"] and made[0]["status"] == 200
    assert any(f"{run.run_id}:archive" in line["subject"] for line in mine)
    assert token["token"] not in guarded.audit.read_text() + guarded.log.read_text()


def test_the_sdks_command_works_with_a_token(guarded, user):
    _, token = user("pipelinesReadOnly")
    if KFP_VERSION < (2, 1):
        pytest.skip("this generation's command has no way to give a token")
    command = [str(pathlib.Path(sys.executable).with_name("kfp")), "--endpoint", guarded.api_url]
    listed = subprocess.run([*command, "--existing-token", token["token"], "--output", "json",
                             "experiment", "list"], capture_output=True, text=True, timeout=120,
                            check=False)
    assert listed.returncode == 0, listed.stderr
    assert "Default" in listed.stdout


def test_policies_decide_and_count_at_once(guarded, user, package, name):
    who, token = user("pipelinesReadOnly")
    client = kfp.Client(host=guarded.api_url, existing_token=token["token"])
    assert client.list_experiments() is not None
    with pytest.raises(Exception) as error:
        client.create_run_from_pipeline_package(str(package), run_name=name())
    assert error.value.status == 403
    body = json.loads(error.value.body)
    assert body["code"] == 7 and "pipelines:Run" in body["message"] and who in body["message"]
    admin(guarded, "user", "policy", "attach", who, "pipelinesRunner")
    run = client.create_run_from_pipeline_package(str(package), run_name=name())
    client.terminate_run(run.run_id)
    with pytest.raises(Exception) as error:
        client.delete_run(run.run_id)
    assert error.value.status == 403
    told = get(guarded, "/apis/v2beta1/permissions", token["token"]).json()
    assert (told["user"], told["sign_in_required"]) == (who, True)
    assert "pipelines:Run" in told["permissions"]
    assert "pipelines:WriteRuns" not in told["permissions"]


def test_tokens_are_taken_back_with_their_key(guarded, user):
    _, token = user("readonly")
    key = token["access_key"]
    assert get(guarded, RUNS, token["token"]).status_code == 200
    admin(guarded, "access-key", "disable", key)
    assert get(guarded, RUNS, token["token"]).status_code == 401
    admin(guarded, "access-key", "enable", key)
    assert get(guarded, RUNS, token["token"]).status_code == 200
    admin(guarded, "access-key", "remove", key)
    answer = get(guarded, RUNS, token["token"])
    assert answer.status_code == 401 and "revoked" in answer.json()["message"]


def test_a_stream_ends_with_the_token(guarded, user):
    _, token = user("readonly")
    with get(guarded, "/apis/v2beta1/events", token["token"], stream=True) as stream:
        assert stream.status_code == 200
        admin(guarded, "access-key", "remove", token["access_key"])
        began = time.monotonic()
        with pytest.raises(requests.exceptions.RequestException):
            for _ in stream.iter_content(1):
                assert time.monotonic() < began + 25


def browser_of(server, who, secret="a-secret-of-its-own"):
    browser = requests.Session()
    answer = browser.post(server.api_url + "/penstock/session", timeout=30,
                          json={"access_key": who, "secret_key": secret})
    return browser, answer


def test_browsers_sign_in_with_keys(guarded, user):
    who, _ = user("pipelinesDeveloper")
    browser, answer = browser_of(guarded, who)
    assert answer.json()["name"] == who
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie and "SameSite=Strict" in cookie and "Path=/" in cookie
    experiments = guarded.api_url + "/apis/v2beta1/experiments"
    assert browser.get(experiments, timeout=30).status_code == 200
    made = browser.post(experiments, json={"display_name": who}, timeout=30)
    assert made.status_code == 200
    with browser.get(guarded.api_url + "/apis/v2beta1/events", stream=True, timeout=30) as stream:
        assert stream.headers["Content-Type"].startswith("text/event-stream")
    # Another port of this host is of the same site, and not of the same origin.
    other = {"Origin": guarded.s3_url}
    assert browser.post(experiments, json={"display_name": who + "2"}, headers=other,
                        timeout=30).status_code == 403
    assert browser.get(experiments, headers={"Sec-Fetch-Site": "same-site"},
                       timeout=30).status_code == 401
    assert browser.post(guarded.api_url + "/penstock/sign-out", timeout=30).status_code == 204
    assert browser.get(experiments, timeout=30).status_code == 401


def test_wrong_keys_sign_nobody_in(guarded, user):
    who, _ = user("readonly")
    browser, answer = browser_of(guarded, who, "another-secret")
    assert answer.status_code == 403 and "wrong" in answer.json()["message"]
    assert not browser.cookies
    assert "another-secret" not in guarded.log.read_text()


def test_our_own_command_takes_the_token(guarded, user):
    _, token = user("readonly")
    env = {**os.environ, "PENSTOCK_API_URL": guarded.api_url}
    refused = subprocess.run([BINARY, "experiment", "list"], capture_output=True, text=True, env=env,
                             timeout=60, check=False)
    assert refused.returncode == 1 and "PENSTOCK_TOKEN" in refused.stderr
    listed = subprocess.run([BINARY, "experiment", "list"], capture_output=True, text=True,
                            env={**env, "PENSTOCK_TOKEN": token["token"]}, timeout=60, check=False)
    assert listed.returncode == 0 and "Default" in listed.stdout


def test_beyond_this_machine_it_must_ask(tmp_path):
    def refusal(*options, **env):
        done = subprocess.run([BINARY, "server", "--data-dir", str(tmp_path / "data"), "--address",
                               "0.0.0.0:0", "--s3-address", "127.0.0.1:0", *options],
                              capture_output=True, text=True, timeout=60, check=False,
                              env={**os.environ, **env})
        assert done.returncode == 1
        return done.stderr

    assert "--api-auth" in refusal()
    assert "minioadmin" in refusal("--api-auth", PENSTOCK_ROOT_USER="minioadmin",
                                   PENSTOCK_ROOT_PASSWORD="minioadmin")
