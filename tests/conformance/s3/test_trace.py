"""Watching a running server: live requests, its options, and where audited requests go."""

import json
import subprocess
import threading
import time

import boto3
import pytest
import requests
from botocore.exceptions import ClientError

from test_admin import BINARY, Admin
from test_logs import lines, wait_for
from test_notifications import Receiver


def boto(server, service="s3", secret=None):
    return boto3.client(service, endpoint_url=server.s3_url, region_name="us-east-1",
                        aws_access_key_id=server.access_key,
                        aws_secret_access_key=secret or server.secret_key)


class Trace:
    """A running `penstock admin trace`."""

    def __init__(self, server, *words):
        self.process = subprocess.Popen(
            [BINARY, "admin", "trace", *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            text=True, env=Admin(server).environment)
        self.lines = []
        threading.Thread(target=self.read, daemon=True).start()
        # It is there once a request of ours is seen, or would be.
        time.sleep(1)

    def read(self):
        for line in self.process.stdout:
            self.lines.append(line)

    def records(self):
        return [json.loads(line) for line in self.lines]

    def stop(self):
        self.process.terminate()
        self.process.wait(10)


def test_requests_are_shown_as_they_end(own_server):
    server = own_server("data")
    everything = Trace(server, "--output", "json")
    errors = Trace(server, "--errors", "--bucket", "photos")
    client = boto(server)
    client.create_bucket(Bucket="photos")
    client.put_object(Bucket="photos", Key="a b", Body=b"12345")
    with pytest.raises(ClientError):
        client.get_object(Bucket="photos", Key="nothing")
    requests.get(f"{server.api_url}/apis/v2beta1/healthz?secret=1", timeout=10)
    boto(server, "sts").get_caller_identity()
    Admin(server).text("info")
    wait_for(lambda: len(everything.lines) >= 6)
    seen = {(r["api"], r["method"], r["path"], r["status"]) for r in everything.records()}
    assert seen >= {("s3", "PUT", "/photos", 200), ("s3", "PUT", "/photos/a%20b", 200),
                    ("s3", "GET", "/photos/nothing", 404),
                    ("pipelines", "GET", "/apis/v2beta1/healthz", 200), ("sts", "POST", "/", 200),
                    ("admin", "GET", "/penstock/admin/v1/info", 200)}
    put, = [r for r in everything.records() if r["operation"] == "PutObject"]
    assert put["user"] == "penstock" and put["access_key"] == server.access_key
    assert put["bytes_in"] >= 5 and put["duration_us"] > 0
    assert "secret=1" not in "".join(everything.lines)
    wait_for(lambda: errors.lines)
    only, = errors.lines
    assert " GET 404 NoSuchKey " in only and only.strip().endswith("/photos/nothing")
    errors.stop()
    # A watcher does not hold up the end of the server.
    began = time.monotonic()
    assert server.stop() == 0
    assert time.monotonic() - began < 8
    assert everything.process.wait(10) == 0


def test_only_a_few_watch_and_only_who_may(own_server):
    server = own_server("data")
    admin = Admin(server)
    watching = [Trace(server) for _ in range(8)]
    assert "watch" in admin.refused("trace")
    for trace in watching:
        trace.stop()
    admin.text("user", "add", "watcher", "watchers-secret", "--policy", "readwrite")
    other = Admin(server, PENSTOCK_ROOT_USER="watcher", PENSTOCK_ROOT_PASSWORD="watchers-secret")
    assert "admin:ServerTrace" in other.refused("trace")


def test_options_are_shown_without_secrets(own_server):
    server = own_server("data", "--region", "eu-test-1", "--task-env", "TOKEN=hush",
                        "--notify-webhook", "a=http://127.0.0.1:1/x?token=hush")
    text = Admin(server).text("config")
    assert "hush" not in text and "eu-test-1" in text and "TOKEN=***" in text
    shown = Admin(server).json("config")
    assert shown["notify-webhook"] == ["a=http://127.0.0.1:1/x?***"]
    assert shown["data-dir"] == str(server.data_dir)
    assert server.secret_key not in json.dumps(shown)


def test_audited_requests_go_to_a_webhook_and_wait_for_it(own_server, tmp_path):
    receiver = Receiver()
    log = tmp_path / "audit.log"
    options = ["--audit-log", str(log), "--audit-webhook", f"http://127.0.0.1:{receiver.port}/in"]
    server = own_server("data", *options)
    client = boto(server)
    client.create_bucket(Bucket="photos")
    client.put_object(Bucket="photos", Key="k", Body=b"x")
    receiver.wait_for(1)
    first = receiver.messages
    receiver.close()  # away: what comes meanwhile waits, over a restart too
    client.delete_object(Bucket="photos", Key="k")
    boto(server, "sts").assume_role(RoleArn="arn:aws:iam::0:role/x", RoleSessionName="work")
    Admin(server).text("user", "add", "anna", "annas-secret-key")
    assert server.stop() == 0
    receiver = Receiver(receiver.port)
    server = own_server("data", *options)
    receiver.wait_for(3)
    messages = first + receiver.messages
    operations = [message["operation"] for message in messages]
    assert operations == ["CreateBucket", "DeleteObject", "sts:AssumeRole", "admin:CreateUser"]
    assert messages == lines(log)
    assert messages[2]["user"] == "penstock"
    assert messages[2]["subject"].startswith("access_key ")
    assert "annas-secret-key" not in json.dumps(messages)
    metrics = requests.get(f"{server.s3_url}/metrics", timeout=10).text
    assert 'penstock_log_lines_dropped_total{log="audit-webhook"} 0' in metrics
    receiver.close()


def test_failed_proofs_are_counted(own_server):
    server = own_server("data")
    for service, action, code in (("s3", "list_buckets", "SignatureDoesNotMatch"),
                                  ("sts", "get_caller_identity", "SignatureDoesNotMatch")):
        with pytest.raises(ClientError) as refused:
            getattr(boto(server, service, secret="wrong"), action)()
        assert refused.value.response["Error"]["Code"] == code
    metrics = requests.get(f"{server.s3_url}/metrics", timeout=10).text
    assert 'penstock_authentication_failures_total{code="SignatureDoesNotMatch"} 2' in metrics
    assert 'penstock_index_rows{position="0"} ' in metrics
