"""Components that mean harm, on a real server, each in a Python of its own and forked by a warm interpreter."""

import os
import pathlib
import time

import kfp
import pytest
import requests
from kfp import compiler, dsl

from package_index import Index

MARK = f"mark-{os.getpid()}"


def component(function):
    return dsl.component(function, base_image="python:3.11", packages_to_install=["kfp"], install_kfp_package=False)


@component
def harmless():
    print("fine")


@component
def fork_bomb():
    import os, time
    made = 0
    try:
        while True:
            if os.fork() == 0:
                time.sleep(1000)
            made += 1
    except OSError as error:
        print("stopped after", made, error.strerror)


@component
def hog():
    print(len(bytearray(300 << 20)))


@component
def look_around():
    import os
    for name in ("metadata.db", "root-keys.json", "tasks/work", "tasks/logs", "store"):
        if os.path.exists("DATA/" + name):
            print("FOUND", name)
    # Nothing but the way to the task's own environment.
    for folder, names, files in os.walk("DATA"):
        if files or len(names) != 1:
            break
    if not folder.endswith("venv") and os.path.exists("DATA"):
        print("FOUND", folder, names, files)
    for pid in os.listdir("/proc"):
        if pid.isdigit() and int(pid) > 1 and "penstock" in open(f"/proc/{pid}/comm").read():
            print("FOUND process", pid)
    print("looked")


@component
def kill_all():
    import os, signal
    for pid in range(1, 5000):
        if pid not in (os.getpid(), os.getppid()):
            try:
                os.kill(pid, signal.SIGKILL)
                if pid != 1:  # the kernel keeps the first process of a sandbox
                    print("KILLED", pid)
            except OSError:
                pass
    print("still here")


@component
def fill_disk():
    for number in range(1000):
        with open(f"/tmp/{number}", "wb") as file:
            file.write(bytes(5 << 20))
            file.flush()


@component
def leave_daemon():
    import os, signal, time
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            for number in range(1, 65):
                try:
                    signal.signal(number, signal.SIG_IGN)
                except (OSError, ValueError):
                    pass
            os.execvp("sleep", ["MARK", "1000"])
        os._exit(0)
    time.sleep(0.3)


# (component, whether it succeeds, what its log or its error has, what these have not)
CASES = [
    (fork_bomb, True, "stopped after", ""),
    (hog, False, "killed: memory limit of 128 MiB reached", ""),
    (look_around, True, "looked", "FOUND"),
    (kill_all, True, "still here", "KILLED"),
    (fill_disk, False, "killed: disk limit of 50 MiB reached", ""),
    (leave_daemon, True, "", ""),
]


def processes_with(mark):
    found = []
    for entry in pathlib.Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and mark.encode() in (entry / "cmdline").read_bytes():
                found.append(entry.name)
        except OSError:
            pass
    return found


class Runner:
    def __init__(self, server):
        self.server = server
        self.client = kfp.Client(host=server.api_url)

    def run(self, made):
        """The state of the run, its task, and what that has said."""

        @dsl.pipeline(name=made.name)
        def alone():
            task = made()
            if made is hog:
                task.set_memory_limit("128Mi")

        file = self.server.data_dir.with_name(made.name + ".yaml")
        compiler.Compiler().compile(alone, str(file))
        text = file.read_text().replace("DATA", str(self.server.data_dir)).replace("MARK", MARK)
        file.write_text(text)
        run_id = self.client.create_run_from_pipeline_package(str(file), enable_caching=False).run_id
        state = self.client.wait_for_run_completion(run_id, timeout=120, sleep_duration=0.1).state
        tasks = requests.get(f"{self.server.api_url}/apis/v2beta1/tasks", params={"run_id": run_id}, timeout=10)
        task = next(task for task in tasks.json()["tasks"] if task["type"] != "ROOT")
        log = requests.get(f"{self.server.api_url}/apis/v2beta1/tasks/{task['task_id']}/log", timeout=10).text
        return state, task, log


@pytest.mark.parametrize("start", ["cold", "warm"])
def test_harm_is_contained(own_server, tmp_path, start):
    index = Index(tmp_path / "index")
    server = own_server("data", "--task-process-limit", "60", "--task-disk-limit", "50Mi",
                        *(["--warm", "off"] if start == "cold" else []),
                        env={"PIP_INDEX_URL": index.url, "PIP_FIND_LINKS": ""})
    runner = Runner(server)
    state, task, log = runner.run(harmless)
    assert state == "SUCCEEDED", log
    if task["details"]["sandbox"] == "none":
        pytest.skip("no sandboxes here")
    index.close()
    deadline = time.monotonic() + 60
    while start == "warm" and task["details"]["start"] == "cold":
        if time.monotonic() > deadline:
            pytest.skip("no interpreter is kept warm here")
        task = runner.run(harmless)[1]
    for made, succeeds, there, absent in CASES:
        state, task, log = runner.run(made)
        said = log + task.get("error", {}).get("message", "")
        assert (state == "SUCCEEDED") == succeeds, (made.name, said)
        assert task["details"]["start"] == start, made.name
        assert there in said and (not absent or absent not in said), (made.name, said)
        assert not processes_with(MARK), made.name
    # The server, and those that come after, have not noticed.
    state, task, log = runner.run(harmless)
    assert state == "SUCCEEDED" and "fine" in log
    assert server.process.poll() is None
