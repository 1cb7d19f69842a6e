"""What happens while it happens: streams of changes, logs, webhooks, runs started by objects."""

import hashlib
import hmac
import http.server
import io
import json
import threading
import time

import minio
import pytest
import requests
import sample_pipelines

WAIT = {"timeout": 120, "sleep_duration": 0.1}


def wait_until(condition, seconds=60):
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < deadline, "it did not come to that"
        time.sleep(0.05)
    return found


def start(client, pipeline, **arguments):
    return client.create_run_from_pipeline_func(pipeline, arguments=arguments,
                                                enable_caching=False).run_id


def events_of(response):
    """(name, data) of each server-sent event, as they come."""
    name, data = None, None
    for line in response.iter_lines(decode_unicode=True):
        if line.startswith("event: "):
            name = line[7:]
        elif line.startswith("data: "):
            data = json.loads(line[6:])
        elif not line and name:
            yield name, data
            name, data = None, None


def test_a_run_is_watched_to_its_end(server, client):
    run_id = start(client, sample_pipelines.echo_pipeline, text="watched")
    seen = []
    with requests.get(f"{server.api_url}/apis/v2beta1/runs/{run_id}:watch", stream=True,
                      timeout=60) as response:
        assert response.headers["content-type"] == "text/event-stream"
        for event in events_of(response):
            seen.append(event)
    assert seen[-1] == ("end", {"reason": "FINISHED"})
    states = [data["state"] for name, data in seen if name == "run"]
    assert states[-1] == "SUCCEEDED"
    tasks = {data["name"]: data for name, data in seen if name == "task"}
    assert {task["state"] for task in tasks.values()} == {"SUCCEEDED"}
    assert {"echo", "echo-2"} <= set(tasks)


def test_all_runs_are_watched(server, client):
    heard = []

    def listen():
        with requests.get(f"{server.api_url}/apis/v2beta1/events", stream=True,
                          timeout=60) as response:
            ready.set()
            for name, data in events_of(response):
                if name == "run" and data["run_id"] == run_id[0]:
                    heard.append(data["state"])
                    if data["state"] == "SUCCEEDED":
                        return

    ready = threading.Event()
    run_id = [None]
    listener = threading.Thread(target=listen, daemon=True)
    listener.start()
    assert ready.wait(30)
    run_id[0] = start(client, sample_pipelines.echo_pipeline, text="heard")
    client.wait_for_run_completion(run_id[0], **WAIT)
    listener.join(30)
    assert heard and heard[-1] == "SUCCEEDED"


@pytest.fixture(scope="module")
def lines_task(client, api):
    """A task that has written many lines."""
    run = client.wait_for_run_completion(start(client, sample_pipelines.lines_pipeline,
                                               count=20000), **WAIT)
    assert run.state == "SUCCEEDED"
    tasks = api.get("/tasks", run_id=run.run_id).json()["tasks"]
    task, = [task for task in tasks if task["name"] == "lines"]
    return task


def test_logs_come_in_ranges_and_are_searched(server, api, lines_task):
    url = f"{server.api_url}/apis/v2beta1/tasks/{lines_task['task_id']}/log"
    whole = requests.get(url, timeout=60)
    assert "line 19999" in whole.text
    size = len(whole.content)
    part = requests.get(url, headers={"Range": "bytes=1000-1999"}, timeout=60)
    assert part.status_code == 206
    assert part.content == whole.content[1000:2000]
    assert part.headers["content-range"] == f"bytes 1000-1999/{size}"
    assert requests.get(url, headers={"Range": "bytes=-500"}, timeout=60).content == \
        whole.content[-500:]
    assert requests.get(url, headers={"Range": f"bytes={size}-"}, timeout=60).status_code == 416
    found = api.get(f"/tasks/{lines_task['task_id']}/log:search", text="LINE 1234").json()
    assert found["total_size"] == 11
    first = found["matches"][0]
    assert whole.content[int(first["offset"]):].startswith(first["text"].encode())
    old = f"{server.api_url}/apis/v1alpha1/runs/{lines_task['run_id']}/nodes/" \
          f"{lines_task['task_id']}/log"
    assert requests.get(old, timeout=60).content == whole.content


def test_a_log_is_followed_while_the_task_runs(server, client, api):
    run_id = start(client, sample_pipelines.slow_lines_pipeline)

    def running():
        tasks = api.get("/tasks", run_id=run_id).json().get("tasks", [])
        return [task for task in tasks if task["name"] == "slow-lines"
                and task["state"] == "RUNNING"]

    task, = wait_until(running)
    times = []
    with requests.get(f"{server.api_url}/apis/v2beta1/tasks/{task['task_id']}/log",
                      params={"follow": "true"}, stream=True, timeout=60) as response:
        for line in response.iter_lines(decode_unicode=True):
            if "tick" in line:
                times.append(time.monotonic())
    assert len(times) == 4
    assert times[-1] - times[0] > 1  # they came as they were written


def test_artifacts_are_read_by_name(client, api, server):
    run = client.wait_for_run_completion(start(client, sample_pipelines.write_pipeline,
                                               text="content"), **WAIT)
    tasks = api.get("/tasks", run_id=run.run_id).json()["tasks"]
    task, = [task for task in tasks if task["name"] == "write"]
    path = f"/runs/{run.run_id}/nodes/{task['task_id']}/artifacts"
    assert api.get(f"{path}/file:read").json() == {"data": "Y29udGVudA=="}
    missing = api.get(f"{path}/other:read")
    assert missing.status_code == 404
    assert set(missing.json()) == {"error_message", "error_details"}


