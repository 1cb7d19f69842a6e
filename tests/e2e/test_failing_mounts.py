"""Drives that fail as file systems do: one goes read-only, one of several is full."""

import io
import json
import os
import subprocess
import time
import urllib.parse

import pytest
import requests
import urllib3
from minio import Minio
from minio.error import S3Error

from conftest import BINARY
from mounts import ext4, tmpfs

MIB = 1 << 20


def client_of(server):
    http = urllib3.PoolManager(retries=False, timeout=30)
    return Minio(urllib.parse.urlsplit(server.s3_url).netloc, server.access_key, server.secret_key,
                 secure=False, http_client=http)


def put(client, key, body):
    client.put_object("kept", key, io.BytesIO(body), len(body))


def admin(server, *words):
    done = subprocess.run(
        [BINARY, "admin", *words, "--output", "json"], capture_output=True, text=True, check=True,
        timeout=60, env={**os.environ, "PENSTOCK_S3_URL": server.s3_url,
                         "PENSTOCK_ROOT_USER": server.access_key,
                         "PENSTOCK_ROOT_PASSWORD": server.secret_key})
    return json.loads(done.stdout)


def drives_of(server):
    """By path: their states and what is said of them."""
    return {drive["path"]: drive for drive in admin(server, "drive", "list")["drives"]}


def wait_for(condition, seconds=60):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come to that"
        time.sleep(0.2)


def test_a_read_only_disk_serves_what_it_has_and_takes_nothing(own_server, tmp_path):
    with ext4(tmp_path / "disk", tmp_path / "disk.img", "192M") as (folder, go_read_only):
        server = own_server("disk/data")
        client = client_of(server)
        client.make_bucket("kept")
        bodies = {f"o{n}": os.urandom(size) for n, size in enumerate((0, 100, MIB, 3 * MIB))}
        for key, body in bodies.items():
            put(client, key, body)
        go_read_only()
        for size in (10, 2 * MIB):
            with pytest.raises((S3Error, urllib3.exceptions.HTTPError)) as refused:
                put(client, "late", b"x" * size)
            if isinstance(refused.value, S3Error):
                assert refused.value.response.status >= 500, refused.value
        with pytest.raises((S3Error, urllib3.exceptions.HTTPError)):
            client.remove_object("kept", "o0")
        assert server.process.poll() is None, "the server must not die of it"
        assert {o.object_name for o in client.list_objects("kept")} == set(bodies)
        for key, body in bodies.items():
            assert client.get_object("kept", key).data == body
        assert requests.get(f"{server.s3_url}/minio/health/live", timeout=10).status_code == 200
        server.kill()
        # As an operator would: check, mount again, start again.
        subprocess.run(["umount", folder], check=True)
        image = tmp_path / "disk.img"
        subprocess.run(["e2fsck", "-fy", image], capture_output=True)
        subprocess.run(["mount", "-o", "loop,errors=remount-ro", image, folder], check=True)
        server = own_server("disk/data")
        client = client_of(server)
        assert {o.object_name for o in client.list_objects("kept")} == set(bodies)
        for key, body in bodies.items():
            assert client.get_object("kept", key).data == body
        put(client, "again", b"room")
        server.kill()


def test_one_full_drive_of_four_stops_nobody_and_can_be_left_out(own_server, tmp_path):
    with tmpfs(tmp_path / "a", "256m") as a, tmpfs(tmp_path / "b", "256m") as b, \
            tmpfs(tmp_path / "c", "256m") as c, tmpfs(tmp_path / "d", "256m") as d:
        words = [word for drive in (a, b, c, d) for word in ("--drive", str(drive / "store"))]
        full = str(c / "store")
        server = own_server("data", *words)
        client = client_of(server)
        client.make_bucket("kept")
        bodies = {}

        def write(count, size):
            for _ in range(count):
                key, body = f"o{len(bodies)}", os.urandom(size)
                put(client, key, body)
                bodies[key] = body

        write(3, MIB)
        write(3, 100)
        filler = c / "filler"
        with open(filler, "wb", buffering=0) as file, pytest.raises(OSError):
            while True:
                file.write(b"\0" * 65536)
        # It takes no new shards; the others go on.
        write(3, MIB)
        write(3, 100)
        assert {drive["state"] for drive in drives_of(server).values()} == {"in-sync"}
        assert drives_of(server)[full]["detail"].startswith("full")
        client.remove_object("kept", "o0")
        del bodies["o0"]
        for key, body in bodies.items():
            assert client.get_object("kept", key).data == body

        position = str(drives_of(server)[full]["position"])
        admin(server, "drive", "offline", position)
        write(6, MIB)  # with three of four
        write(20, 100)
        filler.unlink()
        admin(server, "drive", "online", position)
        wait_for(lambda: drives_of(server)[full]["state"] == "in-sync")
        wait_for(lambda: not drives_of(server)[full].get("filling"))
        write(3, MIB)
        server.kill()
        # What it missed has been put back: with this one and any other there is enough to read.
        server = own_server("data", *words)
        client = client_of(server)
        for key, body in bodies.items():
            assert client.get_object("kept", key).data == body
        server.kill()
