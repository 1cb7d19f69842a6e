"""The server as a process: starting, stopping, refusing, and staying up under bad clients."""

import os
import pathlib
import socket
import stat
import subprocess
import time
import urllib.parse

import requests

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
BINARY = os.environ.get("PENSTOCK_BINARY", str(ROOT / "build/release/penstock"))


def address_of(url):
    parts = urllib.parse.urlsplit(url)
    return parts.hostname, parts.port


def test_starts_from_nothing_and_stops_cleanly(own_server):
    server = own_server()
    health = requests.get(f"{server.api_url}/apis/v2beta1/healthz", timeout=5).json()
    assert health["multi_user"] is False
    assert server.stop() == 0
    assert "Traceback" not in server.log.read_text()


def test_root_keys_are_private_and_stay(own_server):
    server = own_server()
    mode = (server.data_dir / "root-keys.json").stat().st_mode
    assert stat.S_IMODE(mode) == 0o600
    assert stat.S_IMODE(server.data_dir.stat().st_mode) == 0o700
    server.stop()
    assert own_server().secret_key == server.secret_key


def test_given_root_keys_are_used_under_either_name(own_server):
    for prefix in ("PENSTOCK", "MINIO"):
        server = own_server(prefix, env={f"{prefix}_ROOT_USER": "someone",
                                         f"{prefix}_ROOT_PASSWORD": "something-long"})
        assert not (server.data_dir / "root-keys.json").exists()
        assert "something-long" not in server.log.read_text()


def run_server(*options):
    return subprocess.run([BINARY, "server", *options], capture_output=True, text=True, timeout=30)


def test_a_second_server_on_the_directory_is_refused(own_server):
    server = own_server()
    second = run_server("--data-dir", str(server.data_dir), "--address", "127.0.0.1:0",
                        "--s3-address", "127.0.0.1:0")
    assert second.returncode == 1
    assert "another penstock server" in second.stderr


def test_a_taken_port_is_named(own_server, tmp_path):
    server = own_server()
    taken = "%s:%d" % address_of(server.api_url)
    second = run_server("--data-dir", str(tmp_path / "other"), "--address", taken,
                        "--s3-address", "127.0.0.1:0")
    assert second.returncode == 1
    assert str(address_of(server.api_url)[1]) in second.stderr


def test_the_pipelines_api_stays_on_loopback(tmp_path):
    refused = run_server("--data-dir", str(tmp_path / "data"), "--address", "0.0.0.0:0")
    assert refused.returncode == 1
    assert "127.0.0.1" in refused.stderr


def test_options_can_come_from_a_file(own_server, tmp_path):
    config = tmp_path / "penstock.toml"
    data = tmp_path / "configured"
    config.write_text('[server]\n'
                      f'data-dir = "{data}"\naddress = "127.0.0.1:0"\ns3-address = "127.0.0.1:0"\n'
                      'task-host = ["a.example=127.0.0.1", "b.example=127.0.0.2"]\n'
                      'task-env = ["A=1", "B=2"]\n')
    process = subprocess.Popen([BINARY, "--config", str(config), "server"],
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        line = process.stdout.readline()
        assert line.startswith("Pipelines API"), line + process.stderr.read()
        assert data.exists()
    finally:
        process.terminate()
        assert process.wait(20) == 0


def test_thousands_of_idle_connections_cost_nobody_else(own_server):
    server = own_server()
    idle = []
    try:
        for url in (server.api_url, server.s3_url):
            for _ in range(1500):
                connection = socket.create_connection(address_of(url), timeout=10)
                connection.send(b"GET / HTTP/1.1\r\nHost: x\r\nX-Half: ")
                idle.append(connection)
        began = time.monotonic()
        for _ in range(20):
            requests.get(f"{server.api_url}/apis/v2beta1/healthz", timeout=10).raise_for_status()
            assert requests.get(server.s3_url, timeout=10).status_code == 403
        assert time.monotonic() - began < 20
    finally:
        for connection in idle:
            connection.close()
    threads = len(list(pathlib.Path(f"/proc/{server.process.pid}/task").iterdir()))
    assert threads < 300


def test_garbage_is_answered_and_forgotten(own_server):
    server = own_server()
    for url in (server.api_url, server.s3_url):
        for bytes_sent in (b"\0" * 100, b"GET\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n",
                           b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
                           b"GET / HTTP/1.1\r\nHost: x\r\nA: " + b"a" * 100_000 + b"\r\n\r\n"):
            with socket.create_connection(address_of(url), timeout=20) as connection:
                connection.sendall(bytes_sent)
                answer = connection.recv(4096)
                assert answer.startswith(b"HTTP/1.1 4") or answer.startswith(b"HTTP/1.1 5"), answer
    requests.get(f"{server.api_url}/apis/v2beta1/healthz", timeout=10).raise_for_status()
