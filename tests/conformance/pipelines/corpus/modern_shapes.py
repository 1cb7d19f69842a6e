"""Features within one another, as pipelines of people have them."""

from typing import List, NamedTuple, Optional

from kfp import dsl, kubernetes
from kfp.dsl import Artifact, Dataset, Input, Model, Output

from case import case
from components import (IMAGE, add, count, echo, fail, final, join, leave, python, quick, read, rows, say,
                        show, total, words, write)


@case(tasks={"for-loop-4": "SUCCEEDED", "for-loop-4/#0/quick-2": "SUCCEEDED"})
def after_a_loop_in_another_loop():
    with dsl.ParallelFor(["a", "b"]) as first:
        one = quick(text=first)
    with dsl.ParallelFor(["c"]) as second:
        quick(text=second).after(one)


@case(gives={"for-loop-2/#1/for-loop-6/#0/say-2": {"Output": "be"}})
def loops_that_follow_each_other_inside_a_loop():
    with dsl.ParallelFor(["a", "b"]) as outer:
        with dsl.ParallelFor(["c", "d"]) as inner:
            one = say(text=inner)
        with dsl.ParallelFor(["e"]) as other:
            say(text=f"{outer}{other}").after(one)


@dsl.pipeline(name="choose")
def choose(flag: bool) -> Dataset:
    with dsl.If(flag == True):
        one = write(text="yes")
    with dsl.Else():
        two = write(text="no")
    return dsl.OneOf(one.outputs["data"], two.outputs["data"])


@case(gives={"join": {"Output": "yes no"}})
def one_of_artifacts_of_a_pipeline_in_a_loop():
    with dsl.ParallelFor([True, False]) as flag:
        each = read(data=choose(flag=flag).output)
    join(texts=dsl.Collected(each.output))


@case(gives={"read": {"Output": "second"}})
def one_of_artifacts_by_elif(n: int = 2):
    with dsl.If(n == 1):
        one = write(text="first")
    with dsl.Elif(n == 2):
        two = write(text="second")
    with dsl.Elif(n == 3):
        three = write(text="third")
    with dsl.Else():
        four = write(text="else")
    read(data=dsl.OneOf(*(each.outputs["data"] for each in (one, two, three, four))))


@case(outputs={"Output": "from the loop"})
def one_of_what_a_pipeline_in_a_branch_gave(flag: bool = True) -> str:
    with dsl.If(flag == True):
        chosen = read(data=choose(flag=flag).output)
        one = say(text="from the loop").after(chosen)
    with dsl.Else():
        two = say(text="else")
    return dsl.OneOf(one.output, two.output)


@python
def split(text: str) -> NamedTuple("Parts", [("head", Dataset), ("length", int)]):
    from typing import NamedTuple
    from kfp import dsl
    head = dsl.Dataset(uri=dsl.get_uri("head"))
    with open(head.path, "w") as f:
        f.write(text[:1])
    return NamedTuple("Parts", [("head", dsl.Dataset), ("length", int)])(head, len(text))


@case(gives={"split": {"length": 4}, "read": {"Output": "w"}, "add": {"Output": 5}})
def artifacts_and_parameters_in_a_tuple():
    parts = split(text="word")
    read(data=parts.outputs["head"])
    add(a=parts.outputs["length"], b=1)


@python
def sizes(data: Input[List[Dataset]], more: Input[List[Artifact]]) -> List[int]:
    return [len(open(each.path).read()) for each in [*data, *more]]


@case(gives={"sizes": {"Output": [2, 2, 2, 2, 1]}})
def collected_artifacts_of_two_loops_are_flat():
    with dsl.ParallelFor(["a", "b"]) as x:
        with dsl.ParallelFor(["c", "d"]) as y:
            each = write(text=f"{x}{y}")
    with dsl.ParallelFor(["e"]) as z:
        other = write(text=z)
    sizes(data=dsl.Collected(each.outputs["data"]), more=dsl.Collected(other.outputs["data"]))


@case(gives={"for-loop-2/#1/total": {"Output": 23}, "total-2": {"Output": 36}})
def collected_inside_a_loop_and_again_outside():
    with dsl.ParallelFor([1, 10]) as x:
        with dsl.ParallelFor([1, 2]) as y:
            each = add(a=x, b=y)
        inner = total(values=dsl.Collected(each.output))
        more = add(a=inner.output, b=4)
    total(values=dsl.Collected(more.output))


