"""ParallelFor over all it can go over, and Collected."""

from typing import List

from kfp import dsl
from kfp.dsl import Dataset, Input, Output

from case import case
from components import (If, add, count, join, numbers, python, quick, read, rows, say, show, total,
                        write)


@case(tasks={"for-loop-*": "SUCCEEDED", "for-loop-*/#0/say": "SUCCEEDED",
             "for-loop-*/#2/say": "SUCCEEDED", "for-loop-*/#3": "-"},
      gives={"for-loop-*/#1/say": {"Output": "b"}})
def loop_over_texts():
    with dsl.ParallelFor(["a", "b", "c"]) as item:
        say(text=item)


@case(gives={"for-loop-*/#0/add": {"Output": 2}, "for-loop-*/#1/add": {"Output": 3}})
def loop_over_numbers():
    with dsl.ParallelFor([1, 2]) as item:
        add(a=item, b=1)


@case(modern=True, gives={"for-loop-*/#0/add": {"Output": 3}, "for-loop-*/#1/add": {"Output": 30}})
def loop_over_structs():
    with dsl.ParallelFor([{"a": 1, "b": 2}, {"a": 10, "b": 20}]) as item:
        add(a=item.a, b=item.b)


@case(arguments={"items": ["x", "y"]}, gives={"for-loop-*/#1/say": {"Output": "y"}})
def loop_over_a_parameter(items: list):
    with dsl.ParallelFor(items) as item:
        say(text=item)


@case(arguments={"items": []}, tasks={"for-loop-*": "SUCCEEDED", "for-loop-*/#0": "-"})
def loop_over_nothing(items: list):
    with dsl.ParallelFor(items) as item:
        say(text=item)


@case(gives={"for-loop-*/#2/add": {"Output": 12}})
def loop_over_an_output():
    made = numbers(n=3)
    with dsl.ParallelFor(made.output) as item:
        add(a=item, b=10)


@case(gives={"for-loop-*/#2/add": {"Output": 6}})
def loop_over_structs_of_an_output():
    made = rows(n=3)
    with dsl.ParallelFor(made.output) as item:
        add(a=item.a, b=item.b)


@case(tasks={"for-loop-*": "SUCCEEDED"})
def loop_in_a_loop():
    with dsl.ParallelFor(["a", "b"]) as letter:
        with dsl.ParallelFor([1, 2]) as digit:
            say(text=f"{letter}{digit}")


@case(gives={"for-loop-*/#1/say": {"Output": "1 of x"}})
def loop_uses_a_parameter(name: str = "x"):
    with dsl.ParallelFor([0, 1]) as item:
        say(text=f"{item} of {name}")


@case(gives={"for-loop-*/#0/say-2": {"Output": "first a"}, "for-loop-*/#1/say-2": {
    "Output": "first b"}})
def loop_uses_outputs_inside_and_outside():
    first = say(text="first")
    with dsl.ParallelFor(["a", "b"]) as item:
        say(text=f"{first.output} {item}")


@case(gives={"for-loop-*/#0/add-2": {"Output": 22}, "for-loop-*/#1/add-2": {"Output": 24}})
def tasks_of_an_iteration_follow_each_other():
    with dsl.ParallelFor([1, 2]) as item:
        one = add(a=item, b=10)
        add(a=one.output, b=one.output)


@case(tasks={"for-loop-*/#0/condition-*": "SKIPPED", "for-loop-*/#1/condition-*": "SUCCEEDED"})
def if_in_a_loop():
    with dsl.ParallelFor([1, 2]) as item:
        with If(item == 2):
            quick(text="x")


@case(tasks={"condition-1/for-loop-*/#1/say": "SUCCEEDED"})
def loop_in_an_if(n: int = 1):
    with If(n == 1):
        with dsl.ParallelFor(["a", "b"]) as item:
            say(text=item)


@case(modern=True, state="FAILED", error="iteration 1", tasks={
    "for-loop-*": "FAILED", "for-loop-*/#0": "SUCCEEDED", "for-loop-*/#1": "FAILED",
    "for-loop-*/#2": "SUCCEEDED", "say": "NOT RUN"})
