"""Tasks that a warm worker runs cannot tell, and nobody else can, but by the time they take."""

import difflib
import importlib.util
import os
import pathlib
import re
import time

import kfp
import pytest
import sample_pipelines
from kfp import dsl
from warm_cases import CASES

# All of them with PENSTOCK_WARM=whole, which `scripts/test warm` sets.
FEW = ["ok", "exception", "exit_text", "terminated", "interrupted", "group_terminated", "destructor",
       "open_file", "daemon_thread", "left_daemon", "environment", "program", "command_line",
       "main_module", "modules", "stack", "processes", "rights", "forbidden", "limits", "pool_fork"]
NAMES = list(CASES) if os.environ.get("PENSTOCK_WARM") == "whole" else FEW

HEAD = """
from kfp import dsl
import sample_pipelines
"""
COMPONENT = """
@dsl.component(base_image=sample_pipelines.IMAGE)
def case_{name}(a: int):
    {body}
"""
# Times, addresses, names that are drawn anew, and what differs from run to run on purpose.
VARIABLE = re.compile(
    r"0x[0-9a-f]+|\d\d:\d\d:\d\d[.,]?\d*|\d{4}-\d\d-\d\d|tmp\.\w{10}|/tmp/tmp\w{8}\b"
    r"|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
    r"|(?<=AWS_ACCESS_KEY_ID)\W+\w+|(?<=AWS_SECRET_ACCESS_KEY)\W+\w+|(?<=AWS_SESSION_TOKEN)\W+\w+"
    r"|http://127\.0\.0\.1:\d+")


def load_components(folder, names):
    path = folder / "cases_for_warm.py"
    path.write_text(HEAD + "".join(COMPONENT.format(name=name, body=CASES[name]) for name in names))
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def pipeline_of(module, names):
    @dsl.pipeline(name="looks-closely")
    def looks_closely():
        for name in names:
            getattr(module, "case_" + name)(a=1)
    return looks_closely


@dsl.component(base_image=sample_pipelines.IMAGE)
def first():
    print("ready")


@dsl.pipeline(name="first")
def first_pipeline():
    first()


class Side:
    """A server, and what tasks looked like on it."""

    def __init__(self, server, client, api):
        self.server, self.client, self.api = server, client, api

    def run(self, pipeline):
        created = self.client.create_run_from_pipeline_func(pipeline, arguments={},
                                                            enable_caching=False)
        run = self.client.wait_for_run_completion(created.run_id, timeout=600, sleep_duration=0.1)
        tasks = self.api.get("/tasks", run_id=run.run_id, page_size=200).json()["tasks"]
        return {task["name"]: self.look(run.run_id, task) for task in tasks if task.get("details")}

    def look(self, run_id, task):
        log = (self.server.data_dir / "tasks" / "logs" / run_id / f"{task['task_id']}-0.log").read_text(
            errors="replace").replace(str(self.server.data_dir), "DATA")
        lines = [line.partition(" ")[2] for line in log.splitlines()]
        # The first is about the environment; what the server stores of the end comes last.
        return {"start": task["details"].get("start"), "state": task["state"],
                "error": VARIABLE.sub("#", task.get("error", {}).get("message", "").replace(
                    str(self.server.data_dir), "DATA")),
                "log": [VARIABLE.sub("#", line) for line in lines]}

    def warm_up(self):
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline:
            if self.run(first_pipeline)["first"]["start"] == "warm":
                return True
            time.sleep(0.5)
        return False


@pytest.fixture(scope="module")
def sides(session_server, data_folder, api):
    made = []
    for warm in ("off", "auto"):
        server = session_server(data_folder / ("warm-" + warm) / "data", "--warm", warm,
                                "--task-process-limit", "500")
        made.append(Side(server, kfp.Client(host=server.api_url), type(api)(server.api_url)))
    yield made
    for side in made:
        assert side.server.stop() == 0