@python
def nested_rows() -> List[dict]:
    return [{"name": "a", "parts": [1, 2]}, {"name": "b", "parts": []}, {"name": "c", "parts": [3]}]


@case(tasks={"for-loop-1/#1/for-loop-*": "SUCCEEDED"}, gives={"total": {"Output": 36}})
def loop_over_a_list_in_each_struct():
    with dsl.ParallelFor(nested_rows().output) as row:
        with dsl.ParallelFor(row.parts) as part:
            each = add(a=part, b=10)
    total(values=dsl.Collected(each.output))


@case(gives={"join": {"Output": "{\"k\": 1} [2] it's 'q' \"d\" {{$}} ü"}})
def loop_items_that_are_difficult():
    with dsl.ParallelFor(['{"k": 1}', "[2]", "it's", "'q'", '"d"', "{{$}}", "ü"]) as item:
        each = say(text=item)
    join(texts=dsl.Collected(each.output))


@case(gives={"join": {"Output": "big one"}},
      tasks={"for-loop-2/#0/condition-branches-3": "SUCCEEDED"})
def one_of_in_a_loop_collected():
    with dsl.ParallelFor([7, 1]) as n:
        with dsl.If(n == 1):
            one = say(text="one")
        with dsl.Else():
            more = say(text="big")
        chosen = say(text=dsl.OneOf(one.output, more.output))
    join(texts=dsl.Collected(chosen.output))


@dsl.pipeline(name="flaky")
def flaky(code: int):
    leave(code=code)


@case(state="FAILED", tasks={"for-loop-2/#0/flaky": "SUCCEEDED", "for-loop-2/#1/flaky": "FAILED"},
      attempts={"for-loop-2/#0/flaky/leave": 1, "for-loop-2/#1/flaky/leave": 2})
def a_pipeline_in_a_loop_is_retried():
    with dsl.ParallelFor([0, 3]) as code:
        flaky(code=code).set_retry(1, backoff_duration="0s")


@case(state="FAILED", tasks={"flaky": "FAILED", "flaky-2": "SUCCEEDED", "say": "SUCCEEDED"})
def a_pipeline_ignores_what_failed_before():
    broken = flaky(code=1)
    after = flaky(code=0).after(broken).ignore_upstream_failure()
    say(text="after").after(after)


@case(state="FAILED", tasks={"final": "SUCCEEDED", "exit-handler-1/for-loop-*/#0/leave": "FAILED"},
      gives={"final": {"Output": "exit-handler-1:FAILED"}})
def an_exit_handler_around_loops_and_ifs(flag: bool = True):
    with dsl.ExitHandler(final()):
        with dsl.If(flag == True):
            quick(text="x")
        with dsl.ParallelFor([1]) as code:
            leave(code=code)


@case(gives={"importer": {}}, metadata={"importer": {"artifact": {"owner-x": "x", "list": ["x", "1"]}}},
      tasks={"importer": "SUCCEEDED"})
def importing_with_keys_of_metadata_from_a_parameter(name: str = "x", n: int = 1):
    dsl.importer(artifact_uri="s3://a/b", artifact_class=Dataset,
                 metadata={f"owner-{name}": name, "list": [name, f"{n}"]})


@python
def where_is(model: Input[Model]) -> str:
    return model.uri


@case(gives={"where-is": {"Output": "oci://registry.example/model:1"}})
def importing_a_model_from_a_registry():
    where_is(model=dsl.importer(artifact_uri="oci://registry.example/model:1", artifact_class=Model).output)


@case(gives={"importer": {}, "read": {"Output": "again"}, "read-2": {"Output": "again"}})
def importing_inside_a_loop():
    made = write(text="again")
    uri = uri_of(data=made.outputs["data"])
    read(data=dsl.importer(artifact_uri=uri.output, artifact_class=Dataset).output)
    read(data=dsl.importer(artifact_uri=uri.output, artifact_class=Dataset, reimport=True).output)


@python
def uri_of(data: Input[Dataset]) -> str:
    return data.uri


