"""Metrics, access log and audit log of a running server: complete, and without a secret."""

import json
import os
import pathlib
import signal
import subprocess
import time

import boto3
import requests
from botocore.client import Config

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent.parent
BINARY = os.environ.get("PENSTOCK_BINARY", str(ROOT / "build/release/penstock"))


def boto(server):
    return boto3.client("s3", endpoint_url=server.s3_url, region_name="us-east-1",
                        aws_access_key_id=server.access_key,
                        aws_secret_access_key=server.secret_key,
                        config=Config(signature_version="s3v4"))


def admin(server, *words):
    subprocess.run([BINARY, "admin", "--url", server.s3_url, "--data-dir", str(server.data_dir),
                    *words], check=True, capture_output=True, timeout=30)


def lines(path):
    return [json.loads(line) for line in path.read_text().splitlines()]


def wait_for(condition, seconds=10):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_the_access_log_tells_of_every_request(own_server, tmp_path):
    log = tmp_path / "access.log"
    server = own_server("data", "--access-log", str(log))
    client = boto(server)
    client.create_bucket(Bucket="photos")
    client.put_object(Bucket="photos", Key="a b", Body=b"12345")
    client.get_object(Bucket="photos", Key="a b")["Body"].read()
    requests.get(f"{server.s3_url}/photos/a%20b", timeout=5)
    wait_for(lambda: len(lines(log)) == 4)
    create, put, get, refused = lines(log)
    assert create["operation"] == "CreateBucket" and create["bucket"] == "photos"
    assert put["operation"] == "PutObject" and put["key"] == "a b" and put["bytes_in"] >= 5
    assert put["access_key"] == server.access_key and put["user"] == "penstock"
    assert get["bytes_out"] == 5 and get["status"] == 200 and "Boto3" in get["user_agent"]
    assert refused["status"] == 403 and refused["error"] == "AccessDenied"
    assert "access_key" not in refused
    for line in (create, put, get, refused):
        assert line["request_id"] and line["remote"].startswith("127.0.0.1:")
        assert line["time"].endswith("Z") and line["duration_us"] > 0


def test_the_audit_log_tells_who_changed_what(own_server, tmp_path):
    log = tmp_path / "audit.log"
    server = own_server("data", "--audit-log", str(log))
    client = boto(server)
    client.create_bucket(Bucket="photos")
    client.put_object(Bucket="photos", Key="k", Body=b"x")
    client.get_object(Bucket="photos", Key="k")
    client.delete_object(Bucket="photos", Key="k")
    admin(server, "user", "add", "anna", "annas-secret-key")
    admin(server, "user", "list")
    assert [line["operation"] for line in lines(log)] == [
        "CreateBucket", "DeleteObject", "admin:CreateUser"]
    assert lines(log)[2]["subject"] == "access_key anna"
    assert lines(log)[1]["key"] == "k"


def test_an_audited_answer_means_that_the_line_is_written(own_server, tmp_path):
    log = tmp_path / "audit.log"
    server = own_server("data", "--audit-log", str(log))
    client = boto(server)
    for number in range(20):
        client.create_bucket(Bucket=f"bucket-{number}")
    server.kill()
    assert len(lines(log)) >= 19  # the last answer may come before its line


def test_logs_go_on_in_a_new_file_after_sighup(own_server, tmp_path):
    log = tmp_path / "access.log"
    server = own_server("data", "--access-log", str(log))
    client = boto(server)
    client.list_buckets()
    wait_for(lambda: log.read_text())
    log.rename(tmp_path / "access.log.1")
    server.process.send_signal(signal.SIGHUP)
    wait_for(log.exists)
    client.list_buckets()
    wait_for(lambda: log.read_text())
    assert len(lines(tmp_path / "access.log.1")) == 1


