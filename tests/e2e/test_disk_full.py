"""A full disk: clear errors, nothing lost, and work again once there is room."""

import io
import os
import subprocess
import time
import urllib.parse

import pytest
import requests
from minio import Minio
from minio.error import S3Error

MIB = 1 << 20


@pytest.fixture
def small_disk(tmp_path):
    folder = tmp_path / "small"
    folder.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=96m", "penstock-test", folder],
                             capture_output=True, text=True)
    if mounted.returncode:
        pytest.skip(f"mounting needs root: {mounted.stderr.strip()}")
    yield folder
    subprocess.run(["umount", "-l", folder], check=True)


def test_a_full_disk_is_said_and_survived(own_server, small_disk):
    filler = small_disk / "filler"
    filler.touch()
    server = own_server("small/data")
    store = Minio(urllib.parse.urlsplit(server.s3_url).netloc, server.access_key, server.secret_key,
                  secure=False)
    store.make_bucket("kept")
    body = os.urandom(8 * MIB)
    kept = []
    with pytest.raises(S3Error) as refused:
        for number in range(40):
            store.put_object("kept", f"o{number}", io.BytesIO(body), len(body))
            kept.append(f"o{number}")
    assert refused.value.code in ("XMinioStorageFull", "InsufficientStorage"), refused.value
    assert len(kept) >= 4

    # Fill what is left to the last byte: even the smallest write must fail cleanly now.
    with open(filler, "ab", buffering=0) as file:
        try:
            while True:
                file.write(b"\0" * 4096)
        except OSError:
            pass
    requests.get(f"{server.api_url}/apis/v2beta1/healthz", timeout=10).raise_for_status()
    created = requests.post(f"{server.api_url}/apis/v2beta1/experiments",
                            json={"display_name": "no room"}, timeout=30)
    assert created.status_code in (200, 429, 500, 503, 507)

    listed = [item.object_name for item in store.list_objects("kept")]
    assert sorted(listed) == sorted(kept)
    for name in kept:
        assert store.get_object("kept", name).data == body

    filler.unlink()
    store.remove_object("kept", kept.pop())
    deadline = time.monotonic() + 20
    while True:
        try:
            store.put_object("kept", "again", io.BytesIO(b"x" * 1000), 1000)
            break
        except S3Error:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.5)
    assert requests.post(f"{server.api_url}/apis/v2beta1/experiments",
                         json={"display_name": "room again"}, timeout=30).status_code == 200

    server.kill()
    again = own_server("small/data")
    store = Minio(urllib.parse.urlsplit(again.s3_url).netloc, again.access_key, again.secret_key,
                  secure=False)
    assert sorted(i.object_name for i in store.list_objects("kept")) == sorted(kept + ["again"])
    for name in kept:
        assert store.get_object("kept", name).data == body
