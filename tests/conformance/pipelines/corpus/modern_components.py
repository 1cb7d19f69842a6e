"""Kinds of components that only newer SDKs have: embedded assets, notebooks, literals."""

import pathlib
from typing import List

from kfp import dsl
from kfp.dsl import Dataset, Input, Output

from case import case, raw
from components import IMAGE, python, read, write

ASSETS = pathlib.Path(__file__).parent / "assets"


@dsl.component(base_image=IMAGE, embedded_artifact_path=str(ASSETS / "file.txt"))
def read_embedded(asset: dsl.EmbeddedInput[Dataset]) -> str:
    with open(asset.path) as f:
        return f.read()


@case(gives={"read-embedded": {"Output": "embedded text"}})
def an_embedded_file():
    read_embedded()


@dsl.component(base_image=IMAGE, embedded_artifact_path=str(ASSETS / "folder"))
def list_embedded(asset: dsl.EmbeddedInput[Dataset], between: str = "+") -> str:
    import pathlib
    return between.join(path.read_text() for path in sorted(pathlib.Path(asset.path).iterdir()))


@case(gives={"list-embedded": {"Output": "one+two"}, "list-embedded-2": {"Output": "one-two"}})
def an_embedded_folder():
    list_embedded()
    list_embedded(between="-")


@dsl.notebook_component(base_image=IMAGE, notebook_path=str(ASSETS / "shout.ipynb"))
def shout(text: str, heard: Output[Dataset]):
    dsl.run_notebook(text=text, place=heard.path)


@case(files={"shout": {"heard": "FROM A NOTEBOOK"}}, gives={"read": {"Output": "FROM A NOTEBOOK"}})
def a_notebook():
    read(data=shout(text="from a notebook").outputs["heard"])


LITERALS = """
components:
  comp-pick:
    executorLabel: exec-pick
    inputDefinitions:
      parameters: {size: {parameterType: STRING, literals: [small, big]}}
deploymentSpec:
  executors:
    exec-pick:
      container: {image: tools/any, command: [test, -n, "{{$.inputs.parameters['size']}}"]}
pipelineInfo: {name: literals}
root:
  dag:
    tasks:
      pick:
        componentRef: {name: comp-pick}
        inputs: {parameters: {size: {componentInputParameter: size}}}
  inputDefinitions:
    parameters: {size: {parameterType: STRING, literals: [small, big], defaultValue: small}}
schemaVersion: 2.1.0
"""
raw("literals", LITERALS, arguments={"size": "big"}, gets={"pick": {"size": "big"}})
raw("a_literal_by_default", LITERALS, gets={"pick": {"size": "small"}})
raw("a_literal_that_is_none_of_them", LITERALS, arguments={"size": "huge"},
    refused='Parameter .size. must be one of .*small.*big')


@python
def new_artifact(text: str) -> Dataset:
    from kfp import dsl
    made = dsl.Dataset(uri=dsl.get_uri("made"), metadata={"by": "hand"})
    with open(made.path, "w") as f:
        f.write(text)
    return made


@case(gives={"read": {"Output": "returned"}}, metadata={"new-artifact": {"Output": {"by": "hand"}}})
def artifacts_are_returned():
    read(data=new_artifact(text="returned").output)


@python
def lengths(data: Input[List[Dataset]]) -> List[int]:
    return [len(open(each.path).read()) for each in data]


@dsl.pipeline(name="measure")
def measure(data: Input[List[Dataset]]) -> List[int]:
    return lengths(data=data).output


@case(gives={"measure": {"Output": [1, 2]}})
def lists_of_artifacts_go_into_pipelines():
    with dsl.ParallelFor(["a", "bb"]) as text:
        each = write(text=text)
    measure(data=dsl.Collected(each.outputs["data"]))


# What target_image= compiles to: the image holds the module, the command is short.
CONTAINERIZED = """
components:
  comp-hello:
    executorLabel: exec-hello
    inputDefinitions: {parameters: {name: {parameterType: STRING}}}
    outputDefinitions: {parameters: {Output: {parameterType: STRING}}}
deploymentSpec:
  executors:
    exec-hello:
      container:
        image: tools/containerized:1
        command: [sh, -c]
        args:
        - |
          mkdir -p /tmp/kfp/outputs && printf 'hello %s' "$1" > /tmp/kfp/outputs/Output
        - --executor_input
        - "{{$.inputs.parameters['name']}}"
pipelineInfo: {name: containerized}
root:
  dag:
    tasks:
      hello:
        componentRef: {name: comp-hello}
        inputs: {parameters: {name: {runtimeValue: {constant: you}}}}
schemaVersion: 2.1.0
"""
raw("a_component_that_is_in_its_image", CONTAINERIZED, gives={"hello": {"Output": "hello you"}})
