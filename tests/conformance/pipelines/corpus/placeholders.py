"""Every placeholder, in commands, arguments, constants and environment; Concat and IfPresent."""

import re
from typing import Optional

from kfp import dsl
from kfp.dsl import Dataset, Input, Model, Output

from case import case
from components import IMAGE, echo, python, shell, variable, write

UUID = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
TIME = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"


@case(gives={
    "echo": {"heard": "run of about_the_run"},
    "echo-2": {"heard": re.compile("about-the-run-.+")},
    "echo-3": {"heard": re.compile(UUID)},
    "echo-4": {"heard": "echo-4"},
    "echo-5": {"heard": re.compile(UUID)},
    "echo-6": {"heard": re.compile(TIME)},
    "echo-7": {"heard": re.compile(TIME)}})
def about_the_run():
    echo(text=dsl.PIPELINE_JOB_NAME_PLACEHOLDER)
    echo(text=dsl.PIPELINE_JOB_RESOURCE_NAME_PLACEHOLDER)
    echo(text=dsl.PIPELINE_JOB_ID_PLACEHOLDER)
    echo(text=dsl.PIPELINE_TASK_NAME_PLACEHOLDER)
    echo(text=dsl.PIPELINE_TASK_ID_PLACEHOLDER)
    echo(text=dsl.PIPELINE_JOB_CREATE_TIME_UTC_PLACEHOLDER)
    echo(text=dsl.PIPELINE_JOB_SCHEDULE_TIME_UTC_PLACEHOLDER)


@case(gives={"echo": {"heard": re.compile(f"in {UUID} at {TIME}")}})
def about_the_run_inside_a_text():
    echo(text=f"in {dsl.PIPELINE_JOB_ID_PLACEHOLDER} at "
              f"{dsl.PIPELINE_JOB_CREATE_TIME_UTC_PLACEHOLDER}")


@case(gives={"echo": {"heard": re.compile(
    f"minio://mlpipeline/v2/artifacts/about-the-root/{UUID}")}})
def about_the_root():
    echo(text="{{$.pipeline_root}}")


@case(gives={"variable": {"value": re.compile(f"run {UUID}")}})
def in_the_environment():
    variable(name="RUN").set_env_variable("RUN", f"run {dsl.PIPELINE_JOB_ID_PLACEHOLDER}")


@dsl.container_component
def paths(data: Input[Dataset], model: Output[Model], said: dsl.OutputPath(str)):
    script = 'mkdir -p "$(dirname "$0")"; shift 0; printf "%s\\n" "$@" >"$0"'
    return dsl.ContainerSpec(**shell(script), args=[
        said, data.uri, data.path, model.uri, model.path])


ROOT = f"mlpipeline/v2/artifacts/of-artifacts/{UUID}"


@case(gives={"paths": {"said": re.compile(
    f"minio://{ROOT}/write/{UUID}/data\n/minio/{ROOT}/write/{UUID}/data\n"
    f"minio://{ROOT}/paths/{UUID}/model\n/minio/{ROOT}/paths/{UUID}/model\n")}})
def of_artifacts():
    paths(data=write(text="x").outputs["data"])


@dsl.container_component
def whole_input(text: str, said: dsl.OutputPath(str)):
    script = 'mkdir -p "$(dirname "$0")"; printf "%s" "$1" >"$0"'
    return dsl.ContainerSpec(**shell(script), args=[
        said, "{{$}}"])


@case(gives={"whole-input": {"said": re.compile(
    r'\{"inputs":\{"parameterValues":\{"text":"x"\}\},"outputs":\{"outputFile":"/minio/.*'
    r'/output_metadata.json","parameters":\{"said":\{"outputFile":"/tmp/kfp/outputs/said"\}\}'
    r'\}\}')}})
def of_the_whole_input():
    whole_input(text="x")


@dsl.container_component
def output_file(text: str):
    script = ('mkdir -p "$(dirname "$0")"; printf "%s" "{\\"parameterValues\\":{\\"Output\\":'
              '\\"$1\\"}}" >"$0"; echo "$0"')
    return dsl.ContainerSpec(**shell(script), args=[
        "{{$.outputs.output_file}}", text])


@case(logs={"output-file": "/minio/.*/output_metadata.json"})
def of_the_output_file():
    output_file(text="x")


@dsl.container_component
def joined(a: str, b: int, said: dsl.OutputPath(str)):
    script = 'mkdir -p "$(dirname "$0")"; printf "%s|" "$@" >"$0"'
    return dsl.ContainerSpec(**shell(script), args=[
        said, dsl.ConcatPlaceholder(["--a=", a, ",b=", b]), dsl.ConcatPlaceholder([a, a])])


@case(gives={"joined": {"said": "--a=x,b=2|xx|"}})
def concat():
    joined(a="x", b=2)


@dsl.container_component
def if_given(said: dsl.OutputPath(str), text: Optional[str] = None):
    script = 'mkdir -p "$(dirname "$0")"; printf "%s|" "$@" >"$0"'
    return dsl.ContainerSpec(**shell(script), args=[
        said, "first",
        dsl.IfPresentPlaceholder(input_name="text", then=["--text", text], else_=["none", "given"]),
        dsl.IfPresentPlaceholder(input_name="text", then=dsl.ConcatPlaceholder(["t=", text])),
        "last"])


@case(gives={"if-given": {"said": "first|none|given|last|"},
             "if-given-2": {"said": "first|--text|x|t=x|last|"}})
def if_present():
    if_given()
    if_given(text="x")


@dsl.container_component
def twice_in_a_word(text: str, said: dsl.OutputPath(str)):
    return dsl.ContainerSpec(image=IMAGE, command=[
        "sh", "-c", f'mkdir -p "$(dirname "{said}")"; echo -n "{text} and {text}" > {said}'])


@case(gives={"twice-in-a-word": {"said": "x and x"}})
def inside_words():
    twice_in_a_word(text="x")


@dsl.container_component
def defaults(said: dsl.OutputPath(str), a: str = "the default", b: int = 7):
    script = 'mkdir -p "$(dirname "$0")"; printf "%s|" "$@" >"$0"'
    return dsl.ContainerSpec(**shell(script), args=[said, a, b])


@case(gives={"defaults": {"said": "the default|7|"}})
def of_inputs_that_are_not_given():
    defaults()


@dsl.container_component
def all_types(f: float, b: bool, l: list, d: dict, said: dsl.OutputPath(str)):
    script = 'mkdir -p "$(dirname "$0")"; printf "%s|" "$@" >"$0"'
    return dsl.ContainerSpec(**shell(script), args=[said, f, b, l, d])


@case(gives={"all-types": {"said": '2.5|true|[1,"a",true]|{"k":{"n":1}}|'}})
def of_every_type():
    all_types(f=2.5, b=True, l=[1, "a", True], d={"k": {"n": 1}})


@python
def own_folder(text: str, data: Output[Dataset]) -> str:
    with open(data.path, "w") as f:
        f.write(text)
    return data.uri


@case(gives={"own-folder": {"Output": re.compile("minio://mlpipeline/.*/own-folder/.*/data")}})
def an_artifact_knows_its_place():
    own_folder(text="x")