def test_numbers_for_prometheus(server, client):
    client.wait_for_run_completion(start(client, sample_pipelines.echo_pipeline, text="n"), **WAIT)

    def counted():
        text = requests.get(f"{server.api_url}/metrics", timeout=30).text
        values = dict(line.rsplit(" ", 1) for line in text.splitlines() if line[:1] not in "#")
        return float(values.get('penstock_runs_finished_total{state="SUCCEEDED"}', 0)) >= 1 and values

    values = wait_until(counted)
    assert float(values['penstock_runs{state="SUCCEEDED"}']) >= 1
    assert float(values['penstock_task_duration_seconds_count{state="SUCCEEDED"}']) >= 2


class Receiver(http.server.BaseHTTPRequestHandler):
    """Remembers what is posted; refuses the first request."""

    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        self.server.attempts += 1
        status = 503 if self.server.attempts == 1 else 204
        if status == 204:
            self.server.received.append((dict(self.headers), body))
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


@pytest.fixture
def receiver():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    server.attempts = 0
    server.received = []
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()


def test_webhooks_hear_of_runs(client, api, name, receiver):
    experiment = client.create_experiment(name())
    made = api.post("/webhooks", {
        "display_name": name(), "url": f"http://127.0.0.1:{receiver.server_port}/hook",
        "secret": "shared", "states": ["RUNNING", "SUCCEEDED"],
        "experiment_id": experiment.experiment_id}).json()
    run_id = client.create_run_from_pipeline_func(
        sample_pipelines.echo_pipeline, arguments={"text": "x"}, enable_caching=False,
        experiment_id=experiment.experiment_id).run_id
    client.wait_for_run_completion(run_id, **WAIT)
    wait_until(lambda: len(receiver.received) == 2)
    for (headers, body), state in zip(receiver.received, ["RUNNING", "SUCCEEDED"]):
        event = json.loads(body)
        assert event["subject"] == run_id
        assert event["data"]["state"] == state
        assert event["data"]["run"]["run_id"] == run_id
        digest = hmac.new(b"shared", body, hashlib.sha256).hexdigest()
        assert headers["X-Penstock-Signature"] == f"sha256={digest}"
    shown = wait_until(lambda: (found := api.get(f"/webhooks/{made['webhook_id']}").json())
                       .get("delivered") == "2" and found)
    assert shown["failed"] == "1"
    assert "secret" not in shown
    assert api.delete(f"/webhooks/{made['webhook_id']}").json() == {}


def test_webhooks_hear_of_what_happened_before_a_crash(own_server, package, name, receiver):
    receiver.attempts = 1
    server = own_server()
    url = f"{server.api_url}/apis/v2beta1"
    port = receiver.server_port
    receiver.shutdown()
    receiver.server_close()
    hook = {"display_name": "w", "url": f"http://127.0.0.1:{port}/", "states": ["SUCCEEDED"]}
    assert requests.post(f"{url}/webhooks", json=hook, timeout=30).status_code == 200
    import kfp
    client = kfp.Client(host=server.api_url)
    run_id = start(client, sample_pipelines.echo_pipeline, text="x")
    client.wait_for_run_completion(run_id, **WAIT)
    server.kill()
    again = http.server.ThreadingHTTPServer(("127.0.0.1", port), Receiver)
    again.attempts = 1
    again.received = []
    threading.Thread(target=again.serve_forever, daemon=True).start()
    own_server()
    wait_until(lambda: again.received)
    assert json.loads(again.received[0][1])["subject"] == run_id
    again.shutdown()
    again.server_close()


def test_objects_start_runs(server, client, api, package, name):
    bucket, prefix = name(), "incoming/"
    store = minio.Minio(server.s3_url.split("//")[1], server.access_key, server.secret_key,
                        secure=False)
    store.make_bucket(bucket)
    pipeline = client.upload_pipeline(package, pipeline_name=name())
    trigger = api.post("/triggers", {
        "display_name": name(), "bucket": bucket, "prefix": prefix, "suffix": ".csv",
        "pipeline_version_reference": {"pipeline_id": pipeline.pipeline_id},
        "runtime_config": {"parameters": {"text": "[[ObjectURI]] [[ObjectSize]]"}}}).json()
    one = f"/triggers/{trigger['trigger_id']}"

    def put(key):
        store.put_object(bucket, key, io.BytesIO(b"1,2\n"), 4)

    for key in ("other.csv", "incoming/a.txt", "incoming/a.csv"):
        put(key)
    shown = wait_until(lambda: (found := api.get(one).json()).get("runs_started") and found)
    run = client.wait_for_run_completion(shown["last_run_id"], **WAIT)
    assert run.state == "SUCCEEDED"
    assert run.runtime_config.parameters == {"text": f"minio://{bucket}/incoming/a.csv 4"}
    put("incoming/a.csv")  # a new version of it
    wait_until(lambda: api.get(one).json()["runs_started"] == "2")
    assert api.patch(one, {"enabled": False}).json()["enabled"] is False
    put("incoming/b.csv")
    time.sleep(1)
    assert api.get(one).json()["runs_started"] == "2"
    assert api.delete(one).json() == {}
