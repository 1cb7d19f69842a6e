"""The store's process killed at random moments under load: what was acknowledged is there, whole and
once; what was not is there whole or not at all; what was locked stays locked."""

import concurrent.futures
import datetime
import hashlib
import json
import os
import random
import subprocess
import threading
import time

import minio
import minio.commonconfig
import minio.retention
import pytest
import urllib3

from conftest import BINARY

ROUNDS = 6
WRITERS = 6
KIB, MIB = 1 << 10, 1 << 20
SIZES = (0, 100, 4 * KIB, 63 * KIB, 65 * KIB, 700 * KIB, 3 * MIB, 6 * MIB)  # the last in two parts
FAR = datetime.datetime(2099, 1, 1, tzinfo=datetime.timezone.utc)


def client_of(server):
    host = server.s3_url.split("//")[1]
    http = urllib3.PoolManager(retries=False, maxsize=WRITERS * 2, timeout=10)
    return minio.Minio(host, server.access_key, server.secret_key, secure=False, http_client=http)


def body_of(seed, size):
    return random.Random(seed).randbytes(size)


class Key:
    """What one key may hold: the versions that were acknowledged, and those that were only begun."""

    def __init__(self):
        self.acknowledged = {}  # version id -> digest
        self.removed = set()  # version ids whose removal was acknowledged
        self.doubtful = set()  # version ids whose removal was begun
        self.begun = set()  # digests

    def check(self, versions):
        found = dict(versions)
        for version, digest in self.acknowledged.items():
            if version in self.doubtful and version not in found:
                continue
            assert found.get(version) == digest, f"acknowledged version {version} is lost or changed"
        for version in self.removed:
            assert version not in found, f"removed version {version} is back"
        for version, digest in found.items():
            assert version in self.acknowledged or digest in self.begun, f"{version} is nobody's"


class Writer:
    """Changes keys of its own until the server is gone."""

    def __init__(self, number):
        self.number = number
        self.keys = {f"writer-{number}/{n}": Key() for n in range(4)}
        self.random = random.Random(number)
        self.step = 0

    def run(self, client, stop):
        try:
            while not stop.is_set():
                self.change(client)
        except (urllib3.exceptions.HTTPError, minio.error.S3Error, OSError):
            assert stop.wait(10), "an operation failed before the server was killed"

    def change(self, client):
        self.step += 1
        name = self.random.choice(list(self.keys))
        key = self.keys[name]
        if key.acknowledged and self.random.random() < 0.25:
            self.remove(client, name, key)
        else:
            self.put(client, name, key)

    def put(self, client, name, key):
        body = body_of(self.number * 1_000_003 + self.step, self.random.choice(SIZES))
        digest = hashlib.sha256(body).hexdigest()
        key.begun.add(digest)
        result = client.put_object("crash", name, Bytes(body), len(body), part_size=5 * MIB)
        key.acknowledged[result.version_id] = digest

    def remove(self, client, name, key):
        version = self.random.choice(list(key.acknowledged))
        key.doubtful.add(version)
        client.remove_object("crash", name, version_id=version)
        key.removed.add(version)
        key.doubtful.discard(version)
        del key.acknowledged[version]


class Bytes:
    """A stream over bytes, as the client wants it."""

    def __init__(self, body):
        self.body, self.at = body, 0

    def read(self, size=-1):
        end = len(self.body) if size < 0 else self.at + size
        piece = self.body[self.at:end]
        self.at += len(piece)
        return piece


def versions_in(client, prefix):
    """Of each key the digests of its versions, read whole."""
    found = {}
    for item in client.list_objects("crash", prefix=prefix, recursive=True, include_version=True):
        response = client.get_object("crash", item.object_name, version_id=item.version_id)
        body = response.read()
        response.close()
        response.release_conn()
        assert len(body) == item.size
        found.setdefault(item.object_name, []).append(
            (item.version_id, hashlib.sha256(body).hexdigest()))
    return found


def lock_one(client, number):
    result = client.put_object(
        "crash", f"locked/{number}", Bytes(b"kept"), 4,
        retention=minio.retention.Retention(minio.commonconfig.COMPLIANCE, FAR))
    return f"locked/{number}", result.version_id


def check_locks(client, locked):
    for name, version in locked:
        with pytest.raises(minio.error.S3Error) as refused:
            client.remove_object("crash", name, version_id=version)
        assert refused.value.code == "AccessDenied"
        assert client.get_object("crash", name, version_id=version).read() == b"kept"


def test_acknowledged_versions_survive_kills_under_load(own_server):
    server = own_server()
    client_of(server).make_bucket("crash", object_lock=True)
    writers = [Writer(number) for number in range(WRITERS)]
    locked = []
    moments = random.Random(7)
    for number in range(ROUNDS):
        client = client_of(server)
        locked.append(lock_one(client, number))
        stop = threading.Event()
        with concurrent.futures.ThreadPoolExecutor(WRITERS) as pool:
            running = [pool.submit(writer.run, client, stop) for writer in writers]
            time.sleep(moments.uniform(0.2, 1.5))
            server.kill()
            stop.set()
            for future in running:
                future.result()
        server = own_server()
        client = client_of(server)
        for writer in writers:
            found = versions_in(client, f"writer-{writer.number}/")
            for name, key in writer.keys.items():
                key.check(found.get(name, []))
                settle(key, found.get(name, []))
        check_locks(client, locked)
        check_usage(server, client)


def check_usage(server, client):
    """The counters of the bucket say what a listing finds, whatever a crash came between."""
    told = subprocess.run(
        [BINARY, "admin", "bucket", "info", "crash", "--output", "json"], capture_output=True,
        text=True, check=True, timeout=60,
        env={**os.environ, "PENSTOCK_S3_URL": server.s3_url,
             "PENSTOCK_ROOT_USER": server.access_key, "PENSTOCK_ROOT_PASSWORD": server.secret_key})
    listed = list(client.list_objects("crash", recursive=True, include_version=True))
    markers = [item for item in listed if item.is_delete_marker]
    versions = [item for item in listed if not item.is_delete_marker]
    assert json.loads(told.stdout)["usage"] == {
        "objects": sum(item.is_latest == "true" for item in versions),
        "versions": len(versions), "delete_markers": len(markers),
        "bytes": sum(item.size for item in versions)}


def settle(key, versions):
    """What is there after the restart is what counts from now on."""
    key.acknowledged = dict(versions)
    key.begun.clear()
    key.doubtful.clear()