@case(arguments={"which": IMAGE}, gives={"inner/echo": {"heard": "x"}})
def an_image_from_a_parameter_of_an_outer_pipeline(which: str):
    inner(which=which)


@dsl.pipeline(name="inner")
def inner(which: str):
    echo(text="x").set_container_image(which)


@case(gives={"show": {"Output": '{"a": 1, "b": {"c": "x", "n": 2}}'}}, arguments={"name": "x", "n": 2})
def structs_of_channels_of_all_kinds(name: str, n: int):
    length = count(text=name)
    show(value={"a": length.output, "b": {"c": name, "n": n}})


@python
def none_or(n: Optional[int] = None, flag: Optional[bool] = None, l: Optional[List[str]] = None,
            d: Optional[dict] = None, f: Optional[float] = None) -> str:
    return f"{n} {flag} {l} {d} {f}"


@dsl.pipeline(name="none-inside")
def none_inside(n: Optional[int] = None, flag: Optional[bool] = None, l: Optional[List[str]] = None,
                d: Optional[dict] = None, f: Optional[float] = None):
    none_or(n=n, flag=flag, l=l, d=d, f=f)


@case(gives={"none-inside/none-or": {"Output": "None None None None None"},
             "none-inside-2/none-or": {"Output": "0 False [] {} 0.5"}})
def optional_inputs_of_all_types(n: Optional[int] = None):
    none_inside(n=n)
    none_inside(n=0, flag=False, l=[], d={}, f=0.5)


@case(again={"flaky-2": "SUCCEEDED", "say": "SKIPPED"}, tasks={"say": "SUCCEEDED"})
def caching_of_pipelines_in_pipelines():
    flaky(code=0).set_caching_options(False)
    flaky(code=0)
    say(text="kept")


@case(tasks={"quick": "SUCCEEDED"}, notices=["^nodeAffinity", "^tolerations", "^nodeSelector"])
def all_else_that_is_said_to_kubernetes():
    task = quick(text="x")
    kubernetes.add_ephemeral_volume(task, volume_name="v", mount_path="/mnt/v",
                                    access_modes=["ReadWriteOnce"], size="1Gi")
    kubernetes.add_pod_annotation(task, "a", "b")
    kubernetes.add_node_affinity(task, match_expressions=[
        {"key": "disk", "operator": "In", "values": ["ssd"]}])
    kubernetes.add_node_selector_json(task, {"a": "b"})
    kubernetes.add_toleration_json(task, [{"key": "k", "operator": "Exists"}])
    kubernetes.set_image_pull_policy(task, "IfNotPresent")
    kubernetes.set_security_context(task, run_as_user=1000, run_as_group=1000, run_as_non_root=True)


@case(gives={"join": {"Output": "one two"}, "for-loop-*/#1/say": {"Output": "two!"}})
def what_is_collected_is_used_inside_and_outside():
    made = words(text="one two")
    with dsl.ParallelFor(made.output) as word:
        say(text=f"{word}!")
    join(texts=made.output)


@case(state="FAILED", error="fail", tasks={"condition-branches-1": "FAILED", "say-2": "SUCCEEDED"})
def a_branch_fails_and_one_that_ignores_runs(flag: bool = True):
    with dsl.If(flag == True):
        broken = fail()
    with dsl.Else():
        say(text="not this")
    say(text="ran all the same").after(broken).ignore_upstream_failure()


@case(outputs={"text": "a", "number": 3, "flag": True}, files={"": {"data": "content"}})
def several_outputs_of_all_kinds() -> NamedTuple("Outputs", [("text", str), ("number", int), ("flag", bool),
                                                            ("data", Dataset)]):
    outputs = NamedTuple("Outputs", [("text", str), ("number", int), ("flag", bool), ("data", Dataset)])
    return outputs(text=say(text="a").output, number=count(text="abc").output,
                   flag=truth(n=1).output, data=write(text="content").outputs["data"])


@python
def truth(n: int) -> bool:
    return n > 0


@case(gives={"for-loop-*/#1/for-loop-*/#0/say": {"Output": "1 0"}})
def a_loop_of_loops_over_outputs(n: int = 2):
    made = rows(n=n)
    with dsl.ParallelFor(made.output, parallelism=1) as row:
        with dsl.ParallelFor([0], parallelism=1) as zero:
            say(text=f"{row.a} {zero}")
