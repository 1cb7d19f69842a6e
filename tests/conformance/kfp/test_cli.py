"""Every command of the SDK's own command line that speaks to a server."""

import importlib
import json

import kfp
import pytest
from click.testing import CliRunner
from kfp.cli.cli import cli

GROUPS = ("run", "recurring-run", "experiment", "pipeline")
CALLED = set()


@pytest.fixture(scope="module")
def command(server):
    """A function that runs a command and gives what it prints, as JSON where it is any."""

    def run(group, name, *words, fails=False, table=False):
        style = ["--output", "table" if table else "json"]
        answer = CliRunner().invoke(cli, ["--endpoint", server.api_url, *style, group, name, *words],
                                    input="y\ny\n", obj={})
        assert (answer.exit_code != 0) == fails, (name, answer.output, answer.exception)
        CALLED.add((group, name))
        begins = [at for at in (answer.output.find("{"), answer.output.find("[")) if at >= 0]
        try:
            return json.JSONDecoder().raw_decode(answer.output[min(begins):])[0]
        except (json.JSONDecodeError, ValueError):
            return answer.output

    return run


def test_experiments(command, client, name):
    named = name()
    command("experiment", "create", named, "--description", "by hand")
    one = client.get_experiment(experiment_name=named).experiment_id
    assert named in json.dumps(command("experiment", "get", one))
    listed = command("experiment", "list", "--max-size", "50", "--sort-by", "created_at desc")
    assert named in json.dumps(listed)
    assert named in command("experiment", "list", "-m", "50", "--sort-by", "created_at desc", table=True)
    command("experiment", "archive", "--experiment-id", one)
    assert client.get_experiment(one).storage_state == "ARCHIVED"
    command("experiment", "unarchive", "--experiment-name", named)
    assert client.get_experiment(one).storage_state == "AVAILABLE"
    command("experiment", "delete", one)
    command("experiment", "get", one, fails=True)


def test_pipelines(command, client, package, name):
    named = name()
    command("pipeline", "create", "-p", named, "-d", "by hand", package)
    one = client.get_pipeline_id(named)
    assert named in json.dumps(command("pipeline", "get", one))
    command("pipeline", "create-version", package, "-v", "second", "-p", one)
    # The older SDK forgets the name that it is given.
    by_name = ["-p", one] if kfp.__version__.startswith("2.0.") else ["-n", named]
    command("pipeline", "create-version", package, "-v", "third", *by_name)
    assert named in json.dumps(command("pipeline", "list", "-m", "50", "--sort-by", "created_at desc"))
    listed = json.dumps(command("pipeline", "list-versions", one, "--max-size", "10"))
    assert all(version in listed for version in (named, "second", "third"))
    versions = client.list_pipeline_versions(one).pipeline_versions
    assert versions[0].display_name in json.dumps(command("pipeline", "get-version", one, versions[0].pipeline_version_id))
    for version in versions:
        command("pipeline", "delete-version", one, version.pipeline_version_id)
    command("pipeline", "delete", one)
    command("pipeline", "get", one, fails=True)


def test_runs(command, client, package, name):
    experiment, first, second = name(), name(), name()
    command("run", "create", "--experiment-name", experiment, "--run-name", first, "--package-file", package,
            "--watch", "text=of the command line")
    pipeline = client.upload_pipeline(package, name())
    version = client.list_pipeline_versions(pipeline.pipeline_id).pipeline_versions[0].pipeline_version_id
    command("run", "create", "-e", experiment, "-r", second, "-p", pipeline.pipeline_id, "-v", version)
    of = client.get_experiment(experiment_name=experiment).experiment_id
    runs = {run.display_name: run for run in client.list_runs(experiment_id=of).runs}
    assert runs.keys() == {first, second}
    one = runs[first].run_id
    assert client.wait_for_run_completion(one, 60, sleep_duration=1).runtime_config.parameters == {
        "text": "of the command line"}
    assert first in json.dumps(command("run", "get", one))
    assert first in json.dumps(command("run", "list", "--experiment-id", of, "--max-size", "5"))
    assert first in command("run", "list", "-e", of, table=True)
    command("run", "archive", one)
    assert client.get_run(one).storage_state == "ARCHIVED"
    command("run", "unarchive", one)
    command("run", "delete", one)
    command("run", "get", one, fails=True)


def test_recurring_runs(command, client, package, name):
    experiment, named = name(), name()
    of = client.create_experiment(experiment).experiment_id
    command("recurring-run", "create", "--experiment-name", experiment, "--job-name", named, "--cron-expression",
            "0 0 0 * * *", "--max-concurrency", "2", "--pipeline-package-path", package, "--description", "by hand",
            "--start-time", "2030-01-01T00:00:00Z", "text=x")
    made, = client.list_recurring_runs(experiment_id=of).recurring_runs
    one = made.recurring_run_id
    assert made.trigger.cron_schedule.cron == "0 0 0 * * *" and made.max_concurrency == "2"
    assert named in json.dumps(command("recurring-run", "get", one))
    assert named in json.dumps(command("recurring-run", "list", "--experiment-id", of))
    command("recurring-run", "disable", one)
    assert client.get_recurring_run(one).status == "DISABLED"
    command("recurring-run", "enable", one)
    assert client.get_recurring_run(one).status == "ENABLED"
    command("recurring-run", "delete", one)
    command("recurring-run", "get", one, fails=True)


def test_zz_all_of_them_were_called(request):
    """The last one: no command is left out."""
    ran = {item.name for item in request.session.items if item.fspath.basename == "test_cli.py"}
    if len(ran) < 5 or request.session.testsfailed:
        pytest.skip("only together with all the others")
    known = {(group, name) for group in GROUPS for name in getattr(
        importlib.import_module("kfp.cli." + group.replace("-", "_")), group.replace("-", "_")).commands}
    assert known - CALLED == set()
