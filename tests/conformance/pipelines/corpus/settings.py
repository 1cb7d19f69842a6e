"""Retries, resources, environment, display names, caching, images."""

import re

from kfp import dsl

from case import MODERN, case
from components import IMAGE, echo, fail, leave, python, quick, say, shell, sleep, variable, write


@case(state="FAILED", attempts={"leave": 3}, tasks={"leave": "FAILED"})
def retries_until_none_is_left():
    leave(code=1).set_retry(2, backoff_duration="0s")


@case(state="FAILED", attempts={"leave": 2})
def retries_wait():
    leave(code=1).set_retry(1, backoff_duration="1s", backoff_factor=1.0)


@dsl.container_component
def second_time(done: dsl.OutputPath(str)):
    script = ('test "$KFP_RETRY_INDEX" = 1 || exit 7; mkdir -p "$(dirname "$0")"; '
              'printf %s "attempt $KFP_RETRY_INDEX" >"$0"')
    return dsl.ContainerSpec(**shell(script), args=[done])


@case(attempts={"second-time": 2}, tasks={"second-time": "SUCCEEDED"},
      gives={"second-time": {"done": "attempt 1"}})
def a_retry_helps():
    second_time().set_retry(3, backoff_duration="0s")


@dsl.pipeline(name="inside")
def inside():
    leave(code=1).after(quick(text="x"))


@case(modern=True, state="FAILED", tasks={"inside": "FAILED", "inside/quick": "SUCCEEDED"},
      attempts={"inside/leave": 3, "inside/quick": 1})
def an_inner_pipeline_is_retried():
    inside().set_retry(2, backoff_duration="0s")


@case(attempts={"quick": 1})
def no_retry_where_none_is_needed():
    quick(text="x").set_retry(5)


@case(gives={"variable": {"value": "one"}, "variable-2": {"value": "two words = 2"}})
def environment_variables():
    variable(name="A").set_env_variable("A", "one")
    variable(name="B").set_env_variable("A", "one").set_env_variable("B", "two words = 2")


@case(gives={"variable": {"value": re.compile("[0-9a-f-]{36}")},
             "variable-2": {"value": "0"}, "variable-3": {"value": "/home/task"}})
def what_a_task_finds_in_its_environment():
    variable(name="KFP_POD_NAME")
    variable(name="KFP_RETRY_INDEX")
    variable(name="HOME")


@case(tasks={"quick": "SUCCEEDED"})
def resources():
    quick(text="x").set_cpu_limit("1").set_cpu_request("500m").set_memory_limit(
        "1G").set_memory_request("256M")


@case(tasks={"quick": "SUCCEEDED"},
      notices=["^accelerator has no meaning.*quick"] if MODERN else [])
def accelerators():
    quick(text="x").set_accelerator_type("nvidia.com/gpu").set_accelerator_limit(1)


@case(modern=True, arguments={"cpu": "250m", "image": IMAGE}, tasks={"quick": "SUCCEEDED"})
def settings_from_parameters(cpu: str, image: str, memory: str = "64Mi"):
    quick(text="x").set_cpu_limit(cpu).set_memory_limit(memory).set_container_image(image)


@case(modern=True, arguments={"image": "alpine:3"}, state="FAILED",
      errors={"quick": "alpine:3.*cannot run here"})
def an_image_that_cannot_run_told_late(image: str):
    quick(text="x").set_container_image(image)


@dsl.container_component
def foreign():
    return dsl.ContainerSpec(image="registry.example/team/tool:1", command=["tool"])


@case(refused="registry.example/team/tool:1.*cannot run here")
def an_image_that_cannot_run():
    foreign()


@dsl.container_component
def on_the_host(heard: dsl.OutputPath(str)):
    script = 'mkdir -p "$(dirname "$0")"; command -v sh | tr -d "\\n" >"$0"; touch /usr/x && exit 9'
    return dsl.ContainerSpec(image="tools/anything:2", command=["sh", "-c", script + "; exit 0"],
                             args=[heard])


@case(gives={"on-the-host": {"heard": "/usr/bin/sh"}}, logs={"on-the-host": "stands for /"})
def an_image_that_stands_for_the_machine():
    on_the_host()


@dsl.component(base_image="tools/python:any")
def python_on_the_host(text: str) -> str:
    return f"{text} there"


@case(gives={"python-on-the-host": {"Output": "from there"}})
def python_on_an_image_that_stands_for_the_machine():
    python_on_the_host(text="from")


@dsl.container_component
def in_a_folder(heard: dsl.OutputPath(str)):
    script = 'mkdir -p /tmp/kfp/outputs; echo "$(cat /etc/corpus) $(echo /*)" >"$0"'
    return dsl.ContainerSpec(image="corpus/root", command=["/bin/sh", "-c", script], args=[heard])


@case(gives={"in-a-folder": {"heard": re.compile(r"(?s)brought .*/bin .*")}})
def an_image_that_is_a_folder():
    in_a_folder()


@case(again={"say": "SKIPPED", "say-2": "SKIPPED", "write": "SKIPPED"}, tasks={
    "say": "SUCCEEDED"}, arguments={"text": "cached"}, outputs={"Output": "cached!"})
def the_second_run_is_cached(text: str) -> str:
    first = say(text=text)
    write(text=text)
    return say(text=f"{first.output}!").output


@case(again={"say": "SUCCEEDED", "say-2": "SKIPPED"})
def one_task_is_not_cached():
    say(text="never").set_caching_options(False)
    say(text="always")


@case(state="FAILED", again={"fail": "FAILED", "say": "SKIPPED"})
def failures_are_not_cached():
    say(text="fine")
    fail(text="never cached")


@case(modern=True, again={"say": "SKIPPED"})
def a_cache_key_of_ones_own():
    say(text="[any]").set_caching_options(True, cache_key="mine")


@case(state="FAILED", error="took longer|timed out|activeDeadline", modern=True,
      config=lambda: dsl.PipelineConfig(active_deadline_seconds=1), tasks={"sleep": "CANCELED"})
def a_run_may_take_a_second():
    sleep(seconds=60.0)


@case(modern=True, config=lambda: dsl.PipelineConfig(
    ttl_seconds_after_finished=100, ttl_seconds_after_success=10, ttl_seconds_after_failure=20))
def times_to_live():
    quick(text="x")
