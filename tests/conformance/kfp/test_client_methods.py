"""Every public method of kfp.Client, with every parameter that it takes, against the server."""

import inspect
import json

import kfp
import pytest
import sample_pipelines
from kfp_server_api.exceptions import ApiException


class Recorder:
    """The client, remembering which methods were called with which parameters."""

    def __init__(self, client):
        self.client, self.called = client, {}

    def __getattr__(self, method):
        function = getattr(self.client, method)
        if not inspect.ismethod(function):
            return function

        def call(*positional, **named):
            arguments = inspect.signature(function).bind(*positional, **named).arguments
            self.called.setdefault(method, set()).update(arguments)
            return function(*positional, **named)

        return call


@pytest.fixture(scope="module")
def recorder(server):
    return Recorder(kfp.Client(host=server.api_url, namespace="kubeflow"))


def has(method, parameter):
    """The generations of the SDK differ in some."""
    return parameter in inspect.signature(getattr(kfp.Client, method)).parameters


def some(method, **arguments):
    return {name: value for name, value in arguments.items() if has(method, name)}


def equals(key, value):
    return json.dumps({"predicates": [{"operation": 1, "key": key, "stringValue": value}]})


def pages(lister, field, **arguments):
    """All elements of a list, two at a time."""
    token, found = "", []
    while True:
        answer = lister(page_token=token, page_size=2, **arguments)
        found += getattr(answer, field) or []
        token = answer.next_page_token
        if not token:
            assert answer.total_size == len(found)
            return found


def test_the_server_itself(recorder):
    assert recorder.get_kfp_healthz(sleep_duration=1).multi_user is False
    recorder.set_user_namespace(namespace="")
    assert recorder.get_user_namespace() == ""


def test_experiments(recorder, name):
    names = [name() for _ in range(3)]
    made = [recorder.create_experiment(name=one, description="for a test", namespace="ns") for one in names]
    assert recorder.create_experiment(name=names[0]).experiment_id == made[0].experiment_id
    one = made[0].experiment_id
    assert recorder.get_experiment(experiment_id=one).display_name == names[0]
    assert recorder.get_experiment(experiment_name=names[0], namespace="ns").experiment_id == one
    with pytest.raises(ValueError):
        recorder.get_experiment(experiment_name="nobody's", namespace="ns")
    stem = json.dumps({"predicates": [{"operation": 9, "key": "display_name", "stringValue": names[0][:-2]}]})
    listed = pages(recorder.list_experiments, "experiments", sort_by="name desc", namespace="ns", filter=stem)
    assert [experiment.display_name for experiment in listed] == sorted(names, reverse=True)
    recorder.archive_experiment(experiment_id=one)
    assert recorder.get_experiment(experiment_id=one).storage_state == "ARCHIVED"
    recorder.unarchive_experiment(experiment_id=one)
    assert recorder.get_experiment(experiment_id=one).storage_state == "AVAILABLE"
    recorder.delete_experiment(experiment_id=one)
    with pytest.raises(ApiException) as refused:
        recorder.get_experiment(experiment_id=one)
    assert refused.value.status == 404


def test_pipelines_and_versions(recorder, package, name):
    named = name()
    pipeline = recorder.upload_pipeline(pipeline_package_path=package, pipeline_name=named, description="one",
                                        namespace="ns")
    one = pipeline.pipeline_id
    assert recorder.get_pipeline(pipeline_id=one).description == "one"
    assert recorder.get_pipeline_id(name=named) == one and recorder.get_pipeline_id(name="nobody's") is None
    listed = pages(recorder.list_pipelines, "pipelines", sort_by="name", namespace="ns", filter=equals("name", named))
    assert [found.pipeline_id for found in listed] == [one]
    versions = [recorder.upload_pipeline_version(package, "second", pipeline_id=one, description="again"),
                recorder.upload_pipeline_version(pipeline_package_path=package, pipeline_version_name="third",
                                                 pipeline_name=named)]
    method = "upload_pipeline_version_from_pipeline_func"
    for more in ({"pipeline_id": one, "description": "x"}, {"pipeline_name": named}):
        if hasattr(kfp.Client, method):
            versions.append(getattr(recorder, method)(pipeline_func=sample_pipelines.echo_pipeline,
                                                      pipeline_version_name=name(), **more))
    found = recorder.get_pipeline_version(pipeline_id=one, pipeline_version_id=versions[0].pipeline_version_id)
    assert found.display_name == "second" and found.description == "again"
    listed = pages(recorder.list_pipeline_versions, "pipeline_versions", pipeline_id=one, sort_by="created_at desc",
                   filter=json.dumps({"predicates": []}))
    assert len(listed) == len(versions) + 1 and listed[-1].display_name == named
    for version in listed:
        recorder.delete_pipeline_version(pipeline_id=one, pipeline_version_id=version.pipeline_version_id)
    recorder.delete_pipeline(pipeline_id=one)
    with pytest.raises(ApiException):
        recorder.get_pipeline(pipeline_id=one)


@pytest.mark.skipif(not hasattr(kfp.Client, "upload_pipeline_from_pipeline_func"), reason="not in this SDK")
def test_pipelines_of_functions(recorder, name):
    made = recorder.upload_pipeline_from_pipeline_func(
        pipeline_func=sample_pipelines.echo_pipeline, pipeline_name=name(), description="two", namespace="ns")
    assert recorder.get_pipeline(pipeline_id=made.pipeline_id).description == "two"


