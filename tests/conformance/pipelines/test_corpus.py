"""Every pipeline of the corpus ends as it says."""

import math
import re

import pytest


def same(found, wanted):
    """As ==, but 1 is not 1.0 nor True, and NaN is NaN."""
    if isinstance(wanted, dict) and isinstance(found, dict):
        return found.keys() == wanted.keys() and all(same(found[k], wanted[k]) for k in wanted)
    if isinstance(wanted, list) and isinstance(found, list):
        return len(found) == len(wanted) and all(map(same, found, wanted))
    if isinstance(wanted, re.Pattern):
        return isinstance(found, str) and bool(wanted.fullmatch(found))
    if isinstance(wanted, float) and math.isnan(wanted):
        return isinstance(found, float) and math.isnan(found)
    return type(found) is type(wanted) and found == wanted


def check_some(found, wanted, what):
    """All that is wanted is there; there may be more."""
    for key, value in wanted.items():
        assert key in found and same(found[key], value), (
            f"{what}: {key} is {found.get(key)!r}, not {value!r}")


def check_tasks(case, run):
    for path, state in case.tasks.items():
        assert run.state(path) == state, f"{path} is {run.state(path)}, not {state}"
    for path, wanted in case.gives.items():
        check_some(run.parameters(path, "outputs"), wanted, f"outputs of {path}")
    for path, wanted in case.gets.items():
        check_some(run.parameters(path, "inputs"), wanted, f"inputs of {path}")
    for path, pattern in case.errors.items():
        assert re.search(pattern, run.error(path)), run.error(path)
    for path, pattern in case.logs.items():
        assert re.search(pattern, run.log(path)), run.log(path)
    for path, attempts in case.attempts.items():
        assert len(run.task(path)["details"]["attempts"]) == attempts


def check_artifacts(case, run):
    for path, wanted in case.files.items():
        found = run.artifacts(path)
        for key, content in wanted.items():
            contents = [run.content(artifact) for artifact in found.get(key, [])]
            assert contents == (content if isinstance(content, list) else [content])
    for path, wanted in case.metadata.items():
        found = run.artifacts(path)
        for key, values in wanted.items():
            check_some(found[key][0].get("metadata", {}), values, f"metadata of {path} {key}")


def check(case, run):
    assert run.run["state"] == case.state
    assert re.search(case.error, run.error()), run.error()
    if case.outputs:
        parameters = run.parameters("", "outputs")
        assert same(parameters, case.outputs), f"the pipeline's outputs are {parameters!r}"
    check_tasks(case, run)
    check_artifacts(case, run)
    for pattern in case.notices:
        found = [notice for notice in run.notices() if re.search(pattern, notice)]
        assert len(found) == 1, f"{pattern!r} in {run.notices()}"


def test_pipeline(case, runs):
    answer = runs.started[case.name]
    if isinstance(answer, Exception):
        raise answer
    if case.refused:
        assert answer.status_code == 400, answer.text
        assert re.search(case.refused, answer.json()["message"]), answer.text
        return
    assert answer.status_code == 200, answer.text
    run = runs.wait(answer)
    try:
        check(case, run)
    except AssertionError as problem:
        pytest.fail(f"{problem}\n{run.summary()}", pytrace=False)
    if case.again is not None:
        second = runs.wait(runs.start(case))
        for path, state in case.again.items():
            assert second.state(path) == state, second.summary()
        if case.outputs:
            assert same(second.parameters("", "outputs"), case.outputs)
