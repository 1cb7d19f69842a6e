"""Tasks in containers, with real daemons of Docker and containerd and images that are made here."""

import importlib.util
import pathlib
import subprocess
import sys
import time

import pytest
import requests
from kfp import dsl, kubernetes

TOOLS = "tests/tools:1"


@dsl.container_component
def write(text: str, data: dsl.Output[dsl.Dataset], length: dsl.OutputPath(int)):
    script = 'printf "%s" "$0" > "$1" && printf "%s" "$0" | wc -c > "$2" && echo wrote "$0"'
    return dsl.ContainerSpec(TOOLS, ["sh", "-c", script], [text, data.path, length])


@dsl.container_component
def read(data: dsl.Input[dsl.Dataset], said: dsl.OutputPath(str)):
    script = ('cat "$0" > "$1"; if echo more >> "$0"; then echo written; else echo read-only; fi; '
              'id; env; hostname; cat /etc/hosts')
    return dsl.ContainerSpec(TOOLS, ["sh", "-c", script], [data.path, said])


@dsl.container_component
def shell(script: str):
    return dsl.ContainerSpec(TOOLS, ["sh", "-c"], [script])


@dsl.pipeline
def hand_over(text: str):
    written = write(text=text)
    read(data=written.outputs["data"])


@dsl.pipeline
def one_shell(script: str):
    shell(script=script)


def no_containers(daemon):
    deadline = time.monotonic() + 30
    while daemon.containers():
        assert time.monotonic() < deadline, daemon.containers()
        time.sleep(0.2)


def wait_for_container(daemon):
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        running = [found for found in daemon.containers() if found["State"] == "running"]
        if running:
            return running[0]
        time.sleep(0.1)
    raise AssertionError("no container runs")


def test_outputs_are_collected_and_inputs_are_read_only(daemon, runs):
    run = runs.run(hand_over, text="across")
    assert run["state"] == "SUCCEEDED", run
    writer, reader = runs.task(run, "write"), runs.task(run, "read")
    assert "wrote across" in runs.log(writer)
    log = runs.log(reader)
    assert " read-only\n" in log and " written\n" not in log
    assert "uid=0" in log and "KFP_POD_NAME=" in log and "AWS_SESSION_TOKEN=" in log
    assert "host.docker.internal" in log
    no_containers(daemon)


def test_what_an_image_runs_by_itself(daemon, runs):
    @dsl.container_component
    def defaults():
        return dsl.ContainerSpec("tests/speaks:1")

    @dsl.container_component
    def arguments():
        return dsl.ContainerSpec("tests/speaks:1", args=["given"])

    @dsl.container_component
    def command():
        return dsl.ContainerSpec("tests/speaks:1", command=["sh", "-c", "pwd; id -u; env"])

    @dsl.pipeline
    def all_three():
        defaults()
        arguments()
        command()

    run = runs.run(all_three)
    assert run["state"] == "SUCCEEDED", run
    assert "entry default\n" in runs.log(runs.task(run, "defaults"))
    log = runs.log(runs.task(run, "arguments"))
    assert "entry given\n" in log and "default" not in log
    log = runs.log(runs.task(run, "command"))
    for line in ("/some/where\n", " 1234\n", "OF_IMAGE=yes\n"):
        assert line in log


def test_a_user_of_the_image_writes_outputs(runs):
    @dsl.container_component
    def as_user(data: dsl.Output[dsl.Dataset], word: dsl.OutputPath(str)):
        return dsl.ContainerSpec("tests/speaks:1", ["sh", "-c", 'echo a > "$0"; echo b > "$1"'],
                                 [data.path, word])

    @dsl.container_component
    def reads_as_user(data: dsl.Input[dsl.Dataset]):
        return dsl.ContainerSpec("tests/speaks:1", ["cat"], [data.path])

    @dsl.pipeline
    def writes():
        written = as_user()
        read(data=written.outputs["data"])
        reads_as_user(data=written.outputs["data"])

    assert runs.run(writes)["state"] == "SUCCEEDED"


@pytest.mark.parametrize("script, expected", [
    ("echo about to fail; exit 7", ["exit code 7", "about to fail"]),
    ("nosuchprogram", ["exit code 127"]),
    ("sh -c 'kill -9 $$'; exit $?", ["exit code 137"])])