def one_iteration_fails():
    with dsl.ParallelFor(["a", "", "c"]) as item:
        inner = quick(text=item)
    say(text="after").after(inner)


@case(tasks={"for-loop-*/#3/quick": "SUCCEEDED"})
def loop_one_at_a_time():
    with dsl.ParallelFor(["a", "b", "c", "d"], parallelism=1) as item:
        quick(text=item)


@case(modern=True, gives={"total": {"Output": 63}}, gets={"total": {"values": [11, 21, 31]}})
def collected_numbers_stay_whole():
    with dsl.ParallelFor([10, 20, 30]) as item:
        each = add(a=item, b=1)
    total(values=dsl.Collected(each.output))


@case(modern=True, gives={"join": {"Output": "a b c"}})
def collected_texts_in_order():
    with dsl.ParallelFor(["a", "b", "c"], parallelism=2) as item:
        each = say(text=item)
    join(texts=dsl.Collected(each.output))


@case(modern=True, gives={"join": {"Output": "ac ad bc bd"}})
def collected_over_two_loops_is_flat():
    with dsl.ParallelFor(["a", "b"]) as outer:
        with dsl.ParallelFor(["c", "d"]) as inner:
            each = say(text=f"{outer}{inner}")
    join(texts=dsl.Collected(each.output))


@case(modern=True, outputs={"Output": [2, 3]})
def collected_as_the_pipelines_output() -> List[int]:
    with dsl.ParallelFor([1, 2]) as item:
        each = add(a=item, b=1)
    return dsl.Collected(each.output)


@python
def read_all(data: Input[List[Dataset]]) -> str:
    return ",".join(open(each.path).read() for each in data or [])


@case(modern=True, gives={"read-all": {"Output": "x,y,z"}}, files={"": {
    "Output": ["x", "y", "z"]}})
def collected_artifacts() -> List[Dataset]:
    with dsl.ParallelFor(["x", "y", "z"]) as item:
        each = write(text=item)
    read_all(data=dsl.Collected(each.outputs["data"]))
    return dsl.Collected(each.outputs["data"])


@case(modern=True, gives={"read-all": {"Output": ""}}, arguments={"items": []})
def collected_artifacts_of_nothing(items: list):
    with dsl.ParallelFor(items) as item:
        each = write(text=item)
    read_all(data=dsl.Collected(each.outputs["data"]))


@case(modern=True, gives={"total": {"Output": 0}}, arguments={"items": []})
def collected_nothing(items: list):
    with dsl.ParallelFor(items) as item:
        each = count(text=item)
    total(values=dsl.Collected(each.output))


@case(modern=True, tasks={"for-loop-*/#0/condition-*": "SUCCEEDED",
                          "for-loop-*/#1/condition-*": "SKIPPED"}, gives={
    "join": {"Output": "a"}})
def collected_skips_what_did_not_run():
    with dsl.ParallelFor(["a", "b"]) as item:
        with dsl.If(item == "a"):
            each = say(text=item)
    join(texts=dsl.Collected(each.output))


@dsl.pipeline(name="twice")
def twice(text: str) -> str:
    first = say(text=text)
    return say(text=f"{first.output}{first.output}").output


@case(modern=True, gives={"join": {"Output": "aa bb"}})
def pipelines_in_a_loop():
    with dsl.ParallelFor(["a", "b"]) as item:
        each = twice(text=item)
    join(texts=dsl.Collected(each.output))


@case(gives={"for-loop-*/#0/show": {"Output": '{"k": 1}'}})
def loop_items_that_are_structs():
    with dsl.ParallelFor([{"k": 1}]) as item:
        show(value=item)


@case(arguments={"n": 60}, tasks={"for-loop-*/#59/quick": "SUCCEEDED"})
def a_wide_loop(n: int):
    made = numbers(n=n)
    with dsl.ParallelFor(made.output) as item:
        quick(text=f"{item}")
