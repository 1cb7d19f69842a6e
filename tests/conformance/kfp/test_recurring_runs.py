"""Recurring runs through the unmodified client."""

import datetime
import time

import kfp
import pytest
import requests
import sample_pipelines
from kfp_server_api.exceptions import ApiException

UTC = datetime.timezone.utc


def wait_until(condition, seconds=60):
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < deadline, "it did not come to that"
        time.sleep(0.1)
    return found


def runs_of(api, recurring_run_id):
    """Oldest first."""
    filter_text = ('{"predicates":[{"operation":"EQUALS","key":"recurring_run_id","string_value":"'
                   + recurring_run_id + '"}]}')
    return api.get("/runs", filter=filter_text, page_size=200).json().get("runs", [])


@pytest.fixture
def experiment(client, name):
    return client.create_experiment(name()).experiment_id


@pytest.fixture
def create(client, package, experiment, name):
    """A function that makes recurring runs of the echo pipeline, deleted with the test."""
    made = []

    def make(**options):
        options.setdefault("pipeline_package_path", package)
        recurring = client.create_recurring_run(experiment, name(), **options)
        made.append(recurring.recurring_run_id)
        return recurring

    yield make
    for recurring_run_id in made:
        try:
            client.delete_recurring_run(recurring_run_id)
        except ApiException as error:
            assert error.status == 404


def test_an_interval_makes_runs(client, api, create, experiment):
    recurring = create(interval_second=1, params={"text": "tick [[Index]] [[RunUUID]]"},
                       max_concurrency=2, no_catchup=True, description="often")
    assert recurring.status == "ENABLED"
    assert recurring.max_concurrency == "2"
    assert recurring.trigger.periodic_schedule.interval_second == "1"
    wait_until(lambda: len(runs_of(api, recurring.recurring_run_id)) >= 2)
    client.disable_recurring_run(recurring.recurring_run_id)
    runs = runs_of(api, recurring.recurring_run_id)
    first = client.wait_for_run_completion(runs[0]["run_id"], timeout=60, sleep_duration=0.1)
    assert first.state == "SUCCEEDED"
    assert first.recurring_run_id == recurring.recurring_run_id
    assert first.experiment_id == experiment
    assert first.runtime_config.parameters == {"text": f"tick 1 {first.run_id}"}
    second = client.get_run(runs[1]["run_id"])
    assert second.scheduled_at - first.scheduled_at >= datetime.timedelta(seconds=1)
    assert second.scheduled_at.microsecond == 0


def test_a_cron_makes_runs_until_it_is_disabled(client, api, create):
    recurring = create(cron_expression="* * * * * *", max_concurrency=10)
    wait_until(lambda: runs_of(api, recurring.recurring_run_id))
    client.disable_recurring_run(recurring.recurring_run_id)
    got = client.get_recurring_run(recurring.recurring_run_id)
    assert (got.status, got.mode) == ("DISABLED", "DISABLE")
    assert got.trigger.cron_schedule.cron == "* * * * * *"
    time.sleep(1.5)  # a tick that had begun
    count = len(runs_of(api, recurring.recurring_run_id))
    time.sleep(2)
    assert len(runs_of(api, recurring.recurring_run_id)) == count
    client.enable_recurring_run(recurring.recurring_run_id)
    wait_until(lambda: len(runs_of(api, recurring.recurring_run_id)) > count)


def test_what_was_missed_is_caught_up_between_start_and_end(client, api, create):
    now = datetime.datetime.now(UTC).replace(microsecond=0)
    start = now - datetime.timedelta(minutes=5)
    end = now - datetime.timedelta(minutes=2)
    recurring = create(interval_second=60, start_time=start.strftime("%Y-%m-%dT%H:%M:%SZ"),
                       end_time=end.strftime("%Y-%m-%dT%H:%M:%SZ"), max_concurrency=3,
                       params={"text": "[[ScheduledTime.2006-01-02T15:04:05Z]]"})
    runs = wait_until(lambda: (found := runs_of(api, recurring.recurring_run_id))
                      and len(found) == 3 and found)
    assert [run["runtime_config"]["parameters"]["text"] for run in runs] == [
        (start + datetime.timedelta(minutes=minute)).strftime("%Y-%m-%dT%H:%M:%SZ")
        for minute in (1, 2, 3)]


def test_no_more_runs_at_once_than_allowed(client, api, create, tmp_path):
    package = str(tmp_path / "wait.yaml")
    kfp.compiler.Compiler().compile(sample_pipelines.wait_pipeline, package)
    recurring = create(interval_second=1, pipeline_package_path=package, max_concurrency=1)
    run, = wait_until(lambda: runs_of(api, recurring.recurring_run_id))
    time.sleep(2.5)
    assert len(runs_of(api, recurring.recurring_run_id)) == 1
    client.disable_recurring_run(recurring.recurring_run_id)
    client.terminate_run(run["run_id"])


