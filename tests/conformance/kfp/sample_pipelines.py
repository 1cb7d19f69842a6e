"""Pipelines of shell commands: they need an interpreter's image by name, but no packages."""

import os
import sys

from kfp import dsl

# PENSTOCK_TEST_IMAGE: another Python than that of the tests.
IMAGE = os.environ.get("PENSTOCK_TEST_IMAGE", f"python:{sys.version_info.major}.{sys.version_info.minor}")


@dsl.container_component
def echo(text: str, heard: dsl.OutputPath(str)):
    script = 'echo "$0"; mkdir -p "$(dirname "$1")"; printf %s "$0" >"$1"'
    return dsl.ContainerSpec(image=IMAGE, command=["sh", "-c", script], args=[text, heard])


@dsl.container_component
def write(text: str, file: dsl.Output[dsl.Dataset]):
    script = 'mkdir -p "$(dirname "$1")"; printf %s "$0" >"$1"'
    return dsl.ContainerSpec(image=IMAGE, command=["sh", "-c", script], args=[text, file.path])


@dsl.container_component
def fail(text: str):
    return dsl.ContainerSpec(image=IMAGE, command=["sh", "-c", 'echo "$0" >&2; exit 3'],
                             args=[text])


@dsl.container_component
def wait(seconds: int):
    return dsl.ContainerSpec(image=IMAGE, command=["sleep"], args=[seconds])


@dsl.container_component
def lines(count: int):
    return dsl.ContainerSpec(image=IMAGE, command=["python3", "-c",
                                                   "import sys\nfor i in range(int(sys.argv[1])): "
                                                   "print('line', i)"], args=[count])


@dsl.container_component
def slow_lines():
    script = "for i in 1 2 3 4; do echo tick $i; sleep 0.7; done"
    return dsl.ContainerSpec(image=IMAGE, command=["sh", "-c", script])


@dsl.component(base_image=IMAGE)
def add(a: int, b: int) -> int:
    return a + b


@dsl.pipeline(name="echo")
def echo_pipeline(text: str = "hello"):
    first = echo(text=text)
    echo(text=first.outputs["heard"])


@dsl.pipeline(name="write")
def write_pipeline(text: str):
    write(text=text)


@dsl.pipeline(name="fail")
def fail_pipeline():
    fail(text="a reason to fail")


@dsl.pipeline(name="wait")
def wait_pipeline(seconds: int = 300):
    wait(seconds=seconds)


@dsl.pipeline(name="add")
def add_pipeline(a: int, b: int = 2) -> int:
    total = add(a=a, b=b)
    return add(a=total.output, b=1).output


@dsl.pipeline(name="lines")
def lines_pipeline(count: int):
    lines(count=count)


@dsl.pipeline(name="slow-lines")
def slow_lines_pipeline():
    slow_lines()