def test_runs(recorder, package, name):
    named = name()
    experiment = recorder.create_experiment(named).experiment_id
    common = {"pipeline_root": "minio://mlpipeline/of-a-test", "enable_caching": True, "service_account": "someone",
              "cache_key": "a-key"}
    pipeline = recorder.upload_pipeline(package, named)
    version = recorder.list_pipeline_versions(pipeline.pipeline_id).pipeline_versions[0].pipeline_version_id
    runs = [
        recorder.create_run_from_pipeline_func(
            pipeline_func=sample_pipelines.echo_pipeline, arguments={"text": "of a function"}, run_name=name(),
            experiment_name=named, namespace="ns", **some("create_run_from_pipeline_func", **common)),
        recorder.create_run_from_pipeline_package(
            pipeline_file=package, arguments={"text": "of a package"}, run_name=name(), experiment_name=named,
            namespace="ns", **some("create_run_from_pipeline_package", **common)),
        recorder.run_pipeline(experiment_id=experiment, job_name=name(), pipeline_package_path=package,
                              params={"text": "of a file"}, **some("run_pipeline", **common)),
        recorder.run_pipeline(experiment, name(), pipeline_id=pipeline.pipeline_id, version_id=version),
    ]
    for method, source in (("create_run_from_pipeline_func", {"pipeline_func": sample_pipelines.echo_pipeline}),
                           ("create_run_from_pipeline_package", {"pipeline_file": package})):
        if has(method, "experiment_id"):
            runs.append(getattr(recorder, method)(experiment_id=experiment, **source))
    for run in runs:
        ended = recorder.wait_for_run_completion(run_id=run.run_id, timeout=120, sleep_duration=1)
        assert ended.state == "SUCCEEDED" and ended.experiment_id == experiment
    assert recorder.get_run(run_id=runs[0].run_id).service_account == "someone"
    listed = pages(recorder.list_runs, "runs", sort_by="created_at desc", experiment_id=experiment, namespace="ns",
                   filter=equals("state", "SUCCEEDED"))
    assert {run.run_id for run in listed} == {run.run_id for run in runs}
    one = runs[0].run_id
    recorder.archive_run(run_id=one)
    assert recorder.get_run(one).storage_state == "ARCHIVED"
    recorder.unarchive_run(run_id=one)
    assert recorder.get_run(one).storage_state == "AVAILABLE"
    waits = recorder.create_run_from_pipeline_func(sample_pipelines.wait_pipeline, arguments={"seconds": 300},
                                                   experiment_name=named)
    with pytest.raises(TimeoutError):
        recorder.wait_for_run_completion(waits.run_id, timeout=1, sleep_duration=1)
    recorder.terminate_run(run_id=waits.run_id)
    assert recorder.wait_for_run_completion(waits.run_id, timeout=60, sleep_duration=1).state == "FAILED"
    recorder.delete_run(run_id=one)
    with pytest.raises(ApiException):
        recorder.get_run(one)


def test_recurring_runs(recorder, package, name):
    named = name()
    experiment = recorder.create_experiment(named).experiment_id
    pipeline = recorder.upload_pipeline(package, named)
    version = recorder.list_pipeline_versions(pipeline.pipeline_id).pipeline_versions[0].pipeline_version_id
    first = recorder.create_recurring_run(
        experiment_id=experiment, job_name=name(), description="now and then", start_time="2030-01-01T00:00:00Z",
        end_time="2031-01-01T00:00:00Z", cron_expression="0 0 0 * * *", max_concurrency=3, no_catchup=True,
        params={"text": "x"}, pipeline_package_path=package, enabled=True,
        **some("create_recurring_run", pipeline_root="minio://mlpipeline/r", enable_caching=True,
               service_account="someone", cache_key="a-key"))
    second = recorder.create_recurring_run(experiment, name(), interval_second=3600, pipeline_id=pipeline.pipeline_id,
                                           version_id=version, enabled=False)
    assert first.max_concurrency == "3" and first.no_catchup and first.status == "ENABLED"
    assert second.status == "DISABLED" and second.trigger.periodic_schedule.interval_second == "3600"
    listed = pages(recorder.list_recurring_runs, "recurring_runs", sort_by="created_at", experiment_id=experiment,
                   namespace="ns", filter=equals("display_name", first.display_name))
    assert [found.recurring_run_id for found in listed] == [first.recurring_run_id]
    one, other = first.recurring_run_id, second.recurring_run_id
    assert recorder.get_recurring_run(recurring_run_id=one).description == "now and then"
    assert recorder.get_recurring_run(None, job_id=other).recurring_run_id == other
    recorder.disable_recurring_run(recurring_run_id=one)
    assert recorder.get_recurring_run(one).status == "DISABLED"
    recorder.enable_recurring_run(recurring_run_id=one)
    assert recorder.get_recurring_run(one).status == "ENABLED"
    for method, status in (("enable_job", "ENABLED"), ("disable_job", "DISABLED")):  # what it was called before
        getattr(recorder, method)(job_id=other)
        assert recorder.get_recurring_run(other).status == status
    recorder.delete_recurring_run(recurring_run_id=one)
    recorder.delete_job(job_id=other)
    for gone in (one, other):
        with pytest.raises(ApiException):
            recorder.get_recurring_run(gone)


def test_zz_all_of_them_were_called(recorder, request):
    """The last one: nothing of the client is left out."""
    ran = {item.name for item in request.session.items if item.fspath.basename == "test_client_methods.py"}
    if len(ran) < 7 or request.session.testsfailed:
        pytest.skip("only together with all the others")
    left = {}
    for method, function in inspect.getmembers(kfp.Client, inspect.isfunction):
        if method.startswith("_"):
            continue
        parameters = set(inspect.signature(function).parameters) - {"self"}
        if missing := parameters - recorder.called.get(method, set()):
            left[method] = missing
        elif method not in recorder.called:
            left[method] = "never called"
    assert left == {}