def test_failures_say_why(daemon, runs, script, expected):
    run = runs.run(one_shell, script=script)
    assert run["state"] == "FAILED"
    message = str(runs.task(run, "shell"))
    assert all(text in message for text in expected), message
    no_containers(daemon)


def test_a_command_that_is_not_there(daemon, runs):
    @dsl.container_component
    def absent():
        return dsl.ContainerSpec(TOOLS, ["/no/such/program"])

    @dsl.pipeline
    def runs_it():
        absent()

    run = runs.run(runs_it)
    assert run["state"] == "FAILED"
    assert "/no/such/program" in str(runs.task(run, "absent"))
    no_containers(daemon)


def test_memory_has_a_limit(runs):
    @dsl.pipeline
    def greedy():
        # tail keeps all that has no end of line.
        task = shell(script="head -c 300000000 /dev/zero | tail -c 200000000 > /dev/null")
        task.set_memory_limit("32M")
        task.set_cpu_limit("1")

    run = runs.run(greedy)
    assert run["state"] == "FAILED"
    message = str(runs.task(run, "shell"))
    assert "OOMKilled" in message and "32M" in message, message


def test_what_a_container_uses_is_recorded_and_shown_meanwhile(daemon, runs):
    @dsl.pipeline
    def busy():
        # Forty million bytes kept for two seconds, and half a second of work before.
        shell(script="end=$(($(date +%s) + 2)); while [ $(date +%s) -lt $end ]; do :; done; "
                     "head -c 40000000 /dev/zero | tail -c 40000000 | (sleep 2; cat > /dev/null)")

    run_id = runs.start(busy)
    wait_for_container(daemon)
    live, deadline = None, time.monotonic() + 20
    while live is None and time.monotonic() < deadline:
        task = runs.task(runs.get(run_id), "shell")
        live = runs.details(task).get("profile")
        time.sleep(0.1)
    assert live and live["samples"], "nothing is shown while it runs"
    run = runs.end(run_id)
    assert run["state"] == "SUCCEEDED", run
    profile = runs.details(runs.task(run, "shell"))["profile"]
    assert profile["source"] == "cgroup"
    assert len(profile["samples"]) >= 5
    assert profile["cpu_seconds"] > 0.2
    assert 40e6 < profile["peak_memory_bytes"] < 400e6
    times = [sample["ms"] for sample in profile["samples"]]
    assert times == sorted(times) and times[-1] > 1000


def test_a_time_out_ends_the_container(daemon, runs):
    @dsl.pipeline
    def slow():
        kubernetes.set_timeout(shell(script="echo begun; sleep 600"), 2)

    begun = time.monotonic()
    run = runs.run(slow)
    assert time.monotonic() - begun < 60
    assert run["state"] == "FAILED"
    assert "timed out after 2 s" in str(runs.task(run, "shell"))
    no_containers(daemon)


def test_cancelling_kills_and_the_log_is_live(daemon, runs):
    run_id = runs.start(one_shell, script="echo first; sleep 600")
    container = wait_for_container(daemon)
    deadline = time.monotonic() + 60
    while "first" not in runs.log(runs.task(runs.get(run_id), "shell")):
        assert time.monotonic() < deadline
        time.sleep(0.2)
    daemon.check_confined(container)
    runs.client.terminate_run(run_id)
    no_containers(daemon)
    deadline = time.monotonic() + 60
    while runs.get(run_id)["state"] in ("RUNNING", "CANCELING"):
        assert time.monotonic() < deadline
        time.sleep(0.2)


def test_an_image_that_cannot_be_had(runs):
    @dsl.container_component
    def absent():
        return dsl.ContainerSpec("registry.invalid/no/such:1", ["true"])

    @dsl.container_component
    def never():
        return dsl.ContainerSpec("no/such/image:1", ["true"])

    @dsl.pipeline
    def runs_it():
        absent()
        kubernetes.set_image_pull_policy(never(), "Never")

    run = runs.run(runs_it)
    assert run["state"] == "FAILED"
    message = str(runs.task(run, "absent"))
    assert "cannot be pulled" in message and "--image" in message, message
    assert "pull policy is Never" in str(runs.task(run, "never"))
    assert "pulling image registry.invalid/no/such:1" in runs.log(runs.task(run, "absent"))


