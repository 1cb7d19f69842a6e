"""Artifacts from task to task without copies, and environments that are listed, locked and removed."""

import hashlib
import json
import os
import pathlib
import socket
import subprocess
import time
import urllib.parse

import kfp
import pytest
import requests
from kfp import dsl
from minio import Minio
from minio.sseconfig import Rule, SSEConfig

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARY = os.environ.get("PENSTOCK_BINARY", str(ROOT / "build/release/penstock"))
SIZE = 20_000_000


@dsl.container_component
def write(size: int, data: dsl.Output[dsl.Dataset]):
    script = 'mkdir -p "$(dirname "$0")"; head -c "$1" /dev/urandom >"$0"; sha256sum <"$0"'
    return dsl.ContainerSpec(image="python:3.11", command=["sh", "-c", script], args=[data.path, size])


@dsl.container_component
def read(data: dsl.Input[dsl.Dataset]):
    script = '(echo x >>"$0") 2>/dev/null && exit 3; sha256sum <"$0"; stat -c "names %h" "$0"'
    return dsl.ContainerSpec(image="python:3.11", command=["sh", "-c", script], args=[data.path])


@dsl.pipeline(name="handover")
def handover(size: int):
    read(data=write(size=size).outputs["data"])


@pytest.fixture
def server(own_server):
    # Environments without a package index.
    return own_server(env={"PENSTOCK_UV": str(ROOT / "tests/data/executor/fake-uv")})


def run(server, size):
    client = kfp.Client(host=server.api_url)
    run_id = client.create_run_from_pipeline_func(handover, arguments={"size": size},
                                                  enable_caching=False).run_id
    assert client.wait_for_run_completion(run_id, timeout=120, sleep_duration=0.2).state == "SUCCEEDED"
    tasks = requests.get(f"{server.api_url}/apis/v2beta1/tasks", params={"run_id": run_id}, timeout=10)
    return run_id, {task["name"]: task for task in tasks.json()["tasks"]}


def log_of(server, task):
    return requests.get(f"{server.api_url}/apis/v2beta1/tasks/{task['task_id']}/log", timeout=10).text


@pytest.mark.parametrize("size", [100_000, SIZE])
def test_what_one_task_wrote_is_what_all_read(server, size):
    _, tasks = run(server, size)
    log = log_of(server, tasks["read"])
    artifact = tasks["write"]["outputs"]["artifacts"][0]["artifacts"][0]
    bucket, key = artifact["uri"].removeprefix("minio://").split("/", 1)
    s3 = Minio(urllib.parse.urlsplit(server.s3_url).netloc, server.access_key, server.secret_key, secure=False)
    stored = s3.stat_object(bucket, key)
    body = s3.get_object(bucket, key).read()
    assert len(body) == size == stored.size == int(artifact["size"])
    assert hashlib.sha256(body).hexdigest() in log
    assert "names 2" in log, "it was copied"
    assert s3.get_object(bucket, key, offset=12_345, length=6_789).read() == body[12_345:19_134]
    etag = stored.etag.strip('"')
    assert etag == hashlib.md5(body).hexdigest() if size < 8 << 20 else etag.endswith("-3")


@dsl.container_component
def write_and_tell(socket_name: str, data: dsl.Output[dsl.Dataset]):
    script = """import os, socket, sys
os.makedirs(os.path.dirname(sys.argv[1]), exist_ok=True)
open(sys.argv[1], "w").write("as it was" * 100_000)
there = socket.socket(socket.AF_UNIX)
there.connect("\\0" + sys.argv[2])
socket.send_fds(there, [b"x"], [os.open(sys.argv[1], os.O_PATH), os.open(sys.argv[1], os.O_RDONLY)])
"""
    return dsl.ContainerSpec(image="python:3.11", command=["python3", "-c", script], args=[data.path, socket_name])


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_nobody_opens_an_output_again(server, tmp_path):
    """Whoever was sent a descriptor of an output while it was made, as another task may have been, cannot change it later."""

    @dsl.pipeline(name="told")
    def told(socket_name: str):
        read(data=write_and_tell(socket_name=socket_name).outputs["data"])

    name = f"test-{os.getpid()}-{tmp_path.name}"
    with socket.socket(socket.AF_UNIX) as here:
        here.bind("\0" + name)
        here.listen()
        here.settimeout(60)
        client = kfp.Client(host=server.api_url)
        run_id = client.create_run_from_pipeline_func(told, arguments={"socket_name": name},
                                                      enable_caching=False).run_id
        with here.accept()[0] as sender:
            _, held, _, _ = socket.recv_fds(sender, 1, 2)
    assert client.wait_for_run_completion(run_id, timeout=120, sleep_duration=0.2).state == "SUCCEEDED"
    listed = requests.get(f"{server.api_url}/apis/v2beta1/tasks", params={"run_id": run_id}, timeout=10).json()
    reader = next(task for task in listed["tasks"] if task["name"] == "read")
    assert "names 2" in log_of(server, reader), "it was copied"
    assert len(held) == 2
    for descriptor in held:
        # As a task is: root, without any of root's rights.
        tried = subprocess.run(["setpriv", "--bounding-set=-all", "--inh-caps=-all", "sh", "-c",
                                f"chmod 666 /proc/self/fd/{descriptor}; echo x >>/proc/self/fd/{descriptor}"],
                               pass_fds=held, capture_output=True, text=True)
        assert tried.returncode != 0 and "ermission denied" in tried.stderr, tried
        os.close(descriptor)


