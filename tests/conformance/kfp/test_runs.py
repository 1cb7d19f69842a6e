"""Runs through the unmodified client."""

import time

import pytest
import requests
import sample_pipelines
from kfp_server_api.exceptions import ApiException

WAIT = {"timeout": 300, "sleep_duration": 0.1}


def start(client, pipeline, arguments=None, **more):
    return client.create_run_from_pipeline_func(pipeline, arguments=arguments or {},
                                                enable_caching=False, **more).run_id


def tasks_of(run):
    return {task.display_name: task for task in run.run_details.task_details}


def wait_until(condition, seconds=60):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come to that"
        time.sleep(0.05)


def test_a_run_succeeds(client, api, name):
    experiment = client.create_experiment(name())
    created = client.create_run_from_pipeline_func(
        sample_pipelines.echo_pipeline, arguments={"text": "hi"}, run_name="my run",
        experiment_name=experiment.display_name, enable_caching=False)
    run = client.wait_for_run_completion(created.run_id, **WAIT)
    assert run.state == "SUCCEEDED", run.error
    assert run.display_name == "my run"
    assert run.experiment_id == experiment.experiment_id
    assert run.storage_state == "AVAILABLE"
    assert run.runtime_config.parameters == {"text": "hi"}
    assert run.pipeline_spec["pipelineInfo"] == {"name": "echo"}
    assert run.pipeline_version_reference is None
    assert run.error is None
    assert run.created_at == run.scheduled_at <= run.finished_at
    states = [change.state for change in run.state_history]
    assert (states[0], states[-1]) == ("PENDING", "SUCCEEDED")

    steps = [t for t in run.run_details.task_details if t.display_name.startswith("echo")]
    assert len(steps) >= 2
    root, = [task for task in run.run_details.task_details if not task.parent_task_id]
    assert {"echo", "echo-2"} <= {t.display_name for t in run.run_details.task_details}
    for task in run.run_details.task_details:
        assert task.state == "SUCCEEDED"
        assert task.run_id == run.run_id
        assert task.create_time <= task.start_time <= task.end_time
        if task is not root:
            assert task.parent_task_id == root.task_id
    assert {child.task_id for child in root.child_tasks} == {
        task.task_id for task in run.run_details.task_details if task is not root}
    later = api.get(f"/experiments/{experiment.experiment_id}").json()
    assert later["last_run_created_at"] == api.get(f"/runs/{run.run_id}").json()["created_at"]


def test_python_components_run(client):
    run_id = start(client, sample_pipelines.add_pipeline, {"a": 3})
    run = client.wait_for_run_completion(run_id, **WAIT)
    assert run.state == "SUCCEEDED", run
    assert tasks_of(run)["add-2"].state == "SUCCEEDED"


def test_outputs_logs_and_artifacts_can_be_read(client, api, server):
    run_id = start(client, sample_pipelines.write_pipeline, {"text": "a,b\n1,2\n"})
    assert client.wait_for_run_completion(run_id, **WAIT).state == "SUCCEEDED"
    task, = [t for t in api.get("/tasks", run_id=run_id).json()["tasks"] if t["name"] == "write"]
    assert task["type"] == "RUNTIME"
    assert task["inputs"]["parameters"] == [{"parameter_key": "text", "value": "a,b\n1,2\n"}]
    artifact, = [a for a in api.get("/artifacts", run_id=run_id).json()["artifacts"]
                 if a["name"] == "file"]
    assert artifact["type"] == "Dataset"
    assert artifact["size"] == "8"
    content = requests.get(
        f"{server.api_url}/apis/v2beta1/artifacts/{artifact['artifact_id']}:download", timeout=10)
    assert content.text == "a,b\n1,2\n"
    edge, = [e for e in api.get("/artifact_tasks", run_id=run_id).json()["artifact_tasks"]
             if e["artifact_id"] == artifact["artifact_id"] and e["task_id"] == task["task_id"]]
    assert (edge["type"], edge["producer_task_name"], edge["producer_key"]) == (
        "OUTPUT", "write", "file")


def test_a_failed_run_says_why(client, api, server):
    run = client.wait_for_run_completion(start(client, sample_pipelines.fail_pipeline), **WAIT)
    assert run.state == "FAILED"
    task = tasks_of(run)["fail"]
    assert task.state == "FAILED"
    assert task.error.message
    log = requests.get(f"{server.api_url}/apis/v1alpha1/runs/{run.run_id}/nodes/{task.pod_name}/log",
                       timeout=10)
    assert log.headers["Content-Type"].startswith("text/plain")
    assert "a reason to fail" in log.text


