"""If in all its forms, and what is left of branches that do not run."""

from kfp import dsl

from case import case, raw
from components import If, add, count, echo, fail, half, is_long, quick, say, write


@case(tasks={"condition-1": "SUCCEEDED", "condition-1/quick": "SUCCEEDED"})
def if_true(flag: bool = True):
    with If(flag == True):
        quick(text="x")


@case(tasks={"condition-1": "SKIPPED", "condition-1/quick": "-"})
def if_false(flag: bool = False):
    with If(flag == True):
        quick(text="x")


@case(arguments={"flag": False}, tasks={"condition-1": "SUCCEEDED"})
def if_boolean_is_false(flag: bool):
    with If(flag == False):
        quick(text="x")


@case(tasks={"condition-1": "SUCCEEDED", "condition-2": "SKIPPED", "condition-3": "SUCCEEDED",
             "condition-4": "SKIPPED", "condition-5": "SUCCEEDED", "condition-6": "SKIPPED"})
def if_numbers(n: int = 5):
    for condition in (n == 5, n != 5, n >= 5, n > 5, n <= 5, n < 5):
        with If(condition):
            quick(text="x")


@case(tasks={"condition-1": "SUCCEEDED", "condition-2": "SKIPPED"})
def if_fractions(f: float = 0.5):
    with If(f < 0.75):
        quick(text="x")
    with If(f > 0.75):
        quick(text="x")


@case(tasks={"condition-1": "SUCCEEDED", "condition-2": "SKIPPED", "condition-3": "SUCCEEDED"})
def if_texts(text: str = "heads"):
    with If(text == "heads"):
        quick(text="x")
    with If(text == "tails"):
        quick(text="x")
    with If(text != "tails"):
        quick(text="x")


@case(tasks={"condition-1": "SUCCEEDED"})
def if_text_beyond_ascii(text: str = "größe → 大"):
    with If(text == "größe → 大"):
        quick(text="x")


@case(tasks={"condition-1": "SUCCEEDED", "condition-2": "SKIPPED"})
def if_text_with_quotes(text: str = "it's"):
    with If(text == "it's"):
        quick(text="x")
    with If(text == "it's' || 'a' == 'a"):
        quick(text="y")


@case(tasks={"condition-1": "SUCCEEDED", "condition-2": "SKIPPED"})
def if_of_two_parameters(a: int = 3, b: int = 2):
    with If(a > b):
        quick(text="x")
    with If(a == b):
        quick(text="x")


@case(tasks={"condition-1": "SUCCEEDED"}, gives={"count": {"Output": 5}})
def if_of_an_output(text: str = "hello"):
    size = count(text=text)
    with If(size.output == 5):
        quick(text="x")


@case(tasks={"condition-1": "SUCCEEDED", "condition-2": "SKIPPED"})
def if_of_two_outputs():
    one = count(text="abc")
    two = count(text="ab")
    with If(one.output > two.output):
        quick(text="x")
    with If(one.output < two.output):
        quick(text="x")


@case(tasks={"condition-1": "SUCCEEDED", "condition-2": "SKIPPED"})
def if_of_a_boolean_output():
    long = is_long(text="something")
    with If(long.output == True):
        quick(text="x")
    with If(long.output == False):
        quick(text="x")


@case(tasks={"condition-1": "SUCCEEDED"})
def if_of_a_fraction():
    number = half(number=5.0)
    with If(number.output == 2.5):
        quick(text="x")


@case(tasks={"condition-1": "SUCCEEDED", "condition-1/condition-2": "SUCCEEDED",
             "condition-1/condition-2/condition-3": "SKIPPED"})
def ifs_in_ifs(n: int = 3):
    with If(n > 1):
        quick(text="a")
        with If(n > 2):
            quick(text="b")
            with If(n > 3):
                quick(text="c")


@case(tasks={"condition-1/say": "SUCCEEDED", "condition-1/condition-2/say-2": "SUCCEEDED"},
      gives={"condition-1/condition-2/say-2": {"Output": "inner outer"}})
def if_uses_what_an_outer_one_made(n: int = 3):
    with If(n > 1):
        outer = say(text="outer")
        with If(outer.output == "outer"):
            say(text=f"inner {outer.output}")


