"""SIGTERM: what is under way ends, what is idle closes, and nobody new comes in."""

import hashlib
import hmac
import http.client
import signal
import socket
import threading
import time
import urllib.parse

import pytest
import requests


def address_of(url):
    parts = urllib.parse.urlsplit(url)
    return parts.hostname, parts.port


def signed(server, method, path):
    """Headers of a request with SigV4, whose body is not signed."""
    host = "%s:%d" % address_of(server.s3_url)
    stamp = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
    scope = f"{stamp[:8]}/us-east-1/s3/aws4_request"
    names = "host;x-amz-content-sha256;x-amz-date"
    canonical = (f"{method}\n{path}\n\nhost:{host}\nx-amz-content-sha256:UNSIGNED-PAYLOAD\n"
                 f"x-amz-date:{stamp}\n\n{names}\nUNSIGNED-PAYLOAD")
    to_sign = "\n".join(["AWS4-HMAC-SHA256", stamp, scope,
                         hashlib.sha256(canonical.encode()).hexdigest()])
    key = ("AWS4" + server.secret_key).encode()
    for word in scope.split("/"):
        key = hmac.new(key, word.encode(), hashlib.sha256).digest()
    signature = hmac.new(key, to_sign.encode(), hashlib.sha256).hexdigest()
    return {"x-amz-date": stamp, "x-amz-content-sha256": "UNSIGNED-PAYLOAD",
            "Authorization": f"AWS4-HMAC-SHA256 Credential={server.access_key}/{scope}, "
                             f"SignedHeaders={names}, Signature={signature}"}


def begin_upload(server, path, size):
    """Sends the head and the first byte of an upload; the rest is the test's to send."""
    connection = http.client.HTTPConnection(*address_of(server.s3_url), timeout=60)
    connection.putrequest("PUT", path)
    for name, value in {**signed(server, "PUT", path), "Content-Length": str(size)}.items():
        connection.putheader(name, value)
    connection.endheaders(b"x")
    return connection


@pytest.fixture
def drained(own_server):
    def start(*options):
        server = own_server("data", *options)
        answer = requests.put(f"{server.s3_url}/bucket", headers=signed(server, "PUT", "/bucket"),
                              timeout=10)
        assert answer.status_code == 200, answer.text
        return server
    return start


def test_an_upload_under_way_ends_well(drained):
    server = drained("--drain-seconds", "30")
    size = 1 << 20
    upload = begin_upload(server, "/bucket/k", size)
    idle = socket.create_connection(address_of(server.s3_url), timeout=10)
    time.sleep(0.5)  # until the handler has it
    server.process.send_signal(signal.SIGTERM)
    assert idle.recv(1) == b""  # closed
    with pytest.raises(OSError):
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            socket.create_connection(address_of(server.s3_url), timeout=1).close()
            time.sleep(0.05)
    assert server.process.poll() is None
    upload.send(b"x" * (size - 1))
    answer = upload.getresponse()
    assert answer.status == 200
    answer.read()
    assert upload.sock.recv(1) == b""  # kept for no further request
    began = time.monotonic()
    assert server.process.wait(30) == 0
    assert time.monotonic() - began < 15  # and not the whole time it may take


def test_what_does_not_end_is_cut_off(drained):
    server = drained("--drain-seconds", "2")
    upload = begin_upload(server, "/bucket/k", 1 << 20)
    time.sleep(0.5)
    began = time.monotonic()
    server.process.send_signal(signal.SIGTERM)
    assert server.process.wait(30) == 0
    assert 1 < time.monotonic() - began < 20
    with pytest.raises((OSError, http.client.HTTPException)):
        upload.send(b"x" * (1 << 20))
        upload.getresponse()


def test_readiness_turns_away_before_the_door_closes(drained):
    server = drained("--drain-delay-seconds", "60")

    def status(path):
        return requests.get(f"{server.s3_url}{path}", timeout=5).status_code

    for path in ("/minio/health/live", "/minio/health/ready", "/minio/health/cluster"):
        assert status(path) == 200
    server.process.send_signal(signal.SIGTERM)
    deadline = time.monotonic() + 10
    while status("/minio/health/ready") != 503:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert status("/minio/health/cluster") == 503
    assert status("/minio/health/live") == 200
    answer = requests.put(f"{server.s3_url}/bucket/k", data=b"x", timeout=10,
                          headers=signed(server, "PUT", "/bucket/k"))
    assert answer.status_code == 200
    server.process.send_signal(signal.SIGTERM)
    assert server.process.wait(30) == 0


def test_many_uploads_all_end_well(drained):
    server = drained("--drain-seconds", "60")
    size = 200_000
    uploads = [begin_upload(server, f"/bucket/k{i}", size) for i in range(20)]
    time.sleep(1)
    threading.Timer(0.1, server.process.send_signal, [signal.SIGTERM]).start()
    statuses = []
    for upload in uploads:
        upload.send(b"x" * (size - 1))
        statuses.append(upload.getresponse().status)
        time.sleep(0.02)
    assert statuses == [200] * len(uploads)
    assert server.process.wait(60) == 0
