"""Recurring runs, call by call."""

import pytest
from conftest import PIPELINE, wait_until

ALL, ONE = "/recurringruns", "/recurringruns/{recurring_run_id}"


@pytest.fixture
def asked(pipeline, name):
    """A function that makes a body; what is given replaces, None takes away."""

    def asked(**more):
        body = {"display_name": name(), "max_concurrency": 1, "mode": "DISABLE",
                "trigger": {"cron_schedule": {"cron": "0 0 0 1 1 *"}},
                "pipeline_version_reference": {"pipeline_id": pipeline["pipeline_id"]}, **more}
        return {key: value for key, value in body.items() if value is not None}

    return asked


@pytest.fixture
def made(api, asked):
    """A function that makes one and gives how to name it; all go with the test."""
    ids = []

    def made(**more):
        got = api.make("POST", ALL, asked(**more))
        ids.append(got["recurring_run_id"])
        return got

    yield made
    for one in ids:
        api("DELETE", ONE, recurring_run_id=one)


def test_everything_that_one_may_be_given(api, made, name):
    experiment = api.make("POST", "/experiments", {"display_name": name()})["experiment_id"]
    trigger = {"periodic_schedule": {"start_time": "2030-01-01T00:00:00Z",
                                     "end_time": "2031-01-01T00:00:00Z", "interval_second": "3600"}}
    given = {"description": "d", "experiment_id": experiment, "service_account": "s", "no_catchup": True,
             "max_concurrency": "10", "mode": "ENABLE", "trigger": trigger,
             "runtime_config": {"parameters": {"text": "[[Index]]"}, "pipeline_root": "minio://mlpipeline/r"},
             "plugins_input": {"p": {"a": 1}}, "enable_caching": False, "keep_seconds": "3600",
             "priority": -5}
    got = made(**given)
    assert {key: got[key] for key in given} == given
    assert got["status"] == "ENABLED"
    assert got["created_at"] == got["updated_at"]
    assert api.make("GET", ONE, recurring_run_id=got["recurring_run_id"]) == got


def test_its_runs_are_as_it_says(api, made):
    got = made(mode="ENABLE", trigger={"periodic_schedule": {"interval_second": 1}},
               pipeline_version_reference=None, pipeline_spec=PIPELINE, description="d",
               service_account="s", enable_caching=False, keep_seconds=86400, priority=9,
               runtime_config={"parameters": {"text": "[[Index]]"}}, plugins_input={"p": {"a": 1}})
    assert got["pipeline_spec"] == PIPELINE
    filtered = '{"predicates":[{"operation":1,"key":"recurring_run_id","stringValue":"%s"}]}' \
        % got["recurring_run_id"]
    run = wait_until(lambda: api.make("GET", "/runs", query={"filter": filtered}).get("runs"))[0]
    api.make("POST", ONE + ":disable", recurring_run_id=got["recurring_run_id"])
    assert run["recurring_run_id"] == got["recurring_run_id"]
    assert (run["description"], run["service_account"], run["priority"], run["keep_seconds"],
            run["enable_caching"], run["plugins_input"]) == ("d", "s", 9, "86400", False,
                                                             {"p": {"a": 1}})
    assert run["runtime_config"]["parameters"] == {"text": "1"}
    assert run["experiment_id"] == got["experiment_id"]


@pytest.mark.parametrize("cron", ["0 0 0 1 1 *", "0 0 0 1 1", "@every 1h30m", "@daily", "@hourly",
                                  "0 */5 8-18 * * MON-FRI", "0 0 0 ? JAN,FEB 0"])
def test_crons(made, cron):
    assert made(trigger={"cron_schedule": {"cron": cron}})["trigger"]["cron_schedule"]["cron"] == cron


def cron(text, **more):
    return {"trigger": {"cron_schedule": {"cron": text, **more}}}


def periodic(seconds, **more):
    return {"trigger": {"periodic_schedule": {"interval_second": seconds, **more}}}