@case(tasks={"condition-1": "SKIPPED", "say": "SUCCEEDED"})
def what_stands_beside_a_skipped_if_runs(n: int = 0):
    with If(n > 1):
        quick(text="x")
    say(text="beside")


@case(tasks={"condition-1": "SUCCEEDED", "condition-1/condition-2": "SKIPPED",
             "condition-1/say": "SUCCEEDED"})
def what_stands_beside_a_skipped_inner_if_runs(n: int = 2):
    with If(n > 1):
        with If(n > 2):
            quick(text="x")
        say(text="beside")


@case(state="FAILED", error="condition-1.*fail", tasks={"condition-1": "FAILED",
                                                        "condition-1/fail": "FAILED"})
def an_if_fails_with_its_task(n: int = 1):
    with If(n == 1):
        fail()


@case(state="FAILED", error="fail", tasks={"condition-1": "NOT RUN"})
def an_if_of_a_failed_task_does_not_run():
    broken = fail()
    with If(broken.output == "x"):
        quick(text="x")


@case(modern=True, tasks={
    "condition-branches-1/condition-2": "SKIPPED", "condition-branches-1/condition-3": "SUCCEEDED",
    "condition-branches-1/condition-4": "SKIPPED"})
def if_elif_else_takes_the_second(n: int = 5):
    with dsl.If(n < 3):
        quick(text="small")
    with dsl.Elif(n < 10):
        quick(text="middle")
    with dsl.Else():
        quick(text="big")


@case(modern=True, arguments={"n": 50}, tasks={
    "condition-branches-1/condition-2": "SKIPPED", "condition-branches-1/condition-3": "SKIPPED",
    "condition-branches-1/condition-4": "SUCCEEDED"})
def if_elif_else_takes_the_last(n: int = 5):
    with dsl.If(n < 3):
        quick(text="small")
    with dsl.Elif(n < 10):
        quick(text="middle")
    with dsl.Else():
        quick(text="big")


@case(modern=True, tasks={
    "condition-branches-1/condition-2": "SKIPPED", "condition-branches-1/condition-3": "SKIPPED"})
def if_elif_takes_none(n: int = 50):
    with dsl.If(n < 3):
        quick(text="small")
    with dsl.Elif(n < 10):
        quick(text="middle")


@case(modern=True, tasks={
    "condition-branches-1/condition-*/condition-branches-*/condition-*/say-2": "SUCCEEDED",
    "condition-branches-1/condition-6": "SKIPPED"})
def else_in_an_if(a: int = 1, b: int = 2):
    with dsl.If(a == 1):
        with dsl.If(b == 1):
            say(text="1 1")
        with dsl.Else():
            say(text="1 other")
    with dsl.Else():
        say(text="other")


@case(modern=True, outputs={"Output": "big"}, gives={"say-4": {"Output": "big"}})
def one_of_three(n: int = 7) -> str:
    with dsl.If(n == 1):
        one = say(text="one")
    with dsl.Elif(n == 2):
        two = say(text="two")
    with dsl.Else():
        more = say(text="big")
    chosen = dsl.OneOf(one.output, two.output, more.output)
    say(text=chosen)
    return chosen


@case(modern=True, files={"condition-branches-1": {}, "": {"Output": "two"}})
def one_of_artifacts(flag: bool = False) -> dsl.Dataset:
    with dsl.If(flag == True):
        one = write(text="one")
    with dsl.Else():
        two = write(text="two")
    return dsl.OneOf(one.outputs["data"], two.outputs["data"])


@case(modern=True, outputs={"Output": 6})
def one_of_numbers(flag: bool = True) -> int:
    with dsl.If(flag == True):
        one = count(text="abcde")
    with dsl.Else():
        two = count(text="ab")
    return add(a=dsl.OneOf(one.output, two.output), b=1).output


@case(modern=True, outputs={"Output": "inner else"})
def one_of_within_one_of(a: int = 1, b: int = 5) -> str:
    with dsl.If(a == 1):
        with dsl.If(b == 1):
            first = say(text="inner if")
        with dsl.Else():
            second = say(text="inner else")
        inner = say(text=dsl.OneOf(first.output, second.output))
    with dsl.Else():
        outer = say(text="outer else")
    return dsl.OneOf(inner.output, outer.output)


