"""`penstock admin` against a running server, as a person or a script would use it."""

import json
import os
import pathlib
import subprocess

import boto3
import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
import requests

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent.parent
BINARY = os.environ.get("PENSTOCK_BINARY", str(ROOT / "build/release/penstock"))


class Admin:
    """The command, with the server under test in its environment."""

    def __init__(self, server, **environment):
        self.environment = {
            "PATH": os.environ["PATH"], "PENSTOCK_S3_URL": server.s3_url,
            "PENSTOCK_ROOT_USER": server.access_key, "PENSTOCK_ROOT_PASSWORD": server.secret_key,
            **environment}

    def run(self, *words, stdin=None):
        return subprocess.run([BINARY, "admin", *words], capture_output=True, text=True, timeout=60,
                              env=self.environment, input=stdin)

    def text(self, *words, **more):
        ended = self.run(*words, **more)
        assert ended.returncode == 0, ended.stderr
        return ended.stdout

    def json(self, *words, **more):
        return json.loads(self.text(*words, "--output", "json", **more))

    def refused(self, *words, code=1, **more):
        ended = self.run(*words, **more)
        assert ended.returncode == code, (ended.stdout, ended.stderr)
        assert ended.stdout == ""
        return ended.stderr


@pytest.fixture
def admin(server):
    return Admin(server)


def boto(server, access_key=None, secret_key=None):
    return boto3.client("s3", endpoint_url=server.s3_url, region_name="us-east-1",
                        aws_access_key_id=access_key or server.access_key,
                        aws_secret_access_key=secret_key or server.secret_key)


def test_info(admin, server):
    info = admin.json("info")
    assert info["version"].startswith("0.") and info["region"] == "us-east-1"
    assert info["version"] in admin.text("info")


def test_keys_of_a_data_directory(server):
    admin = Admin(server, PENSTOCK_ROOT_USER="", PENSTOCK_ROOT_PASSWORD="")
    assert "--data-dir" in admin.refused("info", code=2)
    assert admin.json("info", "--data-dir", str(server.data_dir))["version"]


def test_failures_are_told_from_misunderstandings(server, admin):
    assert "frobnicate" in admin.refused("frobnicate", code=2)
    wrong = Admin(server, PENSTOCK_ROOT_PASSWORD="not-the-password")
    assert "signature" in wrong.refused("info")
    nobody = Admin(server, PENSTOCK_S3_URL="http://127.0.0.1:1")
    assert "http://127.0.0.1:1" in nobody.refused("info")


def test_over_tls(own_server, certificate):
    server = own_server("data", *certificate.options("s3"))
    assert "certificate" in Admin(server).refused("info")
    assert Admin(server, PENSTOCK_CA=str(certificate.ca)).json("info")["version"]


def test_a_bucket_called_penstock_is_whole(server):
    client = boto(server)
    client.create_bucket(Bucket="penstock")
    client.put_object(Bucket="penstock", Key="admin/v1/info", Body=b"mine")
    assert client.get_object(Bucket="penstock", Key="admin/v1/info")["Body"].read() == b"mine"
    client.delete_object(Bucket="penstock", Key="admin/v1/info")
    client.delete_bucket(Bucket="penstock")


def test_any_sigv4_client_may_ask(server):
    url = f"{server.s3_url}/penstock/admin/v1/info"
    empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    request = AWSRequest("GET", url, headers={"x-amz-content-sha256": empty})
    SigV4Auth(Credentials(server.access_key, server.secret_key), "penstock-admin",
              "eu-west-1").add_auth(request)
    answer = requests.get(url, headers=dict(request.headers), timeout=10)
    assert answer.status_code == 200 and answer.json()["version"]
    request = AWSRequest("GET", url, headers={"x-amz-content-sha256": empty})
    SigV4Auth(Credentials(server.access_key, "wrong"), "penstock-admin", "x").add_auth(request)
    answer = requests.get(url, headers=dict(request.headers), timeout=10)
    assert answer.status_code == 403
    assert answer.json()["error"]["code"] == "SignatureDoesNotMatch"


def test_buckets(admin, server, bucket_name):
    made = admin.json("bucket", "create", bucket_name, "--versioning")
    assert made["name"] == bucket_name and made["versioning"] == "enabled"
    assert bucket_name in [b["name"] for b in admin.json("bucket", "list")["buckets"]]
    assert bucket_name in admin.text("bucket", "list")
    client = boto(server)
    assert bucket_name in [b["Name"] for b in client.list_buckets()["Buckets"]]
    assert "already" in admin.refused("bucket", "create", bucket_name)
    suspended = admin.json("bucket", "versioning", bucket_name, "suspended")
    assert suspended["versioning"] == "suspended"
    client.put_object(Bucket=bucket_name, Key="k", Body=b"x")
    assert "not empty" in admin.refused("bucket", "remove", bucket_name)
    client.delete_object(Bucket=bucket_name, Key="k")


def test_object_lock_of_a_bucket(admin, bucket_name):
    assert admin.json("bucket", "create", bucket_name, "--object-lock")["object_lock"] is True
    locked = admin.json("bucket", "lock", bucket_name, "--mode", "governance", "--days", "3")
    assert locked["default_retention"] == {"mode": "governance", "days": 3}
    admin.refused("bucket", "lock", bucket_name, "--days", "3", code=2)
    assert "default_retention" not in admin.json("bucket", "lock", bucket_name)


def test_quota_of_a_bucket(admin, bucket_name):
    admin.text("bucket", "create", bucket_name)
    assert admin.json("quota", "set", bucket_name, "--bytes", "2MB")["quota"] == {"bytes": 2 << 20}
    assert admin.json("quota", "get", bucket_name)["quota"] == {"bytes": 2 << 20}
    assert admin.json("quota", "clear", bucket_name)["quota"] == {}
    assert "bytes" in admin.refused("quota", "set", bucket_name)
    assert "no bucket" in admin.refused("quota", "get", "there-is-no-such-bucket")
