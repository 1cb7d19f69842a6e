"""All types of parameters, defaults, and values at the edge."""

from kfp import dsl

from case import case
from components import (IMAGE, add, count, echo, half, is_long, numbers, pair, python, quick,
                        record, say, show, show_list)


@python
def types(s: str, i: int, f: float, b: bool, l: list, d: dict) -> str:
    assert [type(v) for v in (s, i, f, b, l, d)] == [str, int, float, bool, list, dict], locals()
    return f"{s} {i} {f} {b} {l} {d}"


@case(gives={"types": {"Output": "x 3 0.5 True [1, 'a', [2]] {'k': {'n': 1.5}}"}})
def every_type_by_default(s: str = "x", i: int = 3, f: float = 0.5, b: bool = True,
                          l: list = [1, "a", [2]], d: dict = {"k": {"n": 1.5}}):
    types(s=s, i=i, f=f, b=b, l=l, d=d)


@case(arguments={"s": "", "i": -7, "f": -1e-3, "b": False, "l": [], "d": {}},
      gives={"types": {"Output": " -7 -0.001 False [] {}"}})
def every_type_as_an_argument(s: str, i: int, f: float, b: bool, l: list, d: dict):
    types(s=s, i=i, f=f, b=b, l=l, d=d)


@case(gives={"types": {"Output": "c 1 2.5 False [1] {'a': 2}"}})
def every_type_as_a_constant():
    types(s="c", i=1, f=2.5, b=False, l=[1], d={"a": 2})


@case(outputs={"Output": "a 3"}, gives={"count": {"Output": 3}, "half": {"Output": 1.5},
                                        "is-long": {"Output": False}, "numbers": {"Output": [0, 1]},
                                        "record": {"Output": {"n": 1}},
                                        "pair": {"first": "a", "size": 3}})
def every_type_as_an_output() -> str:
    count(text="abc")
    half(number=3.0)
    is_long(text="abc")
    numbers(n=2)
    record(name="n", size=1)
    both = pair(text="abc")
    return say(text=f"{both.outputs['first']} {both.outputs['size']}").output


@case(gets={"half-2": {"number": 5e-324}}, gives={"half": {"Output": 5e-301}})
def very_small_fractions():
    half(number=1e-300)
    half(number=5e-324)


@case(gives={"add": {"Output": 9007199254740992}, "add-2": {"Output": -9007199254740991}})
def great_integers():
    add(a=9007199254740991, b=1)
    add(a=-9007199254740990, b=-1)


@case(gives={"half": {"Output": 2}})
def a_whole_number_for_a_fraction():
    half(number=4.0)


@case(arguments={"f": 3}, gives={"say": {"Output": "3"}})
def a_whole_number_prints_without_a_fraction(f: float):
    say(text=f"{f}")


@case(gives={"say": {"Output": "1 true 0.5"}})
def numbers_in_texts(i: int = 1, b: bool = True, f: float = 0.5):
    say(text=f"{i} {b} {f}")


@python
def not_a_number() -> float:
    return float("nan")


@case(state="FAILED", tasks={"not-a-number": "FAILED"})
def nan_is_no_value():
    not_a_number()


TEXT = "grüße, 大家好 🎉 \t\"quoted\" 'single' \\back {{brace}} $HOME `x` %s\nsecond line"


@case(arguments={"text": TEXT}, gives={"say": {"Output": TEXT}, "echo": {"heard": TEXT}})
def difficult_texts(text: str):
    say(text=text)
    echo(text=text)


@case(arguments={"text": "{{$.inputs.parameters['text']}} {{$}}"},
      gives={"echo": {"heard": "{{$.inputs.parameters['text']}} {{$}}"}})
def values_are_no_placeholders(text: str):
    echo(text=text)


@case(arguments={"text": " padded \n"}, gives={"say": {"Output": " padded \n"},
                                               "echo": {"heard": " padded \n"}})
def white_space_stays(text: str):
    say(text=text)
    echo(text=text)


@case(arguments={"text": "x" * 60000}, gives={"say": {"Output": "x" * 60000},
                                              "count": {"Output": 60000}})
def a_big_text(text: str):
    say(text=text)
    count(text=text)


@python
def big_list() -> list:
    return list(range(20000))


@python
def length(values: list) -> int:
    return len(values)


