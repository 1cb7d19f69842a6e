"""A pytest plugin: runs one share of the tests ($S3TESTS_SHARE, "0/2") and writes one JSON line a
test into $S3TESTS_RESULTS, with what it ended on and its markers."""

import json
import os

import pytest

PHASES = {}


def pytest_collection_modifyitems(items):
    share, shares = map(int, os.environ["S3TESTS_SHARE"].split("/"))
    items[:] = items[share::shares]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    phases = PHASES.setdefault(item.nodeid, {})
    phases[report.when] = report
    if report.when == "teardown":
        write(item, phases)
        del PHASES[item.nodeid]
    return report


def write(item, phases):
    worst = next((phases[when] for when in ("setup", "call", "teardown")
                  if when in phases and phases[when].outcome != "passed"), phases["teardown"])
    line = {
        "test": item.nodeid.rsplit("/", 1)[-1],
        "outcome": worst.outcome if worst.when == "call" or worst.outcome == "passed"
        else f"{worst.outcome} in {worst.when}",
        "seconds": round(sum(report.duration for report in phases.values()), 2),
        "markers": sorted({marker.name for marker in item.iter_markers()}),
        "reason": reason_of(worst),
        "detail": str(worst.longrepr)[-6000:] if worst.outcome == "failed" else "",
    }
    # One write a line, appended: the processes of a run share the file.
    with open(os.environ["S3TESTS_RESULTS"], "a", encoding="utf-8") as out:
        out.write(json.dumps(line) + "\n")


def reason_of(report):
    crash = getattr(report.longrepr, "reprcrash", None)
    if crash is not None:
        # The line of the test itself, not of the library it ended in.
        lines = [entry.reprfileloc.lineno for entry in report.longrepr.reprtraceback.reprentries
                 if getattr(entry, "reprfileloc", None) and "functional/test_" in
                 entry.reprfileloc.path]
        message = crash.message.splitlines()[0][:200] if crash.message else ""
        return f"line {lines[-1] if lines else crash.lineno}: {message}"
    if isinstance(report.longrepr, tuple):  # skipped: (path, line, reason)
        return report.longrepr[2]
    return str(report.longrepr or "").strip().rsplit("\n", 1)[-1][:200]
