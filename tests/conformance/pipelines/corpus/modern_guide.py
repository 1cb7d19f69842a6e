"""What the user guide of Kubeflow Pipelines shows, feature by feature, in shapes that the other modules have not."""

import re
from typing import Dict, List, NamedTuple

from kfp import dsl, kubernetes
from kfp.dsl import Dataset, Input, Model, Output

from case import case
from components import IMAGE, python


def twice(number: int) -> int:
    return 2 * number


@dsl.component(base_image=IMAGE, additional_funcs=[twice])
def four_times(number: int) -> int:
    return twice(twice(number))


@case(arguments={"number": 3}, gives={"four-times": {"Output": 12}})
def a_component_with_functions_of_its_own(number: int):
    four_times(number=number)


@python
def square(x: float) -> float:
    return x ** 2


@python
def add_up(x: float, y: float) -> float:
    return x + y


@python
def square_root(x: float) -> float:
    return x ** .5


@dsl.pipeline
def square_and_sum(a: float, b: float) -> float:
    first, second = square(x=a), square(x=b)
    second.after(first)
    return add_up(x=first.output, y=second.output).output


@case(arguments={"a": 3, "b": 4}, outputs={"Output": 5})
def a_length_by_a_pipeline_of_squares(a: float = 1.2, b: float = 1.2) -> float:
    return square_root(x=square_and_sum(a=a, b=b).output).output


@case(gives={"square-and-sum": {"Output": 2.88}}, outputs={"Output": 2.88 ** .5})
def a_length_by_defaults(a: float = 1.2, b: float = 1.2) -> float:
    return square_root(x=square_and_sum(a=a, b=b).output).output


@python
def write_greeting(out: Output[Dataset]):
    with open(out.path, "w") as file:
        file.write("Hello from the producer\n")


@python
def read_imported(dataset: Input[Dataset]) -> str:
    assert dataset.path.startswith("/kfp-workspace/"), dataset.path
    with open(dataset.path) as file:
        return file.read()


@dsl.pipeline
def import_stage(file_uri: str) -> str:
    imported = dsl.importer(artifact_uri=file_uri, artifact_class=Dataset, download_to_workspace=True)
    return read_imported(dataset=imported.output).output


@python
def uri_of(dataset: Input[Dataset]) -> str:
    return dataset.uri


def patched_workspace():
    patch = {"storageClassName": "super-fast-storage", "accessModes": ["ReadWriteMany"]}
    return dsl.PipelineConfig(workspace=dsl.WorkspaceConfig(
        size="250Gi", kubernetes=dsl.KubernetesWorkspaceConfig(pvcSpecPatch=patch)))


@case(config=patched_workspace, outputs={"Output": "Hello from the producer\n"})
def an_import_by_the_uri_of_a_task_inside_a_stage() -> str:
    uri = uri_of(dataset=write_greeting().outputs["out"]).output
    return import_stage(file_uri=uri).output


@python
def check_out(workspace: str, name: str) -> str:
    import os
    path = os.path.join(workspace, name)
    os.makedirs(path)
    with open(os.path.join(path, "README"), "w") as file:
        file.write("of " + name)
    return path


@python
def count_files(path: str) -> int:
    import os
    return len(os.listdir(path))


@python
def train_in_place(base: Input[Model], trained: Output[Model]):
    with open(base.path, "a") as file:
        file.write("+trained")
    trained.set_path(base.path)


@python
def base_model(model: Output[Model]):
    with open(model.path, "w") as file:
        file.write("base")


@python
def model_uri(model: Input[Model]) -> str:
    return model.uri


@case(config=patched_workspace, gives={"count-files": {"Output": 1}},
      files={"train-in-place": {"trained": "base+trained"}, "base-model": {"model": "base"}})
def work_in_a_workspace():
    place = check_out(workspace=dsl.WORKSPACE_PATH_PLACEHOLDER, name="repo")
    counted = count_files(path=place.output)
    uri = model_uri(model=base_model().outputs["model"]).output
    imported = dsl.importer(artifact_uri=uri, artifact_class=Model, download_to_workspace=True)
    train_in_place(base=imported.output).after(counted)


@python
def train_two(dataset: Dataset) -> NamedTuple("outputs", small=Model, large=Model):
    with open(dataset.path) as file:
        text = file.read()
    models = []
    for suffix, times in (("small", 1), ("large", 3)):
        model = Model(uri=dsl.get_uri(suffix=suffix), metadata={"samples": times})
        with open(model.path, "w") as file:
            file.write(text.strip() * times)
        models.append(model)
    return NamedTuple("outputs", small=Model, large=Model)(*models)


