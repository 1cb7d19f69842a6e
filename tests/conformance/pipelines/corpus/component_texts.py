"""Components as texts, in the format of the first SDKs, which people have in their repositories."""

import re

from kfp import components, dsl

from case import case
from components import IMAGE, If, quick, say


def component(text):
    return components.load_component_from_text(text.replace("IMAGE", IMAGE))


make_text = component("""
name: Make text
description: Writes what it is given.
metadata: {annotations: {author: somebody}}
inputs:
- {name: Some text, type: String, description: To be written, default: nothing}
- {name: Times, type: Integer, default: '2'}
outputs:
- {name: The Text, type: Dataset}
- {name: Length, type: Integer}
implementation:
  container:
    image: IMAGE
    command:
    - sh
    - -exc
    - |
      mkdir -p "$(dirname "$3")" "$(dirname "$4")"
      for i in $(seq "$2"); do printf %s "$1"; done > "$3"
      wc -c < "$3" | tr -d ' \\n' > "$4"
    - shell
    args:
    - {inputValue: Some text}
    - {inputValue: Times}
    - {outputPath: The Text}
    - {outputPath: Length}
""")

show_text = component("""
name: Show text
inputs: [{name: Text, type: Dataset}]
outputs: [{name: Said, type: String}]
implementation:
  container:
    image: IMAGE
    command: [sh, -c, 'mkdir -p "$(dirname "$1")"; cat "$0" | tee "$1"']
    args: [{inputPath: Text}, {outputPath: Said}]
""")


@case(gives={"make-text": {"length": 6}, "show-text": {"said": "abcabc"}})
def components_with_names_of_several_words():
    made = make_text(some_text="abc")
    show_text(text=made.outputs["the_text"])


@case(gives={"make-text": {"length": 21}}, arguments={"times": 3})
def a_component_of_text_takes_defaults_and_parameters(times: int):
    make_text(times=times)


@case(tasks={"condition-1/quick": "SUCCEEDED", "condition-2": "SKIPPED"})
def an_if_of_an_output_of_a_component_of_text():
    made = make_text(some_text="x", times=1)
    with If(made.outputs["length"] == 1):
        quick(text="one")
    with If(made.outputs["length"] > 1):
        quick(text="more")


optional = component("""
name: Optional
inputs:
- {name: first, type: String}
- {name: second, type: String, optional: true}
- {name: verbose, type: Boolean, optional: true}
outputs: [{name: words, type: String}]
implementation:
  container:
    image: IMAGE
    command: [sh, -c, 'mkdir -p "$(dirname "$0")"; printf "%s|" "$@" > "$0"']
    args:
    - {outputPath: words}
    - --first
    - {inputValue: first}
    - if:
        cond: {isPresent: second}
        then: [--second, {inputValue: second}]
        else: [--no-second]
    - if:
        cond: {isPresent: verbose}
        then: [--verbose, {inputValue: verbose}]
    - {concat: [a, {inputValue: first}, b]}
""")


@case(gives={"optional": {"words": "--first|x|--no-second|axb|"},
             "optional-2": {"words": "--first|x|--second|y|--verbose|true|axb|"}})
def optional_arguments_of_a_component_of_text():
    optional(first="x")
    optional(first="x", second="y", verbose=True)


typed = component("""
name: Typed
inputs:
- {name: i, type: Integer}
- {name: f, type: Float}
- {name: b, type: Bool}
- {name: l, type: JsonArray}
- {name: d, type: JsonObject}
- {name: s, type: String}
outputs: [{name: all, type: String}]
implementation:
  container:
    image: IMAGE
    command: [sh, -c, 'mkdir -p "$(dirname "$0")"; printf "%s|" "$@" > "$0"']
    args:
    - {outputPath: all}
    - {inputValue: i}
    - {inputValue: f}
    - {inputValue: b}
    - {inputValue: l}
    - {inputValue: d}
    - {inputValue: s}
""")


@case(gives={"typed": {"all": '7|0.5|false|[1,"a"]|{"k":1}|text|'}})
def a_component_of_text_with_all_types():
    typed(i=7, f=0.5, b=False, l=[1, "a"], d={"k": 1}, s="text")


untyped = component("""
name: Untyped
inputs:
- {name: data}
- {name: path, type: GCSPath}
outputs:
- {name: result}
implementation:
  container:
    image: IMAGE
    command: [sh, -c, 'mkdir -p "$(dirname "$2")"; cat "$0" > "$2"; printf %s "$1" >> "$2"']
    args: [{inputPath: data}, {inputPath: path}, {outputPath: result}]
""")
untyped_maker = component("""
name: Untyped maker
outputs:
- {name: result}
- {name: place, type: GCSPath}
implementation:
  container:
    image: IMAGE
    command: [sh, -c, 'mkdir -p "$(dirname "$0")" "$(dirname "$1")"; printf made > "$0"; printf gs://b/o > "$1"']
    args: [{outputPath: result}, {outputPath: place}]
""")


@case(tasks={"untyped": "SUCCEEDED"})
def components_of_text_without_types():
    made = untyped_maker()
    untyped(data=made.outputs["result"], path=made.outputs["place"])


uris = component("""
name: Uris
inputs: [{name: data, type: Dataset}]
outputs: [{name: model, type: Model}, {name: seen, type: String}]
implementation:
  container:
    image: IMAGE
    command: [sh, -c, 'mkdir -p "$(dirname "$2")"; echo "$0 $1" > "$2"']
    args: [{inputUri: data}, {outputUri: model}, {outputPath: seen}]
""")


@case(gives={"uris": {"seen": re.compile("minio://.*/make-text.* minio://.*/model\n")}})
def uris_of_a_component_of_text():
    uris(data=make_text(some_text="x").outputs["the_text"])


@case(gives={"for-loop-*/#1/make-text": {"length": 4}})
def a_component_of_text_in_a_loop():
    with dsl.ParallelFor(["a", "bb"]) as item:
        make_text(some_text=item)


final_status = component("""
name: Final status
inputs:
- {name: message, type: String}
- {name: status, type: PipelineTaskFinalStatus}
outputs: [{name: heard, type: String}]
implementation:
  container:
    image: IMAGE
    command: [sh, -c, 'mkdir -p "$(dirname "$0")"; printf "%s %s" "$1" "$2" > "$0"']
    args: [{outputPath: heard}, {inputValue: message}, {inputValue: status}]
""")


@case(gives={"final-status": {"heard": re.compile('bye .*"state":"COMPLETE".')}})
def the_final_status_in_a_component_of_text():
    with dsl.ExitHandler(final_status(message="bye")):
        say(text="x")


environment = component("""
name: Environment
outputs: [{name: seen, type: String}]
implementation:
  container:
    image: IMAGE
    env: {GREETING: hello there, OTHER: "7"}
    command: [sh, -c, 'mkdir -p "$(dirname "$0")"; printf "%s %s" "$GREETING" "$OTHER" > "$0"']
    args: [{outputPath: seen}]
""")


@case(gives={"environment": {"seen": "hello there 7"}})
def the_environment_in_a_component_of_text():
    environment()
