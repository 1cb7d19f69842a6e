"""Artifacts: types, metadata, places, importers."""

from kfp import dsl
from kfp.dsl import Artifact, Dataset, Input, Model, Output

from case import MODERN, case
from components import If, meta, python, quick, read, read_any, reports, shell, train, write


@case(files={"write": {"data": "some data"}}, metadata={"write": {"data": {"length": 9}}},
      gives={"read": {"Output": "some data"}})
def from_task_to_task():
    read(data=write(text="some data").outputs["data"])


@case(files={"train": {"model": "ABC"}},
      metadata={"train": {"model": {"framework": "none"}, "metrics": {"rate": 0.25}}},
      gives={"read-any": {"Output": "ABC"}})
def models_and_metrics():
    trained = train(data=write(text="abc").outputs["data"], rate=0.25)
    read_any(thing=trained.outputs["model"])


@case(files={"reports": {"page": "<h1>page</h1>", "text": "# text"}},
      metadata={"reports": {"curve": {
    "confidenceMetrics": [{"confidenceThreshold": 1, "falsePositiveRate": 0, "recall": 0},
                          {"confidenceThreshold": 0.5, "falsePositiveRate": 0.5, "recall": 0.8},
                          {"confidenceThreshold": 0, "falsePositiveRate": 1, "recall": 1}],
    "confusionMatrix": {"annotationSpecs": [{"displayName": "cat"}, {"displayName": "dog"}],
                        "rows": [{"row": [5, 1]}, {"row": [2, 7]}]}}}})
def reports_of_all_kinds():
    reports()


@python
def tree(folder: Output[Artifact]):
    import os
    os.makedirs(folder.path + "/inner")
    for name in ("a.txt", "inner/b.txt"):
        with open(f"{folder.path}/{name}", "w") as f:
            f.write(name)


@python
def listing(folder: Input[Artifact]) -> str:
    import os
    return " ".join(sorted(os.path.relpath(os.path.join(base, name), folder.path)
                           for base, _, names in os.walk(folder.path) for name in names))


@case(gives={"listing": {"Output": "a.txt inner/b.txt"}})
def folders():
    listing(folder=tree().outputs["folder"])


@python
def nothing(data: Output[Dataset]):
    data.metadata["said"] = "only this"


@case(tasks={"nothing": "SUCCEEDED"}, metadata={"nothing": {"data": {"said": "only this"}}},
      gives={"meta": {"Output": '{"said": "only this"}'}})
def an_artifact_without_a_file():
    meta(thing=nothing().outputs["data"])


@python
def elsewhere(data: Output[Dataset]):
    data.uri = "s3://elsewhere/bucket/key"
    data.metadata["n"] = 1


@python
def where(data: Input[Dataset]) -> str:
    return data.uri


@case(gives={"where": {"Output": "s3://elsewhere/bucket/key"}})
def an_artifact_that_lives_elsewhere():
    where(data=elsewhere().outputs["data"])


@python
def metadata_of_all_types(thing: Output[Artifact]):
    thing.metadata.update({"text": "ä", "n": 3, "f": 0.5, "b": True, "l": [1, "x"],
                           "d": {"k": [2]}})


@case(gives={"meta": {"Output": '{"b": true, "d": {"k": [2]}, "f": 0.5, "l": [1, "x"], "n": 3, '
                                '"text": "\\u00e4"}'}})
def metadata_goes_to_the_next_task():
    meta(thing=metadata_of_all_types().outputs["thing"])


@python
def read_only(data: Input[Dataset]) -> str:
    try:
        with open(data.path, "w") as f:
            f.write("changed")
    except OSError as problem:
        return type(problem).__name__
    return "written"


@case(gives={"read": {"Output": "kept"}, "read-only": {"Output": "OSError"}})
def inputs_cannot_be_written():
    made = write(text="kept")
    spoilt = read_only(data=made.outputs["data"])
    read(data=made.outputs["data"]).after(spoilt)


@dsl.container_component
def join_files(a: Input[Dataset], b: Input[Dataset], both: Output[Dataset]):
    return dsl.ContainerSpec(**shell('mkdir -p "$(dirname "$2")"; cat "$0" "$1" >"$2"'),
                             args=[a.path, b.path, both.path])


@case(files={"join-files": {"both": "one two"}})
def containers_read_and_write_files():
    one, two = write(text="one "), write(text="two")
    join_files(a=one.outputs["data"], b=two.outputs["data"])


@case(tasks={"condition-1/read": "SUCCEEDED"}, gives={"condition-1/read": {"Output": "into"}})
def artifacts_go_into_ifs(n: int = 1):
    made = write(text="into")
    with If(n == 1):
        read(data=made.outputs["data"])


@case(gives={"for-loop-*/#1/read": {"Output": "into"}})
def artifacts_go_into_loops():
    made = write(text="into")
    with dsl.ParallelFor(["a", "b"]) as item:
        read(data=made.outputs["data"]).after(quick(text=item))


@python
def write_much(data: Output[Dataset]):
    with open(data.path, "w") as f:
        f.write("x" * 3_000_000)


@case(files={"write-much": {"data": "x" * 3_000_000}})
def a_large_artifact():
    write_much()


@case(metadata={"importer": {"artifact": {"source": "by hand", "n": 3}}},
      gives={"meta": {"Output": '{"n": 3, "source": "by hand"}'}})
def importing_with_metadata():
    imported = dsl.importer(artifact_uri="s3://somewhere/data.csv", artifact_class=Dataset,
                            reimport=True, metadata={"source": "by hand", "n": 3})
    meta(thing=imported.output)


@case(arguments={"uri": "s3://somewhere/else"}, gives={"where": {"Output": "s3://somewhere/else"}})
def importing_from_a_parameter(uri: str):
    where(data=dsl.importer(artifact_uri=uri, artifact_class=Dataset).output)


@python
def address(data: Input[Dataset]) -> str:
    return data.uri


@case(gives={"read": {"Output": "found again"}})
def importing_what_a_task_made():
    uri = address(data=write(text="found again").outputs["data"])
    read(data=dsl.importer(artifact_uri=uri.output, artifact_class=Dataset).output)


@case(gives={"where": {"Output": "gs://bucket/model"}}, tasks={"importer": "SUCCEEDED"})
def importing_anew():
    where(data=dsl.importer(artifact_uri="gs://bucket/model", artifact_class=Dataset,
                            reimport=True).output)


@case(tasks={"importer": "SUCCEEDED", "importer-2": "SUCCEEDED"})
def importing_twice():
    for _ in range(2):
        dsl.importer(artifact_uri="s3://same/thing", artifact_class=Model)


@case(metadata={"importer": {"artifact": {"name": "of x"}}} if MODERN else {},
      tasks={"importer": "SUCCEEDED"})
def importing_with_metadata_from_a_parameter(name: str = "x"):
    dsl.importer(artifact_uri="s3://a/b", artifact_class=Dataset, metadata={"name": f"of {name}"})