@pytest.fixture(scope="module")
def looks(sides, tmp_path_factory):
    cold, warm = sides
    if not warm.warm_up():
        pytest.skip("no interpreter is kept warm here: " + warm.server.log.read_text()[-500:])
    cold.run(first_pipeline)
    module = load_components(tmp_path_factory.mktemp("cases"), NAMES)
    found = []
    for side in sides:
        if side is warm:
            assert warm.warm_up()  # its worker may have gone while the other side took its time
        seen = {}
        for start in range(0, len(NAMES), 20):
            seen.update(side.run(pipeline_of(module, NAMES[start:start + 20])))
        found.append(seen)
    return found


@pytest.mark.parametrize("name", NAMES)
def test_a_component_sees_and_shows_the_same(looks, name):
    cold, warm = (side["case-" + name.replace("_", "-")] for side in looks)
    assert (cold.pop("start"), warm.pop("start")) == ("cold", "warm")
    difference = list(difflib.unified_diff(cold["log"], warm["log"], "cold", "warm", lineterm="", n=0))
    assert not difference, "\n".join(line[:500] for line in difference[:20])
    assert cold == warm


# A task that tries to reach the worker, what it forks later, and what others have.
REACH = """import os
    seen = [p for p in os.listdir('/proc') if p.isdigit() and int(p) not in (1, 2, os.getpid())]
    print('others', seen)
    for pid in (1, 2):
        for name in ('mem', 'environ', 'maps'):
            try: print(pid, name, len(open('/proc/%d/%s' % (pid, name), 'rb').read(10)))
            except OSError as e: print(pid, name, 'refused')
    import ctypes
    libc = ctypes.CDLL(None)
    print('trace', [libc.ptrace(16, pid, 0, 0) for pid in (1,)])
    print('setns', libc.setns(os.open('/proc/self/ns/mnt', 0), 0), 'unshare', libc.unshare(0x10000000))
    for path in (DATA, '/root', '/var', '/etc/shadow'):
        try: print(path, os.listdir(path) if os.path.isdir(path) else open(path).read(1))
        except OSError as e: print(path, 'refused')
    import kfp, json
    kfp.dsl.executor_main = 'spoilt'; json.spoilt = 1; os.environ['SPOILT'] = '1'
    open(kfp.__file__, 'a').write('\\nraise SystemExit(9)\\n')
    open('/tmp/left', 'w').write('x')
    import gc; gc.collect()
    for f in range(3, 64):
        try: os.write(f, b'x' * 40)
        except OSError: pass
    print('end')"""


def test_a_hostile_task_reaches_neither_its_worker_nor_the_next_task(sides, tmp_path_factory):
    warm = sides[1]
    if not warm.warm_up():
        pytest.skip("no interpreter is kept warm here")
    CASES["reach"] = REACH.replace("DATA", repr(str(warm.server.data_dir)))
    CASES["after"] = ("import os, json; print(json.dumps(1), hasattr(json, 'spoilt'), 'SPOILT' in os.environ, os.listdir('/tmp')); "
                      "import kfp; print('SystemExit' in open(kfp.__file__).read())")
    module = load_components(tmp_path_factory.mktemp("hostile"), ["reach", "after"])
    reach = warm.run(pipeline_of(module, ["reach"]))["case-reach"]
    log = "\n".join(reach["log"])
    assert reach["start"] == "warm"
    assert "others []" in log and "end" in log, log
    assert "1 mem refused" in log and "1 environ refused" in log and "1 maps refused" in log, log
    assert "trace [-1]" in log and "setns -1 unshare -1" in log, log
    assert "/etc/shadow refused" in log, log
    # Only the folders on the way to what it may see.
    assert re.search(r"DATA (refused|\['tasks'\])$", log, re.MULTILINE), log
    assert "metadata.db" not in log, log
    after = warm.run(pipeline_of(module, ["after"]))["case-after"]
    assert after["start"] == "warm" and after["state"] == "SUCCEEDED"
    assert any(re.fullmatch(r"1 False False \['#?.*'kfp'.*|1 False False \[.*", line) and "left" not in line
               for line in after["log"]), after["log"]
    assert "False" in after["log"], after["log"]