@python
def size_of(model: Model) -> int:
    with open(model.path) as file:
        return len(file.read())


@case(outputs={"small": 23, "large": 69},
      metadata={"train-two": {"small": {"samples": 1}, "large": {"samples": 3}}})
def a_component_that_returns_two_models() -> NamedTuple("sizes", small=int, large=int):
    models = train_two(dataset=write_greeting().outputs["out"])
    small, large = size_of(model=models.outputs["small"]), size_of(model=models.outputs["large"])
    return NamedTuple("sizes", small=int, large=int)(small.output, large.output)


@python
def train_epochs(epochs: int) -> Model:
    model = Model(uri=dsl.get_uri("model"), metadata={"epochs": epochs})
    with open(model.path, "w") as file:
        file.write("x" * epochs)
    return model


@python
def largest(models: Input[List[Model]]) -> float:
    return float(max(model.metadata["epochs"] for model in models))


@case(outputs={"Output": 25})
def the_best_of_many_models() -> float:
    with dsl.ParallelFor(items=[1, 5, 10, 25], parallelism=2) as epochs:
        trained = train_epochs(epochs=epochs)
    return largest(models=dsl.Collected(trained.output)).output


@case(files={"": {"Output": ["x", "x" * 5]}})
def a_pipeline_that_returns_models_of_a_loop() -> List[Model]:
    with dsl.ParallelFor(items=[1, 5]) as epochs:
        trained = train_epochs(epochs=epochs)
    return dsl.Collected(trained.output)


@dsl.container_component
def container_of_all_types(string: str = "hello", integer: int = 1, number: float = 0.1, flag: bool = True,
                           struct: Dict = {"key": "value"}, array: List = [1, 2, 3]):
    return dsl.ContainerSpec(image="tools/any", command=["sh", "-c", 'echo "$0|$1|$2|$3|$4|$5"'],
                             args=[string, integer, number, flag, struct, array])


@case(logs={
    "container-of-all-types": re.escape('Hey!|20|0.1|false|{"other key":"other val"}|[1,2,3]'),
    "container-of-all-types-2": re.escape('hello|1|0.1|true|{"key":"value"}|[1,2,3]')})
def values_of_all_types_in_a_command(string: str = "Hey!", flag: bool = False):
    container_of_all_types(string=string, integer=20, struct={"other key": "other val"}, flag=flag)
    container_of_all_types()


@dsl.container_component
def greet(name: str, greeting: dsl.OutputPath(str)):
    script = '''RESPONSE="Hello, $0!"\\
        && echo $RESPONSE\\
        && mkdir -p $(dirname $1)\\
        && echo $RESPONSE > $1
        '''
    return dsl.ContainerSpec(image="tools/any", command=["sh", "-c", script], args=[name, greeting])


@case(arguments={"name": "you"}, outputs={"Output": "Hello, you!\n"})
def a_container_that_greets(name: str) -> str:
    return greet(name=name).outputs["greeting"]


@dsl.container_component
def one_path(value: dsl.OutputPath(int)):
    return dsl.ContainerSpec(image="tools/any", command=["sh", "-c", f"""mkdir -p $(dirname {value})\
                            && echo 1 > {value}"""])


@case(outputs={"Output": 1})
def a_path_inside_of_a_command() -> int:
    return one_path().outputs["value"]


@python
def leave(path: str) -> str:
    with open(path + "/file.txt", "w") as file:
        file.write("Hello world")
    return "left"


@python
def find(path: str) -> str:
    with open(path + "/file.txt") as file:
        return file.read()


@case(gives={"find": {"Output": "Hello world"}}, tasks={"deletepvc": "SUCCEEDED"})
def a_volume_at_two_places():
    volume = kubernetes.CreatePVC(pvc_name_suffix="-my-pvc", access_modes=["ReadWriteMany"], size="5Gi",
                                  storage_class_name="standard")
    first, second = leave(path="/data"), find(path="/reused_data")
    kubernetes.mount_pvc(first, pvc_name=volume.outputs["name"], mount_path="/data")
    kubernetes.mount_pvc(second, pvc_name=volume.outputs["name"], mount_path="/reused_data")
    second.after(first)
    kubernetes.DeletePVC(pvc_name=volume.outputs["name"]).after(second)