def test_runs_without_an_experiment_go_to_the_default_one(client, api):
    default = client.get_experiment(experiment_name="Default").experiment_id
    spec = client.get_run(start(client, sample_pipelines.echo_pipeline)).pipeline_spec
    made = api.post("/runs", {"display_name": "r", "pipeline_spec": spec})
    assert made.status_code == 200, made.text
    assert made.json()["experiment_id"] == default


def test_runs_of_versions_show_the_reference(client, package, name):
    experiment = client.create_experiment(name())
    pipeline = client.upload_pipeline(package, name())
    version = client.upload_pipeline_version(package, "v2", pipeline_id=pipeline.pipeline_id)
    run = client.run_pipeline(experiment.experiment_id, "r", pipeline_id=pipeline.pipeline_id,
                              version_id=version.pipeline_version_id, params={"text": "x"},
                              enable_caching=False)
    run = client.wait_for_run_completion(run.run_id, **WAIT)
    assert run.state == "SUCCEEDED"
    assert run.pipeline_spec is None
    assert run.pipeline_version_reference.pipeline_id == pipeline.pipeline_id
    assert run.pipeline_version_reference.pipeline_version_id == version.pipeline_version_id


def test_the_newest_version_is_taken_where_none_is_named(client, api, package, name):
    pipeline = client.upload_pipeline(package, name())
    version = client.upload_pipeline_version(package, "v2", pipeline_id=pipeline.pipeline_id)
    made = api.post("/runs", {"display_name": "r", "pipeline_version_reference": {
        "pipeline_id": pipeline.pipeline_id}})
    assert made.status_code == 200, made.text
    reference = made.json()["pipeline_version_reference"]
    assert reference["pipeline_version_id"] == version.pipeline_version_id


def test_packages_run_without_being_uploaded(client, package):
    created = client.create_run_from_pipeline_package(package, arguments={"text": "x"},
                                                      enable_caching=False)
    assert client.wait_for_run_completion(created.run_id, **WAIT).state == "SUCCEEDED"


@pytest.mark.parametrize("arguments,cause", [
    ({}, "text"),
    ({"text": "x", "other": 1}, "other"),
    ({"text": 1}, "text"),
    ({"text": None}, "text"),
])
def test_wrong_arguments_are_refused_at_once(client, arguments, cause):
    with pytest.raises(ApiException) as refused:
        start(client, sample_pipelines.write_pipeline, arguments)
    assert refused.value.status == 400
    assert cause in refused.value.body


def test_terminate_retry_and_delete(client, api):
    run_id = start(client, sample_pipelines.wait_pipeline)
    wait_until(lambda: any(t.display_name == "wait" and t.state == "RUNNING"
                           for t in client.get_run(run_id).run_details.task_details or []))
    early = api.post(f"/runs/{run_id}:retry")
    assert early.status_code == 409

    client.terminate_run(run_id)
    assert client.get_run(run_id).state in ("CANCELING", "FAILED")
    assert client.wait_for_run_completion(run_id, **WAIT).state == "FAILED"
    client.terminate_run(run_id)  # it has ended; nothing to do

    assert api.post(f"/runs/{run_id}:retry").json() == {}
    wait_until(lambda: client.get_run(run_id).state == "RUNNING")
    assert client.get_run(run_id).finished_at.year == 1970

    client.delete_run(run_id)
    with pytest.raises(ApiException) as gone:
        client.get_run(run_id)
    assert gone.value.status == 404


def test_archive(client, name):
    experiment = client.create_experiment(name())
    run_id = start(client, sample_pipelines.echo_pipeline,
                   experiment_name=experiment.display_name)
    client.wait_for_run_completion(run_id, **WAIT)
    client.archive_run(run_id)
    assert client.get_run(run_id).storage_state == "ARCHIVED"
    client.unarchive_run(run_id)
    assert client.get_run(run_id).storage_state == "AVAILABLE"

    client.archive_experiment(experiment.experiment_id)
    assert client.get_run(run_id).storage_state == "ARCHIVED"
    with pytest.raises(ApiException) as refused:
        client.unarchive_run(run_id)
    assert refused.value.status == 400
    client.unarchive_experiment(experiment.experiment_id)
    assert client.get_run(run_id).storage_state == "ARCHIVED"


def test_caching_is_asked_for_by_the_client(client):
    arguments = {"text": f"cached {time.time()}"}
    runs = []
    for _ in range(2):
        created = client.create_run_from_pipeline_func(
            sample_pipelines.echo_pipeline, arguments=arguments, enable_caching=True)
        runs.append(client.wait_for_run_completion(created.run_id, **WAIT))
    assert [run.state for run in runs] == ["SUCCEEDED", "SUCCEEDED"]
    assert tasks_of(runs[0])["echo"].state == "SUCCEEDED"
    assert tasks_of(runs[1])["echo"].state == "SKIPPED"