def test_limits_hold_in_a_warm_task(sides, tmp_path_factory):
    warm = sides[1]
    if not warm.warm_up():
        pytest.skip("no interpreter is kept warm here")
    CASES["hog"] = "x = bytearray(500 << 20); print('took it')"
    CASES["bomb"] = ("import os, time\n    n = 0\n    try:\n        while True:\n"
                     "            if not os.fork(): time.sleep(60); os._exit(0)\n            n += 1\n"
                     "    except OSError: print('stopped', 300 < n < 500)")
    module = load_components(tmp_path_factory.mktemp("limits"), ["hog", "bomb"])

    @dsl.pipeline(name="limits-of-warm-tasks")
    def limited():
        module.case_hog(a=1).set_memory_limit("64Mi")
        module.case_bomb(a=1)

    found = warm.run(limited)
    hog, bomb = found["case-hog"], found["case-bomb"]
    assert hog["start"] == bomb["start"] == "warm"
    assert hog["state"] == "FAILED" and "killed: memory limit of 64 MiB reached" in hog["error"], hog
    assert bomb["state"] == "SUCCEEDED" and "stopped True" in bomb["log"], bomb


def workers_of(server):
    """The processes of its warm workers, by what they run."""
    found = []
    for entry in os.listdir("/proc"):
        try:
            with open(f"/proc/{entry}/status") as file:
                user = re.search(r"Uid:\s+(\d+)", file.read())[1]
            with open(f"/proc/{entry}/cmdline") as file:
                if "executor_main" in file.read() and int(user) >= 1879048192:
                    with open(f"/proc/{entry}/mountinfo") as mounts:
                        if str(server.data_dir) in mounts.read():
                            found.append(int(entry))
        except (OSError, TypeError):
            pass
    return found


def groups_of_waiting(server):
    """The control groups of sandboxes that wait for a task which has not come, in every hierarchy."""
    found = set()
    for entry in filter(str.isdigit, os.listdir("/proc")):
        try:
            lines = pathlib.Path(f"/proc/{entry}/cgroup").read_text().splitlines()
            mounts = pathlib.Path(f"/proc/{entry}/mountinfo").read_text()
        except OSError:
            continue
        for _, controllers, path in (line.split(":", 2) for line in lines):
            if "/task-ready-" in path and str(server.data_dir) in mounts:
                found.add(pathlib.Path("/sys/fs/cgroup", controllers, path.lstrip("/")))
    return found


@pytest.mark.parametrize("end", ["killed", "stopped"])
def test_a_server_that_ends_leaves_no_worker_and_nothing_that_waits(session_server, data_folder, api, end):
    data = data_folder / end / "data"
    server = session_server(data, "--warm", "auto")
    side = Side(server, kfp.Client(host=server.api_url), type(api)(server.api_url))
    if not side.warm_up():
        server.kill()
        pytest.skip("no interpreter is kept warm here")
    assert workers_of(server)
    if data.resolve().is_relative_to("/tmp"):
        server.kill()
        pytest.skip("below /tmp, of which every task has one of its own, no sandbox waits")
    for _ in range(20):
        groups = groups_of_waiting(server)
        if groups:
            break
        side.run(first_pipeline)
        time.sleep(0.3)
    assert groups and all(group.is_dir() for group in groups)
    if end == "killed":
        server.kill()
    else:
        assert server.stop() == 0
    deadline = time.monotonic() + 10
    while (workers_of(server) or groups_of_waiting(server)) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not workers_of(server) and not groups_of_waiting(server)
    if end == "killed":  # its groups and folders go at the next start
        again = session_server(data, "--warm", "auto")
        work = os.listdir(again.data_dir / "tasks" / "work")
        assert again.stop() == 0
        assert not [name for name in work if name != "probe"], work
    assert not [group for group in groups if group.exists()]
    assert not os.listdir(server.data_dir / "tasks" / "work")