@case(modern=True, state="FAILED", error="fail", tasks={
    "condition-branches-1/condition-2/fail": "FAILED", "say-2": "NOT RUN"})
def one_of_a_failed_branch(flag: bool = True):
    with dsl.If(flag == True):
        one = fail()
    with dsl.Else():
        two = say(text="x")
    say(text=dsl.OneOf(one.output, two.output))


@case(modern=True, tasks={"condition-branches-1/condition-2": "SUCCEEDED"}, gives={
    "echo-3": {"heard": "yes"}})
def one_of_outputs_of_containers(flag: bool = True):
    with dsl.If(flag == True, name="yes"):
        one = echo(text="yes")
    with dsl.Else(name="no"):
        two = echo(text="no")
    echo(text=dsl.OneOf(one.outputs["heard"], two.outputs["heard"]))


CEL = """
components:
  comp-quick: {executorLabel: exec-quick}
  comp-condition:
    dag: {tasks: {quick: {componentRef: {name: comp-quick}}}}
    inputDefinitions:
      parameters:
        s: {parameterType: STRING}
        i: {parameterType: NUMBER_INTEGER}
        l: {parameterType: LIST}
        d: {parameterType: STRUCT}
        n: {parameterType: STRING, isOptional: true}
deploymentSpec:
  executors:
    exec-quick: {container: {image: python:3.11, command: ["true"]}}
pipelineInfo: {name: NAME}
root:
  dag:
    tasks: {TASKS}
  inputDefinitions:
    parameters:
      s: {parameterType: STRING, defaultValue: heads}
      i: {parameterType: NUMBER_INTEGER, defaultValue: 5}
      l: {parameterType: LIST, defaultValue: [1, 2, a]}
      d: {parameterType: STRUCT, defaultValue: {a: 1, b: {c: x}}}
schemaVersion: 2.1.0
sdkVersion: none
"""


def cel(name, conditions):
    tasks = []
    for number in range(len(conditions)):
        text = list(conditions)[number].replace("$", "inputs.parameter_values").replace("'", "''")
        inputs = ", ".join(f"{key}: {{componentInputParameter: {key}}}" for key in "sild")
        tasks.append(f"c{number}: {{componentRef: {{name: comp-condition}}, inputs: {{parameters: "
                     f"{{{inputs}}}}}, triggerPolicy: {{condition: '{text}'}}}}")
    package = CEL.replace("NAME", name.replace("_", "-")).replace("{TASKS}",
                                                                  "{" + ", ".join(tasks) + "}")
    states = {f"c{number}": state for number, state in enumerate(conditions.values())}
    failed = "FAILED" in states.values()
    raw(name, package, tasks=states, state="FAILED" if failed else "SUCCEEDED")


TRUE, FALSE, ERROR = "SUCCEEDED", "SKIPPED", "FAILED"
cel("conditions_written_by_hand", {
    "$['s'] == 'heads' && $['i'] == 5": TRUE,
    "$['s'] == 'tails' || $['i'] > 4": TRUE,
    "!($['s'] == 'heads')": FALSE,
    "$['i'] == 5.0": TRUE,
    "$['i'] == '5'": FALSE,
    "$['s'] == true": FALSE,
    "'s' in $": TRUE,
    "has($.s)": TRUE,
    "$['l'][0] == 1.0": TRUE,
    "size($['l']) == 3": TRUE,
    "$['d']['b']['c'] == 'x'": TRUE,
    "$['s'].startsWith('he')": TRUE,
    "$['missing'] == 'x' || $['i'] == 5": TRUE,
    "int('7') == 7 && double($['i']) == 5.0": TRUE,
})
cel("conditions_that_are_wrong", {
    "$['missing'] == 'x'": ERROR,
    "$['s'] > 4": ERROR,
    "int($['s']) == 1": ERROR,
    "$['s']": ERROR,
})
raw("a_condition_that_cannot_be_read", CEL.replace("NAME", "unreadable").replace(
    "{TASKS}", "{c: {componentRef: {name: comp-quick}, triggerPolicy: {condition: 'x ==='}}}"),
    refused="condition")