@case(gives={"length": {"Output": 20000}})
def a_big_list():
    length(values=big_list().output)


@case(arguments={"value": {"a": {"b": [1, 2, {"c": None}]}, "d": True}},
      gives={"show": {"Output": '{"a": {"b": [1, 2, {"c": null}]}, "d": true}'}})
def deep_structs(value: dict):
    show(value=value)


@case(gives={"show": {"Output": '{"\\u00e4": "\\u5927"}'}})
def structs_beyond_ascii(value: dict = {"ä": "大"}):
    show(value=value)


@case(arguments={"value": [1, 2.5, "a", True, None, [], {}]},
      gives={"show-list": {"Output": '[1, 2.5, "a", true, null, [], {}]'}})
def mixed_lists(value: list):
    show_list(value=value)


@case(modern=True, gives={"show": {"Output": '{"n": 3, "name": "x", "sum": 7}'}})
def channels_inside_a_struct(name: str = "x", n: int = 3):
    made = add(a=n, b=4)
    show(value={"name": name, "n": n, "sum": made.output})


@case(modern=True, gives={"show-list": {"Output": '["x", 3, 7]'}})
def channels_inside_a_list(name: str = "x", n: int = 3):
    made = add(a=n, b=4)
    show_list(value=[name, n, made.output])


@case(gives={"say": {"Output": "x-3-7"}})
def channels_inside_a_text(name: str = "x", n: int = 3):
    made = add(a=n, b=4)
    say(text=f"{name}-{n}-{made.output}")


@case(refused="'n'.*INTEGER")
def a_missing_argument(n: int):
    quick(text="x")


@case(arguments={"m": 1}, refused="no parameter 'm'")
def an_unknown_argument(n: int = 1):
    quick(text="x")


@case(arguments={"n": "1"}, refused="'n'.*NUMBER_INTEGER")
def a_text_for_a_number(n: int):
    quick(text="x")


@case(arguments={"n": 1.5}, refused="'n'.*NUMBER_INTEGER")
def a_fraction_for_an_integer(n: int):
    quick(text="x")


@case(arguments={"n": 2.0}, gets={"add": {"a": 2}})
def a_whole_fraction_for_an_integer(n: int):
    add(a=n, b=1)


@case(arguments={"b": 1}, refused="'b'.*BOOLEAN")
def a_number_for_a_boolean(b: bool):
    quick(text="x")


@case(arguments={"l": {"a": 1}}, refused="'l'.*LIST")
def a_struct_for_a_list(l: list):
    quick(text="x")


@case(arguments={"s": None}, refused="'s'.*STRING")
def null_for_a_text(s: str):
    quick(text="x")


@case(arguments={"f": float("nan")}, refused="JSON|number")
def nan_as_an_argument(f: float):
    quick(text="x")


@python
def wrong_type() -> int:
    return "text"


@case(state="FAILED", tasks={"wrong-type": "FAILED"})
def an_output_of_the_wrong_type():
    wrong_type()


@dsl.container_component
def silent(value: dsl.OutputPath(int)):
    return dsl.ContainerSpec(image=IMAGE, command=["true"], args=[value])


@case(state="FAILED", error="value", tasks={"silent": "FAILED"})
def an_output_that_is_not_written():
    silent()


@dsl.container_component
def typed(n: dsl.OutputPath(int), f: dsl.OutputPath(float), b: dsl.OutputPath(bool),
          l: dsl.OutputPath(list), d: dsl.OutputPath(dict)):
    script = ('echo " 42 " >"$0"; echo 2.5 >"$1"; echo True >"$2"; echo "[1, 2]" >"$3"; '
              """echo '{"a": 1}' >"$4" """)
    return dsl.ContainerSpec(image=IMAGE, command=["sh", "-c", script], args=[n, f, b, l, d])


@case(gives={"typed": {"n": 42, "f": 2.5, "b": True, "l": [1, 2], "d": {"a": 1}}})
def outputs_as_texts_in_files():
    typed()


@dsl.container_component
def untyped(n: dsl.OutputPath(int)):
    return dsl.ContainerSpec(image=IMAGE, command=["sh", "-c", 'echo seven >"$0"'], args=[n])


@case(state="FAILED", error="'n'|n:", tasks={"untyped": "FAILED"})
def a_file_that_holds_no_number():
    untyped()
