"""How a pipeline of the corpus says what must come of it."""

import dataclasses
import typing

import kfp
from kfp import dsl

MODERN = tuple(int(part) for part in kfp.__version__.split(".")[:2]) >= (2, 15)
CASES = {}


@dataclasses.dataclass
class Case:
    """One pipeline and what is to be seen after it has run.

    Tasks are named by their path: "outer/inner" is in a nested pipeline or group, "loop/#1/work" in
    the second iteration of a loop, "" is the pipeline itself, "*" the compiler's number of a group.
    Only what is named is compared.
    """

    name: str
    function: typing.Callable | None = None
    package: str = ""  # the text of a compiled pipeline, instead of a function
    arguments: dict = dataclasses.field(default_factory=dict)
    state: str = "SUCCEEDED"
    outputs: dict = dataclasses.field(default_factory=dict)  # of the pipeline
    tasks: dict = dataclasses.field(default_factory=dict)  # path -> state; "-": never came to be
    gives: dict = dataclasses.field(default_factory=dict)  # path -> output parameters
    gets: dict = dataclasses.field(default_factory=dict)  # path -> input parameters
    files: dict = dataclasses.field(default_factory=dict)  # path -> artifact -> content or list
    metadata: dict = dataclasses.field(default_factory=dict)  # path -> artifact -> some metadata
    logs: dict = dataclasses.field(default_factory=dict)  # path -> a pattern
    error: str = ""  # a pattern: of the run, or of a task ...
    errors: dict = dataclasses.field(default_factory=dict)  # ... by path
    refused: str = ""  # a pattern: the run is answered 400 so
    attempts: dict = dataclasses.field(default_factory=dict)  # path -> how many
    notices: list = dataclasses.field(default_factory=list)  # patterns in what the run tells
    again: dict | None = None  # run once more with the cache on: path -> state
    config: typing.Callable | None = None  # gives the PipelineConfig

    def compiled_name(self):
        return self.name.replace("_", "-")

    def pipeline(self):
        more = {"pipeline_config": self.config()} if self.config else {}
        return dsl.pipeline(name=self.compiled_name(), **more)(self.function)


def case(modern=False, **expected):
    """Adds the function below as a pipeline. `modern`: only newer SDKs can compile it."""

    def add(function):
        if modern and not MODERN:
            return function
        name = function.__name__
        assert name not in CASES, f"two pipelines are called {name}"
        CASES[name] = Case(name=name, function=function, **expected)
        return function

    return add


def raw(name, package, **expected):
    """Adds a pipeline in its compiled form, for what no SDK writes."""
    assert name not in CASES, f"two pipelines are called {name}"
    CASES[name] = Case(name=name, package=package, **expected)