@dsl.container_component
def write_fast(size: int, data: dsl.Output[dsl.Dataset]):
    script = 'mkdir -p "$(dirname "$0")"; yes penstock | head -c "$1" >"$0"'
    return dsl.ContainerSpec(image="python:3.11", command=["sh", "-c", script], args=[data.path, size])


@dsl.pipeline(name="large")
def large(size: int):
    read(data=write_fast(size=size).outputs["data"])


def peak_memory(server):
    status = pathlib.Path(f"/proc/{server.process.pid}/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) << 10


@pytest.mark.parametrize("kind", ["encrypted", "drives"])
def test_where_files_cannot_be_shared_they_are_streamed(own_server, tmp_path, kind):
    """Encrypted stores and those on several drives copy: right, read-only, and never a whole file in memory."""
    drives = [word for i in range(4) for word in ("--drive", str(tmp_path / f"drive-{i}"))] if kind == "drives" else []
    server = own_server("data", *drives, env={"PENSTOCK_UV": str(ROOT / "tests/data/executor/fake-uv")})
    s3 = Minio(urllib.parse.urlsplit(server.s3_url).netloc, server.access_key, server.secret_key, secure=False)
    run(server, 10)
    if kind == "encrypted":
        s3.set_bucket_encryption("mlpipeline", SSEConfig(Rule.new_sse_s3_rule()))
    before = peak_memory(server)
    size = 400_000_000
    client = kfp.Client(host=server.api_url)
    run_id = client.create_run_from_pipeline_func(large, arguments={"size": size}, enable_caching=False).run_id
    assert client.wait_for_run_completion(run_id, timeout=240, sleep_duration=0.2).state == "SUCCEEDED"
    assert peak_memory(server) - before < size / 3
    listed = requests.get(f"{server.api_url}/apis/v2beta1/tasks", params={"run_id": run_id}, timeout=10).json()
    tasks = {task["name"]: task for task in listed["tasks"]}
    log = log_of(server, tasks["read"])
    assert hashlib.sha256((b"penstock\n" * (size // 9 + 1))[:size]).hexdigest() in log
    assert "names 1" in log, "it was not copied"
    artifact = tasks["write-fast"]["outputs"]["artifacts"][0]["artifacts"][0]
    bucket, key = artifact["uri"].removeprefix("minio://").split("/", 1)
    stored = s3.stat_object(bucket, key)
    assert stored.size == size == int(artifact["size"])
    if kind == "encrypted":
        assert {key.lower(): value for key, value in stored.metadata.items()}["x-amz-server-side-encryption"] == "AES256"
    part = s3.get_object(bucket, key, offset=size - 1000, length=1000).read()
    assert part == (b"penstock\n" * 120)[(size - 1000) % 9 :][:1000]


def test_a_killed_server_finishes_what_it_has_taken_over(own_server):
    """Digests of large outputs follow the end of the task: whenever the server dies, nothing is lost or run again."""
    environment = {"PENSTOCK_UV": str(ROOT / "tests/data/executor/fake-uv")}
    server = own_server(env=environment)
    run(server, 10)
    size = 600_000_000
    expected = hashlib.sha256((b"penstock\n" * (size // 9 + 1))[:size]).hexdigest()
    log = pathlib.Path(server.log)
    for _ in range(2):
        client = kfp.Client(host=server.api_url)
        run_id = client.create_run_from_pipeline_func(large, arguments={"size": size}, enable_caching=False).run_id
        deadline, done = time.monotonic() + 120, False
        while not done and time.monotonic() < deadline:
            listed = requests.get(f"{server.api_url}/apis/v2beta1/tasks", params={"run_id": run_id}, timeout=10).json()
            done = any(task["name"] == "write-fast" and task["state"] == "SUCCEEDED" for task in listed.get("tasks", []))
        assert done
        server.kill()
        server = own_server(env=environment)
        client = kfp.Client(host=server.api_url)
        assert client.wait_for_run_completion(run_id, timeout=120, sleep_duration=0.2).state == "SUCCEEDED"
        listed = requests.get(f"{server.api_url}/apis/v2beta1/tasks", params={"run_id": run_id}, timeout=10).json()
        tasks = {task["name"]: task for task in listed["tasks"]}
        assert len(tasks["write-fast"]["details"]["attempts"]) == 1, "it was run again"
        assert expected in log_of(server, tasks["read"])
        artifact = tasks["write-fast"]["outputs"]["artifacts"][0]["artifacts"][0]
        assert artifact["content"].startswith("etag:")
        bucket, key = artifact["uri"].removeprefix("minio://").split("/", 1)
        s3 = Minio(urllib.parse.urlsplit(server.s3_url).netloc, server.access_key, server.secret_key, secure=False)
        digest = hashlib.sha256()
        for piece in s3.get_object(bucket, key).stream(1 << 20):
            digest.update(piece)
        assert digest.hexdigest() == expected
        if "going on with files that an earlier process has taken over" in log.read_text():
            break


@dsl.container_component
def write_folder(size: int, data: dsl.Output[dsl.Model]):
    script = 'mkdir -p "$0/parts"; echo small >"$0/about"; for i in 1 2 3; do head -c "$1" /dev/zero >"$0/parts/$i"; done'
    return dsl.ContainerSpec(image="python:3.11", command=["sh", "-c", script], args=[data.path, size])


@dsl.container_component
def read_folder(data: dsl.Input[dsl.Model]):
    script = '(echo x >>"$0/parts/1") 2>/dev/null && exit 3; cat "$0/about"; stat -c "%n has %s names %h" "$0"/parts/*'
    return dsl.ContainerSpec(image="python:3.11", command=["sh", "-c", script], args=[data.path])


@dsl.pipeline(name="folders")
def folders(size: int):
    read_folder(data=write_folder(size=size).outputs["data"])


def test_a_folder_is_handed_over_before_its_digests_too(own_server):
    """Also with caching, where the cache has nothing; and a server that dies meanwhile goes on."""
    environment = {"PENSTOCK_UV": str(ROOT / "tests/data/executor/fake-uv")}
    server = own_server(env=environment)
    log = pathlib.Path(server.log)

    def tasks_of(run_id):
        listed = requests.get(f"{server.api_url}/apis/v2beta1/tasks", params={"run_id": run_id}, timeout=10).json()
        return {task["name"]: task for task in listed.get("tasks", []) if task["type"] != "ROOT"}

    def create(size):
        client = kfp.Client(host=server.api_url)
        return client.create_run_from_pipeline_func(folders, arguments={"size": size}, enable_caching=True).run_id

    def finish(run_id):
        client = kfp.Client(host=server.api_url)
        assert client.wait_for_run_completion(run_id, timeout=120, sleep_duration=0.2).state == "SUCCEEDED"
        return tasks_of(run_id)

    for size in (200_000_000, 200_000_001, 200_000_002):
        run_id = create(size)
        deadline, done = time.monotonic() + 120, False
        while not done and time.monotonic() < deadline:
            done = tasks_of(run_id).get("write-folder", {}).get("state") == "SUCCEEDED"
        server.kill()
        server = own_server(env=environment)
        tasks = finish(run_id)
        assert len(tasks["write-folder"]["details"]["attempts"]) == 1, "it was run again"
        read = log_of(server, tasks["read-folder"])
        assert "small" in read and read.count(f"has {size} names 2") == 3, read
        artifact = tasks["write-folder"]["outputs"]["artifacts"][0]["artifacts"][0]
        assert artifact["content"].startswith("sha256:")
        assert int(artifact["size"]) == 3 * size + 6
        if "going on with files that an earlier process has taken over" in log.read_text():
            break
    # The same again is in the cache, for both.
    assert all(task.get("cached") for task in finish(create(size)).values())


def test_environments_are_listed_locked_and_removed(server, own_server, tmp_path):
    def penstock(*words, fails=False):
        done = subprocess.run([BINARY, "environment", *words, "--server", server.api_url],
                              capture_output=True, text=True, timeout=60, check=False)
        assert (done.returncode != 0) == fails, done.stderr
        return done.stderr if fails else done.stdout

    run_id, tasks = run(server, 10)
    environment = tasks["read"]["details"]["environment"]
    assert environment in penstock("list")
    listed = json.loads(penstock("list", "--output", "json"))["environments"]
    assert [entry["environment_id"] for entry in listed] == [environment]
    assert listed[0]["packages"] == tasks["read"]["details"]["packages"]
    assert int(listed[0]["size_bytes"]) > 0

    lock = penstock("lock", run_id)
    assert lock.startswith("# penstock-lock {") and "--hash=" in lock
    for _ in range(50):
        removed = subprocess.run([BINARY, "environment", "remove", environment, "--server", server.api_url],
                                 capture_output=True, text=True, timeout=60, check=False)
        if removed.returncode == 0:
            break
        time.sleep(0.1)  # the task that has just ended lets go of it
    assert removed.returncode == 0, removed.stderr
    assert environment not in penstock("list")
    assert environment in penstock("remove", environment, fails=True)
    assert penstock("lock", run_id) == lock, "a lock outlives its environment"

    file = tmp_path / "lock.txt"
    file.write_text(lock)
    locked = own_server("locked", "--package-lock", str(file),
                        env={"PENSTOCK_UV": str(ROOT / "tests/data/executor/fake-uv")})
    _, again = run(locked, 10)
    assert again["read"]["details"]["environment"] != environment
    assert again["read"]["details"]["packages"] == tasks["read"]["details"]["packages"]