def test_a_python_component_in_an_image_of_its_own(python_image, runs):
    @dsl.component(base_image=python_image)
    def count(words: list, counted: dsl.Output[dsl.Dataset]) -> int:
        with open(counted.path, "w", encoding="utf-8") as file:
            file.write("\n".join(words))
        print("counting in a container")
        return len(words)

    @dsl.component(base_image=python_image)
    def check(data: dsl.Input[dsl.Dataset], number: int):
        import os
        assert os.path.exists("/opt/site/kfp")
        with open(data.path, encoding="utf-8") as file:
            assert len(file.read().split()) == number

    @dsl.pipeline
    def counts():
        counted = count(words=["a", "b", "c"])
        check(data=counted.outputs["counted"], number=counted.outputs["Output"])

    run = runs.run(counts)
    assert run["state"] == "SUCCEEDED", (run, runs.log(runs.task(run, "count")))
    assert "counting in a container" in runs.log(runs.task(run, "count"))


# A component with a module beside it, for an image that is built of its folder.
BUILT = {
    "arithmetic.py": "def add_numbers(a, b):\n    return a + b\n",
    "steps.py": """from kfp import dsl

@dsl.component(base_image="{base}", target_image="tests/built:1")
def add(a: int, b: int, words: dsl.Output[dsl.Dataset]) -> int:
    import os
    from arithmetic import add_numbers
    with open(words.path, "w") as file:
        file.write("added in " + os.getcwd())
    return add_numbers(a, b)
""",
}


def test_a_containerized_component_is_built_and_run(daemon, python_image, runs, tmp_path):
    if not hasattr(daemon, "build"):
        pytest.skip("containerd builds no images")
    for name, text in BUILT.items():
        (tmp_path / name).write_text(text.replace("{base}", python_image))
    # What the SDK hands over to Docker's own client, which is handed over here instead.
    subprocess.run([pathlib.Path(sys.executable).with_name("kfp"), "component", "build", tmp_path,
                    "--component-filepattern", "steps.py", "--no-build-image", "--no-push-image"],
                   check=True, capture_output=True, timeout=120)
    daemon.build("tests/built:1", tmp_path)
    spec = importlib.util.spec_from_file_location("steps", tmp_path / "steps.py")
    steps = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(steps)

    @dsl.pipeline
    def adds(x: int = 2, y: int = 3) -> int:
        first = steps.add(a=x, b=y)
        return steps.add(a=first.outputs["Output"], b=x).outputs["Output"]

    run = runs.run(adds)
    assert run["state"] == "SUCCEEDED", runs.log(runs.task(run, "add"))
    api = f"{runs.server.api_url}/apis/v2beta1"
    first, second = (requests.get(f"{api}/tasks/{runs.task(run, name)['task_id']}", timeout=30).json()
                     for name in ("add", "add-2"))
    assert [task["outputs"]["parameters"][0]["value"] for task in (first, second)] == [5, 7]
    words, = second["outputs"]["artifacts"]
    content = requests.get(f"{api}/artifacts/{words['artifacts'][0]['artifact_id']}:download", timeout=30)
    assert content.text == "added in /usr/local/src/kfp/components"


def test_a_killed_server_leaves_no_container_behind(daemon, own_server, runs_on):
    killed = own_server("data", *daemon.options, env=daemon.environment)
    run_id = runs_on(killed).start(one_shell, script="sleep 600")
    left = wait_for_container(daemon)
    killed.kill()
    assert left["Id"] in [found["Id"] for found in daemon.containers()]
    again = own_server("data", *daemon.options, env=daemon.environment)
    deadline = time.monotonic() + 60
    while left["Id"] in [found["Id"] for found in daemon.containers()]:
        assert time.monotonic() < deadline
        time.sleep(0.2)
    wait_for_container(daemon)  # the task is run again
    assert runs_on(again).get(run_id)["state"] == "RUNNING"
    assert again.stop() == 0
    no_containers(daemon)


def test_without_an_engine_the_run_is_refused(own_server, runs_on, tmp_path):
    for name, options, missing in (
            ("off", ["--containers", "off"], "--image"),
            ("none", [], "install Docker")):
        server = own_server(name, *options, env={"DOCKER_HOST": f"unix://{tmp_path}/no.sock",
                                                   "CONTAINERD_ADDRESS": f"{tmp_path}/no.sock"})
        with pytest.raises(Exception) as refused:
            runs_on(server).start(one_shell, script="true")
        assert TOOLS in str(refused.value) and missing in str(refused.value)
        assert server.stop() == 0