def test_each_run_takes_the_newest_version(client, api, experiment, package, name):
    pipeline = client.upload_pipeline(package, pipeline_name=name())
    reply = api.post("/recurringruns", {
        "display_name": name(), "experiment_id": experiment, "max_concurrency": 1,
        "pipeline_version_reference": {"pipeline_id": pipeline.pipeline_id},
        "trigger": {"periodic_schedule": {"interval_second": 1}}, "no_catchup": True}).json()
    recurring_run_id = reply["recurring_run_id"]
    wait_until(lambda: runs_of(api, recurring_run_id))
    version = client.upload_pipeline_version(package, name(), pipeline_id=pipeline.pipeline_id)
    wait_until(lambda: runs_of(api, recurring_run_id)[-1]["pipeline_version_reference"][
        "pipeline_version_id"] == version.pipeline_version_id)
    client.delete_recurring_run(recurring_run_id)


def test_lists_and_deletion(client, api, create, experiment):
    ids = [create(cron_expression="@daily", enabled=False).recurring_run_id for _ in range(3)]
    page = client.list_recurring_runs(experiment_id=experiment, page_size=2, sort_by="created_at")
    assert [item.recurring_run_id for item in page.recurring_runs] == ids[:2]
    assert page.total_size == 3
    rest = client.list_recurring_runs(experiment_id=experiment, page_size=2, sort_by="created_at",
                                      page_token=page.next_page_token)
    assert [item.recurring_run_id for item in rest.recurring_runs] == ids[2:]
    assert "recurringRuns" in api.get("/recurringruns", experiment_id=experiment).json()
    client.delete_recurring_run(ids[0])
    with pytest.raises(ApiException) as error:
        client.get_recurring_run(ids[0])
    assert error.value.status == 404


def test_archiving_the_experiment_disables_it(client, create, experiment):
    recurring = create(cron_expression="@daily")
    client.archive_experiment(experiment)
    assert client.get_recurring_run(recurring.recurring_run_id).status == "DISABLED"


@pytest.mark.parametrize("options, word", [
    ({"cron_expression": "* * * * *  *  *"}, "six fields"),
    ({"cron_expression": "61 * * * * *"}, "second"),
    ({"interval_second": 1, "max_concurrency": 11}, "max_concurrency"),
    ({"interval_second": 1, "params": {"other": 1}}, "other"),
])
def test_wrong_ones_are_refused(create, options, word):
    with pytest.raises(ApiException) as error:
        create(**options)
    assert error.value.status == 400
    assert word in error.value.body


def test_ticks_go_on_after_a_crash_and_none_comes_twice(own_server, package, name):
    server = own_server()
    client = kfp.Client(host=server.api_url)
    experiment = client.create_experiment(name()).experiment_id
    recurring = client.create_recurring_run(experiment, name(), pipeline_package_path=package,
                                            interval_second=1, max_concurrency=10)

    def runs(url):
        return requests.get(f"{url}/apis/v2beta1/runs", params={"page_size": 200},
                            timeout=30).json().get("runs", [])

    wait_until(lambda: len(runs(server.api_url)) >= 2)
    for _ in range(2):
        server.kill()
        time.sleep(2)
        server = own_server()
        before = len(runs(server.api_url))
        wait_until(lambda url=server.api_url, least=before: len(runs(url)) >= least + 2)
    kfp.Client(host=server.api_url).disable_recurring_run(recurring.recurring_run_id)
    scheduled = sorted(run["scheduled_at"] for run in runs(server.api_url))
    assert len(scheduled) == len(set(scheduled))
    first, last = (datetime.datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
                   for text in (scheduled[0], scheduled[-1]))
    # Every second between has its run: what the crashes missed was caught up.
    assert len(scheduled) == (last - first).total_seconds() + 1


def test_crons_are_in_the_zone_of_the_server(own_server, package, name):
    server = own_server("data", "--schedule-time-zone", "Asia/Kolkata")
    client = kfp.Client(host=server.api_url)
    experiment = client.create_experiment(name()).experiment_id
    local = datetime.datetime.now(UTC) + datetime.timedelta(hours=5, minutes=30)
    cron = f"* {local.minute},{(local.minute + 1) % 60} {local.hour},{(local.hour + 1) % 24} * * *"
    client.create_recurring_run(experiment, name(), pipeline_package_path=package,
                                cron_expression=cron, no_catchup=True)
    wait_until(lambda: requests.get(f"{server.api_url}/apis/v2beta1/runs", timeout=30).json())