def test_no_secret_is_ever_logged(own_server, tmp_path):
    server = own_server("data", "--access-log", str(tmp_path / "access.log"), "--audit-log",
                        str(tmp_path / "audit.log"), "--log-level", "debug")
    client = boto(server)
    client.create_bucket(Bucket="photos")
    url = client.generate_presigned_url("get_object", {"Bucket": "photos", "Key": "k"})
    requests.get(url, timeout=5)
    requests.get(url + "x", timeout=5)
    requests.delete(client.generate_presigned_url("delete_object",
                                                  {"Bucket": "photos", "Key": "k"}), timeout=5)
    customer_key = "c3VjaCBhIHNlY3JldCBrZXkgb2YgMzIgYnl0ZXMhIQ=="
    requests.get(f"{server.s3_url}/photos/k", timeout=5, headers={
        "x-amz-server-side-encryption-customer-key": customer_key,
        "x-amz-security-token": "a-session-token", "Authorization": "Bearer not-for-the-log"})
    admin(server, "user", "add", "anna", "annas-secret-key")
    server.stop()
    text = "".join((tmp_path / name).read_text() for name in ("access.log", "audit.log"))
    text += server.log.read_text()
    assert "photos" in text
    signature = url.split("X-Amz-Signature=")[1][:64]
    for secret in (server.secret_key, signature, "X-Amz-Signature", "X-Amz-Credential",
                   customer_key, "a-session-token", "not-for-the-log", "annas-secret-key"):
        assert secret not in text, secret


def test_a_log_that_cannot_be_opened_is_refused(tmp_path):
    ended = subprocess.run([BINARY, "server", "--data-dir", tmp_path / "data", "--address",
                            "127.0.0.1:0", "--s3-address", "127.0.0.1:0", "--audit-log",
                            tmp_path / "absent" / "audit.log"], capture_output=True, text=True,
                           timeout=30)
    assert ended.returncode == 1
    assert "absent/audit.log" in ended.stderr


def test_metrics(own_server, tmp_path):
    token = tmp_path / "token"
    token.write_text("0123456789abcdef\n")
    server = own_server("data", "--metrics-token-file", str(token))
    client = boto(server)
    client.create_bucket(Bucket="photos")
    client.put_object(Bucket="photos", Key="k", Body=b"x" * 1000)
    client.get_object(Bucket="photos", Key="k")["Body"].read()
    wait_for(lambda: 'operation="GetObject"' in requests.get(f"{server.s3_url}/metrics").text)
    text = requests.get(f"{server.s3_url}/metrics", timeout=5)
    assert text.headers["content-type"].startswith("text/plain; version=0.0.4")
    assert 'penstock_s3_requests_total{operation="GetObject",status="200"} 1\n' in text.text
    assert 'penstock_s3_sent_bytes_total{operation="GetObject"} 1000\n' in text.text
    assert 'penstock_bucket_bytes{bucket="photos"}' in text.text
    alias = requests.get(f"{server.s3_url}/minio/v2/metrics/cluster", timeout=5)
    assert "penstock_build_info" in alias.text
    # S3's answer, about a bucket of that name.
    proxied = {"X-Forwarded-For": "192.0.2.1"}
    refused = requests.get(f"{server.s3_url}/metrics", headers=proxied, timeout=5)
    assert refused.status_code == 404 and "NoSuchBucket" in refused.text
    proxied["Authorization"] = "Bearer 0123456789abcdef"
    assert requests.get(f"{server.s3_url}/metrics", headers=proxied, timeout=5).status_code == 200
    proxied["Authorization"] = "Bearer 0123456789abcdeX"
    assert requests.get(f"{server.s3_url}/metrics", headers=proxied, timeout=5).status_code >= 400


def test_a_bucket_called_metrics_is_whole(own_server):
    server = own_server()
    client = boto(server)
    client.create_bucket(Bucket="metrics")
    client.put_object(Bucket="metrics", Key="k", Body=b"x")
    assert client.list_objects(Bucket="metrics")["Contents"][0]["Key"] == "k"
    assert client.list_objects_v2(Bucket="metrics")["KeyCount"] == 1
