"""Loops as only newer SDKs compile them, and some that none does."""

from typing import List

from kfp import dsl
from kfp.dsl import Dataset

from case import case, raw
from components import add, join, read, say, total, write


@dsl.pipeline(name="sum-of-a-loop")
def sum_of_a_loop(items: List[int], plus: int = 1) -> int:
    with dsl.ParallelFor(items) as item:
        each = add(a=item, b=plus)
    return total(values=dsl.Collected(each.output)).output


@case(gives={"sum-of-a-loop": {"Output": 13}, "add": {"Output": 15}})
def a_loop_in_a_pipeline_in_a_pipeline():
    inner = sum_of_a_loop(items=[1, 2], plus=5)
    add(a=inner.output, b=2)


@dsl.pipeline(name="plus-one")
def plus_one(items: List[int]) -> List[int]:
    with dsl.ParallelFor(items) as item:
        each = add(a=item, b=1)
    return dsl.Collected(each.output)


@case(gives={"for-loop-*/#1/add": {"Output": 13}})
def loop_over_what_was_collected():
    made = plus_one(items=[1, 2])
    with dsl.ParallelFor(made.output) as item:
        add(a=item, b=10)


@dsl.pipeline(name="write-all")
def write_all(texts: List[str]) -> List[Dataset]:
    with dsl.ParallelFor(texts) as text:
        each = write(text=text)
    return dsl.Collected(each.outputs["data"])


@case(gives={"for-loop-*/#0/read": {"Output": "p"}, "for-loop-*/#1/read": {"Output": "q"}},
      files={"write-all": {"Output": ["p", "q"]}})
def loop_over_artifacts():
    made = write_all(texts=["p", "q"])
    with dsl.ParallelFor(made.output) as data:
        read(data=data)


@case(gives={"join": {"Output": "pp qq"}})
def loop_over_artifacts_collected():
    made = write_all(texts=["pp", "qq"])
    with dsl.ParallelFor(made.output) as data:
        each = read(data=data)
    join(texts=dsl.Collected(each.output))


@case(tasks={"for-loop-*": "SUCCEEDED", "for-loop-*/#0": "-"})
def loop_over_no_artifacts():
    made = write_all(texts=[])
    with dsl.ParallelFor(made.output) as data:
        read(data=data)


@case(gives={"join": {"Output": "ace acf ade adf bce bcf bde bdf"}})
def three_loops_deep():
    with dsl.ParallelFor(["a", "b"]) as x:
        with dsl.ParallelFor(["c", "d"]) as y:
            with dsl.ParallelFor(["e", "f"]) as z:
                each = say(text=f"{x}{y}{z}")
    join(texts=dsl.Collected(each.output))


TEXT_LOOP = """
components:
  comp-echo:
    executorLabel: exec-echo
    inputDefinitions: {parameters: {item: {parameterType: NUMBER_INTEGER}}}
  comp-loop:
    dag:
      tasks:
        echo:
          componentRef: {name: comp-echo}
          inputs: {parameters: {item: {componentInputParameter: item}}}
    inputDefinitions:
      parameters: {items: {parameterType: STRING}, item: {parameterType: NUMBER_INTEGER}}
deploymentSpec:
  executors:
    exec-echo:
      container: {image: python:3.11, command: [echo], args: ["{{$.inputs.parameters['item']}}"]}
pipelineInfo: {name: text-loop}
root:
  dag:
    tasks:
      loop:
        componentRef: {name: comp-loop}
        inputs: {parameters: {items: {componentInputParameter: items}}}
        parameterIterator: {itemInput: item, items: {inputParameter: items}}
  inputDefinitions: {parameters: {items: {parameterType: STRING}}}
schemaVersion: 2.1.0
"""
raw("loop_over_the_text_of_a_list", TEXT_LOOP, arguments={"items": "[1, 2]"},
    gets={"loop/#1/echo": {"item": 2}}, logs={"loop/#1/echo": "2"})
raw("loop_over_what_is_no_list", TEXT_LOOP, arguments={"items": "no list"}, state="FAILED",
    tasks={"loop": "FAILED"}, errors={"loop": "items"})
raw("loop_items_of_the_wrong_type", TEXT_LOOP, arguments={"items": '[1, "x", 3]'}, state="FAILED",
    tasks={"loop/#0": "SUCCEEDED", "loop/#1": "FAILED", "loop/#2": "SUCCEEDED"},
    errors={"loop/#1": "item"})