@pytest.mark.parametrize("more,status,code,cause", [
    ({"display_name": None}, 400, 3, "display_name"),
    ({"pipeline_version_reference": None}, 400, 3, "pipeline"),
    ({"trigger": None}, 400, 3, ""), ({"trigger": {}}, 400, 3, ""),
    ({"trigger": {**cron("@daily")["trigger"], **periodic(5)["trigger"]}}, 400, 3, "both"),
    (cron(""), 400, 3, "cron"), (cron("nope"), 400, 3, ""), (cron("61 * * * * *"), 400, 3, ""),
    (cron("* * * *"), 400, 3, ""), (cron("0 0 0 30 2 *"), 400, 3, ""), (cron("@every nope"), 400, 3, ""),
    (periodic(0), 400, 3, "interval"), (periodic(-1), 400, 3, "interval"),
    (periodic("x"), 400, 3, "interval"), (periodic(1, nope=1), 400, 3, "nope"),
    (periodic(1, start_time="soon"), 400, 3, "start_time"),
    (periodic(1, start_time="2031-01-01T00:00:00Z", end_time="2030-01-01T00:00:00Z"), 400, 3, "end"),
    ({"max_concurrency": 0}, 400, 3, "max_concurrency"), ({"max_concurrency": 11}, 400, 3, "max_concurrency"),
    ({"max_concurrency": None}, 400, 3, "max_concurrency"), ({"mode": "SOMETIMES"}, 400, 3, "mode"),
    ({"no_catchup": 1}, 400, 3, "no_catchup"), ({"priority": 5000}, 400, 3, "priority"),
    ({"experiment_id": "nope"}, 404, 5, "nope"), ({"nope": 1}, 400, 3, "nope"),
    ({"pipeline_version_reference": {"pipeline_id": "nope"}}, 404, 5, "nope"),
    ({"pipeline_version_id": "nope"}, 400, 3, "more than one"),
    ({"runtime_config": {"parameters": {"count": "x"}}}, 400, 3, "count"),
])
def test_what_is_refused(api, asked, more, status, code, cause):
    api.refused(status, code, cause, "POST", ALL, asked(**more))


def test_enable_and_disable(api, made):
    one = {"recurring_run_id": made()["recurring_run_id"]}
    for verb, mode, status in ((":enable", "ENABLE", "ENABLED"), (":enable", "ENABLE", "ENABLED"),
                               (":disable", "DISABLE", "DISABLED")):
        assert api.make("POST", ONE + verb, **one) == {}
        got = api.make("GET", ONE, **one)
        assert (got["mode"], got["status"]) == (mode, status)
        assert got["updated_at"] >= got["created_at"]


@pytest.mark.parametrize("policy", ["", "DELETE_PROPAGATION_POLICY_UNSPECIFIED", "FOREGROUND",
                                    "BACKGROUND", "ORPHAN"])
def test_delete(api, made, policy):
    one = {"recurring_run_id": made()["recurring_run_id"]}
    assert api.make("DELETE", ONE, query={"propagation_policy": policy}, **one) == {}
    api.refused(404, 5, "RecurringRun", "GET", ONE, **one)
    api.refused(404, 5, "RecurringRun", "DELETE", ONE, **one)


@pytest.mark.parametrize("policy,left", [("ORPHAN", True), ("FOREGROUND", False)])
def test_delete_ends_runs_where_it_is_to(api, made, policy, left):
    got = made(mode="ENABLE", trigger={"periodic_schedule": {"interval_second": 1}},
               runtime_config={"parameters": {"seconds": 8}})
    one = {"recurring_run_id": got["recurring_run_id"]}
    query = {"experiment_id": got["experiment_id"], "sort_by": "created_at desc"}

    def runs():
        return [run for run in api.make("GET", "/runs", query=query).get("runs", [])
                if run.get("recurring_run_id") == one["recurring_run_id"]]

    wait_until(lambda: [run for run in runs() if run["state"] == "RUNNING"])
    api.refused(400, 3, "propagation_policy", "DELETE", ONE, query={"propagation_policy": "x"}, **one)
    api.make("DELETE", ONE, query={"propagation_policy": policy}, **one)
    states = {run["state"] for run in runs()}
    assert bool(states & {"RUNNING", "PENDING"}) == left, states
    for run in runs():
        api.make("POST", "/runs/{run_id}:terminate", run_id=run["run_id"])


@pytest.mark.parametrize("method,verb", [("GET", ""), ("DELETE", ""), ("POST", ":enable"),
                                         ("POST", ":disable")])
def test_unknown_ones(api, method, verb):
    api.refused(404, 5, "RecurringRun nope not found", method, ONE + verb, recurring_run_id="nope")


def test_those_of_an_experiment_are_listed(api, made, name):
    experiment = api.make("POST", "/experiments", {"display_name": name()})["experiment_id"]
    ids = [made(experiment_id=experiment)["recurring_run_id"] for _ in range(3)]
    made()
    listed = api.make("GET", ALL, query={"experiment_id": experiment})
    assert [one["recurring_run_id"] for one in listed["recurringRuns"]] == ids
    assert listed["total_size"] == 3
    assert api.make("GET", ALL, query={"experiment_id": "nope"}) == {}
