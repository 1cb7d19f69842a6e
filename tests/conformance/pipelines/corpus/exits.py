"""What runs whatever happened: exit handlers and their status, ignore_upstream_failure."""

from kfp import dsl

from case import case
from components import If, fail, final, leave, python, quick, say


@case(tasks={"exit-handler-1": "SUCCEEDED", "say": "SUCCEEDED"}, gives={"say": {"Output": "bye"}})
def exit_after_success():
    with dsl.ExitHandler(say(text="bye")):
        quick(text="x")


@case(state="FAILED", error="exit-handler-1.*fail", tasks={
    "exit-handler-1": "FAILED", "say": "SUCCEEDED"})
def exit_after_failure():
    with dsl.ExitHandler(say(text="bye")):
        fail()


@case(gives={"final": {"Output": "exit-handler-1:COMPLETE"}})
def final_status_of_a_success():
    with dsl.ExitHandler(final()):
        quick(text="x")


@case(state="FAILED", gives={"final": {"Output": "exit-handler-1:FAILED"}})
def final_status_of_a_failure():
    with dsl.ExitHandler(final()):
        quick(text="x")
        leave(code=3)


@python
def final_error(status: dsl.PipelineTaskFinalStatus) -> str:
    assert status.error_message and "ended with exit code 3" in status.error_message, status
    assert status.pipeline_job_resource_name.startswith("final-status-names-the-error-"), status
    return "told"


@case(state="FAILED", gives={"final-error": {"Output": "told"}})
def final_status_names_the_error():
    with dsl.ExitHandler(final_error()):
        leave(code=3)


@case(state="FAILED", error="say", tasks={"exit-handler-1": "SUCCEEDED", "fail": "FAILED"})
def the_exit_task_fails():
    with dsl.ExitHandler(fail(text="say goodbye")):
        quick(text="x")


@case(state="FAILED", tasks={"exit-handler-1/say-2": "NOT RUN", "say": "SUCCEEDED"})
def tasks_after_the_failure_do_not_run():
    with dsl.ExitHandler(say(text="bye")):
        broken = fail()
        say(text="after").after(broken)


@case(tasks={"exit-handler-1/condition-2": "SKIPPED", "say": "SUCCEEDED"})
def exit_after_a_skipped_if(n: int = 0):
    with dsl.ExitHandler(say(text="bye")):
        with If(n == 1):
            quick(text="x")


@case(state="FAILED", tasks={"exit-handler-1/for-loop-*": "FAILED", "say": "SUCCEEDED"})
def exit_after_a_loop():
    with dsl.ExitHandler(say(text="bye")):
        with dsl.ParallelFor([0, 4]) as code:
            leave(code=code)


@case(state="FAILED", tasks={"exit-handler-1": "FAILED", "exit-handler-2": "SUCCEEDED",
                             "say": "SUCCEEDED", "say-2": "SUCCEEDED"})
def two_exit_handlers():
    first, second = say(text="bye"), say(text="good night")
    with dsl.ExitHandler(first):
        fail()
    with dsl.ExitHandler(second):
        quick(text="x")


@case(gives={"say": {"Output": "bye you"}})
def exit_with_a_parameter(name: str = "you"):
    with dsl.ExitHandler(say(text=f"bye {name}")):
        quick(text="x")


@dsl.pipeline(name="clean-up")
def clean_up(text: str):
    swept = say(text=f"sweep {text}")
    quick(text="done").after(swept)


@case(modern=True, state="FAILED", tasks={"clean-up": "SUCCEEDED", "clean-up/say": "SUCCEEDED",
                                          "clean-up/quick": "SUCCEEDED"})
def the_exit_task_is_a_pipeline():
    with dsl.ExitHandler(clean_up(text="up")):
        fail()


@dsl.pipeline(name="guarded")
def guarded():
    with dsl.ExitHandler(say(text="inner bye")):
        fail()


@case(state="FAILED", tasks={"guarded/say": "SUCCEEDED", "guarded": "FAILED"})
def an_exit_handler_in_a_pipeline():
    guarded()


@case(state="FAILED", tasks={"fail": "FAILED", "say": "SUCCEEDED"}, gives={
    "say": {"Output": "whatever"}})
def ignoring_a_failure():
    broken = fail()
    say(text="whatever").after(broken).ignore_upstream_failure()


@case(tasks={"say": "SUCCEEDED", "say-2": "SUCCEEDED"})
def ignoring_a_failure_that_is_none():
    fine = say(text="fine")
    say(text="whatever").after(fine).ignore_upstream_failure()


@python
def or_else(text: str = "the default") -> str:
    return text


@case(state="FAILED", gives={"or-else": {"Output": "the default"}})
def ignoring_uses_the_default_for_what_is_missing():
    broken = fail()
    or_else(text=broken.output).ignore_upstream_failure()


@case(state="FAILED", tasks={"say": "SUCCEEDED", "say-2": "SUCCEEDED"})
def what_follows_one_that_ignores_runs():
    broken = fail()
    survivor = say(text="here").after(broken).ignore_upstream_failure()
    say(text="and here").after(survivor)


@case(state="FAILED", tasks={"say": "SUCCEEDED", "fail": "FAILED", "quick": "SUCCEEDED"})
def ignoring_several():
    broken, fine = fail(), quick(text="x")
    say(text="whatever").after(broken, fine).ignore_upstream_failure()


@case(modern=True, state="FAILED", gives={"final": {"Output": "fail:FAILED"}})
def final_status_without_an_exit_handler():
    broken = fail()
    final().after(broken).ignore_upstream_failure()
