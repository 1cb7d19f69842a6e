"""Experiments, call by call."""

import pytest

ALL, ONE = "/experiments", "/experiments/{experiment_id}"
EPOCH = "1970-01-01T00:00:00Z"


@pytest.fixture
def experiment(api, name):
    return api.make("POST", ALL, {"display_name": name(), "description": "d"})


def test_one_is_made_and_found(api, experiment):
    assert set(experiment) == {"experiment_id", "display_name", "description", "created_at",
                               "last_run_created_at", "storage_state"}
    assert experiment["last_run_created_at"] == EPOCH
    assert experiment["storage_state"] == "AVAILABLE"
    got = api.make("GET", ONE, experiment_id=experiment["experiment_id"])
    assert got == experiment


@pytest.mark.parametrize("body,cause", [
    ({}, "display_name"), ({"display_name": ""}, "display_name"),
    ({"display_name": "x" * 129}, "129"), ({"display_name": 5}, "display_name"),
    ({"display_name": "x", "nope": 1}, "nope"), ({"display_name": "x", "createdAt": "now"}, "created_at"),
    ({"displayName": "x", "display_name": "y"}, "display"),
])
def test_what_is_refused(api, body, cause):
    api.refused(400, 3, cause, "POST", ALL, body)


def test_names_are_unique_and_may_be_long(api, name):
    longest = (name() + "x" * 128)[:128]
    api.make("POST", ALL, {"displayName": longest})
    api.refused(409, 6, longest, "POST", ALL, {"display_name": longest})
    umlauts = (name() + "ö" * 128)[:128]
    assert api.make("POST", ALL, {"display_name": umlauts, "namespace": "ignored"})[
        "display_name"] == umlauts


def test_archiving_takes_runs_along_and_restoring_does_not(api, experiment, start, pipeline, name):
    where = {"experiment_id": experiment["experiment_id"]}
    run = start(**where)
    assert api.make("GET", ONE, **where)["last_run_created_at"] == run["created_at"]
    recurring = api.make("POST", "/recurringruns", {
        "display_name": name(), "max_concurrency": 1, "mode": "ENABLE",
        "trigger": {"cron_schedule": {"cron": "@yearly"}}, **where,
        "pipeline_version_reference": {"pipeline_id": pipeline["pipeline_id"]}})
    by_id = {"recurring_run_id": recurring["recurring_run_id"]}
    assert api.make("POST", ONE + ":archive", **where) == {}
    assert api.make("GET", ONE, **where)["storage_state"] == "ARCHIVED"
    got = api.make("GET", "/runs/{run_id}", run_id=run["run_id"])
    assert (got["storage_state"], got["state"]) == ("ARCHIVED", "SUCCEEDED")
    assert api.make("GET", "/recurringruns/{recurring_run_id}", **by_id)["status"] == "DISABLED"
    api.refused(400, 9, "archived", "POST", "/runs/{run_id}:unarchive", run_id=run["run_id"])
    api.refused(400, 9, "archived", "POST", "/recurringruns/{recurring_run_id}:enable", **by_id)
    assert api.make("POST", ONE + ":archive", **where) == {}  # once more changes nothing
    assert api.make("POST", ONE + ":unarchive", **where) == {}
    assert api.make("GET", ONE, **where)["storage_state"] == "AVAILABLE"
    got = api.make("GET", "/runs/{run_id}", run_id=run["run_id"])
    assert got["storage_state"] == "ARCHIVED"
    assert api.make("GET", "/recurringruns/{recurring_run_id}", **by_id)["status"] == "DISABLED"


def test_deleting_leaves_runs_unless_they_are_to_go(api, experiment, start, name):
    where = {"experiment_id": experiment["experiment_id"]}
    run = start(**where)
    api.refused(400, 3, "delete_runs", "DELETE", ONE, query={"delete_runs": "maybe"}, **where)
    assert api.make("DELETE", ONE, **where) == {}
    api.refused(404, 5, experiment["experiment_id"], "GET", ONE, **where)
    api.refused(404, 5, experiment["experiment_id"], "DELETE", ONE, **where)
    assert api.make("GET", "/runs/{run_id}", run_id=run["run_id"])["state"] == "SUCCEEDED"
    other = {"experiment_id": api.make("POST", ALL, {"display_name": name()})["experiment_id"]}
    run = start(**other)
    api.make("DELETE", ONE, query={"delete_runs": "true"}, **other)
    assert api("GET", "/runs/{run_id}", run_id=run["run_id"]).status_code == 404


def test_the_default_one_stays(api, start):
    default = start()["experiment_id"]
    assert api.make("GET", ONE, experiment_id=default)["display_name"] == "Default"
    for query in ({}, {"delete_runs": "true"}):
        api.refused(409, 10, "default", "DELETE", ONE, query=query, experiment_id=default)


@pytest.mark.parametrize("method,verb", [("GET", ""), ("DELETE", ""), ("POST", ":archive"),
                                         ("POST", ":unarchive")])
def test_unknown_ones(api, method, verb):
    api.refused(404, 5, "Experiment nope not found", method, ONE + verb, experiment_id="nope")
