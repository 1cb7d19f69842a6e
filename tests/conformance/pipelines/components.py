"""Components that the pipelines are made of. All share one environment, which has kfp alone."""

import sys
from typing import Dict, List, NamedTuple

import yaml
from kfp import components, dsl
from kfp.dsl import (Artifact, ClassificationMetrics, Dataset, HTML, Input, Markdown, Metrics,
                     Model, Output)

from case import MODERN

IMAGE = f"python:{sys.version_info.major}.{sys.version_info.minor}"
python = dsl.component(base_image=IMAGE)
If = getattr(dsl, "If", None) or dsl.Condition  # kfp 2.0 knows the older name alone


@python
def half(number: float) -> float:
    return number / 2


@python
def is_long(text: str, limit: int = 3) -> bool:
    return len(text) > limit


@python
def numbers(n: int) -> List[int]:
    return list(range(n))


@python
def words(text: str) -> List[str]:
    return text.split()


@python
def rows(n: int) -> List[Dict[str, int]]:
    return [{"a": i, "b": i * i} for i in range(n)]


@python
def record(name: str, size: int) -> Dict[str, int]:
    return {name: size}


@python
def total(values: List[int]) -> int:
    assert all(type(value) is int for value in values), values
    return sum(values)


@python
def join(texts: List[str]) -> str:
    return " ".join(texts)


@python
def show(value: dict) -> str:
    import json
    return json.dumps(value, sort_keys=True)


@python
def show_list(value: list) -> str:
    import json
    return json.dumps(value)


@python
def pair(text: str) -> NamedTuple("Pair", [("first", str), ("size", int)]):
    return (text[:1], len(text))


@python
def write(text: str, data: Output[Dataset]):
    with open(data.path, "w") as f:
        f.write(text)
    data.metadata["length"] = len(text)


@python
def read(data: Input[Dataset]) -> str:
    with open(data.path) as f:
        return f.read()


@python
def read_any(thing: Input[Artifact]) -> str:
    with open(thing.path) as f:
        return f.read()


@python
def meta(thing: Input[Artifact]) -> str:
    import json
    return json.dumps({k: v for k, v in thing.metadata.items() if not k.startswith("_")},
                      sort_keys=True)


@python
def train(data: Input[Dataset], model: Output[Model], metrics: Output[Metrics], rate: float = 0.5):
    with open(data.path) as f, open(model.path, "w") as g:
        g.write(f.read().upper())
    model.framework = "none"
    metrics.log_metric("rate", rate)


@python
def reports(curve: Output[ClassificationMetrics], page: Output[HTML], text: Output[Markdown]):
    curve.log_roc_curve([0.0, 0.5, 1.0], [0.0, 0.8, 1.0], [1.0, 0.5, 0.0])
    curve.log_confusion_matrix(["cat", "dog"], [[5, 1], [2, 7]])
    with open(page.path, "w") as f:
        f.write("<h1>page</h1>")
    with open(text.path, "w") as f:
        f.write("# text")


@python
def final(status: dsl.PipelineTaskFinalStatus) -> str:
    return f"{status.pipeline_task_name}:{status.state}"


def shell(script, **more):
    """A container's command that runs the script; its arguments are $0, $1, …"""
    return dict(image=IMAGE, command=["sh", "-c", script], **more)


@dsl.container_component
def quick(text: str):
    """The cheapest task there is."""
    return dsl.ContainerSpec(image=IMAGE, command=["test", "-n"], args=[text])


@dsl.container_component
def echo(text: str, heard: dsl.OutputPath(str)):
    return dsl.ContainerSpec(**shell('mkdir -p "$(dirname "$1")"; printf %s "$0" >"$1"'),
                             args=[text, heard])


@dsl.container_component
def sleep(seconds: float):
    return dsl.ContainerSpec(image=IMAGE, command=["sleep"], args=[seconds])


@dsl.container_component
def leave(code: int):
    return dsl.ContainerSpec(**shell('echo leaving; exit "$0"'), args=[code])


@dsl.container_component
def variable(name: str, value: dsl.OutputPath(str)):
    return dsl.ContainerSpec(
        **shell('mkdir -p "$(dirname "$1")"; printenv "$0" | tr -d "\\n" >"$1"'),
        args=[name, value])


if MODERN:
    @python
    def say(text: str) -> str:
        print("said:", text)
        return text

    @python
    def count(text: str) -> int:
        return len(text)

    @python
    def add(a: int, b: int) -> int:
        assert isinstance(a, int) and isinstance(b, int), (type(a), type(b))
        return a + b

    @python
    def fail(text: str = "on purpose") -> str:
        raise RuntimeError(text)

else:
    # The same by the shell: importing kfp takes this generation seconds, and most tasks are these.
    def shell_component(name, inputs, output_type, script):
        return components.load_component_from_text(yaml.safe_dump({
            "name": name,
            "inputs": [{"name": key, "type": kind, **more} for key, kind, more in inputs],
            "outputs": [{"name": "Output", "type": output_type}],
            "implementation": {"container": {
                "image": IMAGE,
                "command": ["sh", "-c", f'mkdir -p "$(dirname "$0")"; {script}'],
                "args": [{"outputPath": "Output"}, *({"inputValue": key} for key, _, _ in inputs)],
            }},
        }))

    TEXT = ("text", "String", {})
    say = shell_component("say", [TEXT], "String", 'printf %s "$1" >"$0"')
    count = shell_component("count", [TEXT], "Integer", 'printf %s "${#1}" >"$0"')
    add = shell_component("add", [("a", "Integer", {}), ("b", "Integer", {})], "Integer",
                          'printf %s "$(($1 + $2))" >"$0"')
    fail = shell_component("fail", [("text", "String", {"default": "on purpose"})], "String",
                           'echo "$1" >&2; exit 1')
