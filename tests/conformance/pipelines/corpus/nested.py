"""Pipelines in pipelines: outputs, defaults and optional inputs at every level; .after."""

from typing import NamedTuple, Optional

from kfp import dsl
from kfp.dsl import Dataset, Input, Output

from case import case
from components import If, add, count, fail, python, quick, read, say, write


@dsl.pipeline(name="greet")
def greet(name: str = "nobody", greeting: str = "hello") -> str:
    return say(text=f"{greeting} {name}").output


@case(outputs={"Output": "hello world"}, gives={"greet": {"Output": "hello world"}},
      tasks={"greet/say": "SUCCEEDED"})
def a_pipeline_as_a_component() -> str:
    return greet(name="world").output


@case(gives={"greet/say": {"Output": "hello nobody"}})
def defaults_of_an_inner_pipeline():
    greet()


@case(gives={"greet/say": {"Output": "hello you"}})
def parameters_go_down(name: str = "you"):
    greet(name=name)


@case(gives={"say": {"Output": "hello a!"}, "greet-2/say": {"Output": "hello hello a!"}})
def outputs_go_from_pipeline_to_pipeline():
    first = greet(name="a")
    louder = say(text=f"{first.output}!")
    greet(name=louder.output)


@dsl.pipeline(name="middle")
def middle(name: str) -> str:
    return greet(name=f"{name} in the middle").output


@dsl.pipeline(name="outer")
def outer(name: str) -> str:
    return middle(name=f"{name} outside").output


@case(outputs={"Output": "hello x outside in the middle"},
      tasks={"outer/middle/greet/say": "SUCCEEDED"})
def four_levels(name: str = "x") -> str:
    return outer(name=name).output


@dsl.pipeline(name="facts")
def facts(text: str) -> NamedTuple("Facts", [("size", int), ("copy", str)]):
    size = count(text=text)
    copy = say(text=text)
    found = NamedTuple("Facts", [("size", int), ("copy", str)])
    return found(size=size.output, copy=copy.output)


@case(outputs={"Output": 8}, gives={"facts": {"size": 3, "copy": "abc"}})
def several_outputs_of_a_pipeline() -> int:
    found = facts(text="abc")
    return add(a=found.outputs["size"], b=5).output


@dsl.pipeline(name="make")
def make(text: str) -> Dataset:
    return write(text=text).outputs["data"]


@case(gives={"read": {"Output": "inner data"}}, files={"make": {"Output": "inner data"},
                                                      "": {"Output": "inner data"}})
def artifacts_come_out_of_a_pipeline() -> Dataset:
    made = make(text="inner data")
    read(data=made.output)
    return made.output


@dsl.pipeline(name="look")
def look(data: Input[Dataset]) -> str:
    return read(data=data).output


@case(gives={"look/read": {"Output": "handed down"}, "look": {"Output": "handed down"}})
def artifacts_go_into_a_pipeline():
    look(data=write(text="handed down").outputs["data"])


@python
def maybe(text: Optional[str] = None, other: str = "default") -> str:
    return f"{text} {other}"


@case(gives={"maybe": {"Output": "None default"}, "maybe-2": {"Output": "x y"}})
def optional_inputs():
    maybe()
    maybe(text="x", other="y")


@dsl.pipeline(name="maybe-inside")
def maybe_inside(text: Optional[str] = None, other: str = "inner"):
    maybe(text=text, other=other)


@case(gives={"maybe-inside/maybe": {"Output": "None inner"},
             "maybe-inside-2/maybe": {"Output": "t inner"}})
def optional_inputs_of_an_inner_pipeline():
    maybe_inside()
    maybe_inside(text="t")


@case(gives={"maybe-inside/maybe": {"Output": "None inner"}})
def optional_inputs_at_every_level(text: Optional[str] = None):
    maybe_inside(text=text)


@python
def read_maybe(data: Optional[Input[Dataset]] = None) -> str:
    return "nothing" if data is None else open(data.path).read()


@case(modern=True, gives={"read-maybe": {"Output": "nothing"}, "read-maybe-2": {"Output": "d"}})
def optional_artifacts():
    read_maybe()
    read_maybe(data=write(text="d").outputs["data"])


@dsl.pipeline(name="read-maybe-inside")
def read_maybe_inside(data: Optional[Input[Dataset]] = None):
    read_maybe(data=data)


@case(modern=True, gives={"read-maybe-inside/read-maybe": {"Output": "nothing"}})
def optional_artifacts_of_an_inner_pipeline():
    read_maybe_inside()


@dsl.pipeline(name="breaks")
def breaks():
    fail(text="deep down")


@case(state="FAILED", error="breaks.*fail", tasks={"breaks": "FAILED", "say": "NOT RUN"})
def an_inner_pipeline_fails():
    inner = breaks()
    say(text="after").after(inner)


@case(tasks={"greet/say": "SUCCEEDED", "say": "SUCCEEDED"})
def after_a_pipeline():
    say(text="after").after(greet())


@case(tasks={"quick": "SUCCEEDED", "quick-2": "SUCCEEDED", "quick-3": "SUCCEEDED"})
def after_several():
    first, second = quick(text="a"), quick(text="b")
    quick(text="c").after(first, second)


@case(state="FAILED", tasks={"fail": "FAILED", "quick": "NOT RUN", "quick-2": "SUCCEEDED",
                             "quick-3": "NOT RUN"})
def after_a_failure():
    broken = fail()
    next_one = quick(text="a").after(broken)
    quick(text="b")
    quick(text="c").after(next_one)


@case(tasks={"condition-1/greet/say": "SUCCEEDED"})
def a_pipeline_in_an_if(n: int = 1):
    with If(n == 1):
        greet()


@dsl.pipeline(name="decide")
def decide(n: int):
    with If(n == 1):
        quick(text="x")


@case(tasks={"decide/condition-1": "SUCCEEDED", "decide-2/condition-1": "SKIPPED"})
def an_if_in_a_pipeline():
    decide(n=1)
    decide(n=2)


@case(gives={"greet/say": {"Output": "a b"}, "greet-2/say": {"Output": "c nobody"}})
def the_same_pipeline_twice():
    greet(name="b", greeting="a")
    greet(greeting="c")


@case(tasks={"a-step": "-", "say": "SUCCEEDED"})
def display_names():
    say(text="x").set_display_name("a step")


@case(arguments={"n": 12}, outputs={"Output": 12})
def a_chain(n: int) -> int:
    last = add(a=0, b=1)
    for _ in range(11):
        last = add(a=last.output, b=1)
    return last.output


@case(outputs={"Output": "d"}, tasks={"say-4": "SUCCEEDED"})
def a_diamond() -> str:
    top = say(text="a")
    left = say(text=f"{top.output}b")
    right = say(text=f"{top.output}c")
    return say(text="d").after(left, right).output
