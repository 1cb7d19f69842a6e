"""`penstock admin` against a running server, as a person or a script would use it."""

import json
import os
import pathlib
import re
import subprocess
import uuid

import boto3
import pytest
import requests
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.exceptions import ClientError

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


def test_a_quota_is_exact_and_hard(admin, server, bucket_name):
    client = boto(server)
    client.create_bucket(Bucket=bucket_name)
    admin.text("quota", "set", bucket_name, "--bytes", "1000")
    client.put_object(Bucket=bucket_name, Key="a", Body=b"x" * 600)
    client.put_object(Bucket=bucket_name, Key="a", Body=b"x" * 900)  # in place of the former one
    with pytest.raises(ClientError) as refused:
        client.put_object(Bucket=bucket_name, Key="b", Body=b"x" * 101)
    assert refused.value.response["Error"]["Code"] == "XMinioAdminBucketQuotaExceeded"
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400
    client.put_object(Bucket=bucket_name, Key="b", Body=b"x" * 100)
    with pytest.raises(ClientError) as refused:
        client.copy_object(Bucket=bucket_name, Key="c", CopySource=f"{bucket_name}/b")
    assert refused.value.response["Error"]["Code"] == "XMinioAdminBucketQuotaExceeded"
    upload = client.create_multipart_upload(Bucket=bucket_name, Key="c")["UploadId"]
    with pytest.raises(ClientError):  # with the part, or at the latest when it is completed
        part = client.upload_part(Bucket=bucket_name, Key="c", UploadId=upload, PartNumber=1,
                                  Body=b"x" * 200)
        client.complete_multipart_upload(
            Bucket=bucket_name, Key="c", UploadId=upload,
            MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]})
    usage = admin.json("quota", "get", bucket_name)["usage"]
    assert usage["bytes"] == 1000 and usage["objects"] == 2
    client.delete_object(Bucket=bucket_name, Key="a")
    assert admin.json("quota", "get", bucket_name)["usage"]["bytes"] == 100
    client.put_object(Bucket=bucket_name, Key="c", Body=b"x" * 900)
    admin.text("quota", "clear", bucket_name)
    client.put_object(Bucket=bucket_name, Key="d", Body=b"x" * 5000)


def test_statistics(admin):
    before = admin.json("stat")["requests"]["answered"]
    admin.json("info")
    after = admin.json("stat")
    # A request counts when its answer is through, which the client may see first.
    assert after["requests"]["answered"] > before
    assert after["process"]["resident_bytes"] > 1 << 20


@pytest.fixture
def name():
    return f"u-{uuid.uuid4().hex[:12]}"


def test_a_user_works_with_its_own_keys(admin, server, name, bucket_name):
    secret = "a-secret-of-its-own"
    admin.text("user", "add", name, secret, "--policy", "readwrite")
    info = admin.json("user", "info", name)
    assert info["access_key"] == name and info["status"] == "enabled"
    assert info["policies"] == ["readwrite"] and info["groups"] == []
    assert re.fullmatch("[0-9a-f]{64}", info["canonical_id"])
    assert info["arn"].endswith(f"user/{name}")
    assert secret not in json.dumps(info)
    assert info["canonical_id"] in admin.text("user", "info", name)
    assert name in [user["access_key"] for user in admin.json("user", "list")["users"]]

    client = boto(server, name, secret)
    client.create_bucket(Bucket=bucket_name)
    client.put_object(Bucket=bucket_name, Key="k", Body=b"x")
    assert client.get_object(Bucket=bucket_name, Key="k")["Body"].read() == b"x"
    assert admin.json("bucket", "info", bucket_name)["owner"] == info["canonical_id"]

    admin.text("user", "disable", name)
    with pytest.raises(ClientError):
        client.get_object(Bucket=bucket_name, Key="k")
    admin.text("user", "enable", name)
    client.delete_object(Bucket=bucket_name, Key="k")
    admin.text("user", "remove", name)
    with pytest.raises(ClientError):
        client.list_buckets()
    assert "no user" in admin.refused("user", "info", name)


def test_policies_and_groups(admin, server, name, bucket_name, tmp_path):
    client = boto(server)
    client.create_bucket(Bucket=bucket_name)
    client.put_object(Bucket=bucket_name, Key="k", Body=b"x")
    policy = {"Version": "2012-10-17",
              "Statement": [{"Effect": "Allow", "Action": ["s3:GetObject"],
                             "Resource": [f"arn:aws:s3:::{bucket_name}/*"]}]}
    (tmp_path / "policy.json").write_text(json.dumps(policy))
    admin.text("policy", "create", name, str(tmp_path / "policy.json"))
    assert admin.json("policy", "info", name)["policy"] == policy
    admin.text("user", "add", name, "a-secret-of-its-own")
    theirs = boto(server, name, "a-secret-of-its-own")

    def may_read():
        try:
            theirs.get_object(Bucket=bucket_name, Key="k")
            return True
        except ClientError as error:
            assert error.response["Error"]["Code"] == "AccessDenied"
            return False

    assert not may_read()
    admin.text("user", "policy", "attach", name, name)
    assert may_read()
    assert name in admin.refused("policy", "remove", name)
    admin.text("user", "policy", "detach", name, name)
    assert not may_read()
    admin.text("group", "add", name, name)
    admin.text("group", "attach", name, name)
    assert admin.json("group", "members", name)["members"] == [name]
    assert may_read()
    admin.text("group", "remove", name, name)
    assert not may_read()
    admin.text("group", "remove", name)
    admin.text("policy", "remove", name)
    admin.text("user", "remove", name)


def test_secrets_can_come_from_standard_input(admin, server, name):
    admin.text("user", "add", name, "-", "--policy", "readwrite", stdin="first-secret\n")
    boto(server, name, "first-secret").list_buckets()
    admin.text("user", "secret", name, "-", stdin="second-secret\n")
    boto(server, name, "second-secret").list_buckets()
    with pytest.raises(ClientError):
        boto(server, name, "first-secret").list_buckets()
    assert "standard input" in admin.refused("user", "secret", name, "-", stdin="")
    admin.text("user", "remove", name)


def test_access_keys(admin, server, name, bucket_name, tmp_path):
    admin.text("user", "add", name, "a-secret-of-its-own", "--policy", "readwrite")
    (tmp_path / "policy.json").write_text(json.dumps(
        {"Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Action": ["s3:ListAllMyBuckets"], "Resource": ["*"]}]}))
    made = admin.json("access-key", "create", "--user", name, "--policy",
                      str(tmp_path / "policy.json"), "--name", "for a robot")
    robot = boto(server, made["access_key"], made["secret_key"])
    robot.list_buckets()
    with pytest.raises(ClientError):
        robot.create_bucket(Bucket=bucket_name)
    listed = admin.json("access-key", "list", "--user", name)["access_keys"]
    assert [key["access_key"] for key in listed] == [made["access_key"]]
    assert "secret_key" not in admin.json("access-key", "info", made["access_key"])
    admin.text("access-key", "disable", made["access_key"])
    with pytest.raises(ClientError):
        robot.list_buckets()
    admin.text("access-key", "remove", made["access_key"])
    admin.text("user", "remove", name)


def test_users_stay_over_a_restart(own_server):
    server = own_server()
    Admin(server).text("user", "add", "anna", "annas-secret", "--policy", "readwrite")
    before = Admin(server).json("user", "info", "anna")
    server.stop()
    server = own_server()
    assert Admin(server).json("user", "info", "anna") == before
    boto(server, "anna", "annas-secret").list_buckets()
    for file in server.data_dir.rglob("*"):
        assert not file.is_file() or b"annas-secret" not in file.read_bytes(), file


def test_a_user_with_a_policy_for_it_may_administer(admin, server, name):
    admin.text("user", "add", name, "a-secret-of-its-own", "--policy", "consoleAdmin")
    theirs = Admin(server, PENSTOCK_ROOT_USER=name, PENSTOCK_ROOT_PASSWORD="a-secret-of-its-own")
    assert theirs.json("user", "info", name)["policies"] == ["consoleAdmin"]
    theirs.text("user", "policy", "detach", name, "consoleAdmin")
    assert "admin:GetUser" in theirs.refused("user", "info", name)
    admin.text("user", "remove", name)


def test_encryption_keys(admin, name):
    made = admin.json("key", "create", name)
    assert made["name"] == name and made["status"] == "enabled" and made["version"] == 1
    assert "already" in admin.refused("key", "create", name)
    assert name in [key["name"] for key in admin.json("key", "list")["keys"]]
    assert admin.json("key", "rotate", name)["version"] == 2
    assert admin.json("key", "disable", name)["status"] == "disabled"
    assert admin.json("key", "enable", name)["status"] == "enabled"
    assert [v["number"] for v in admin.json("key", "info", name)["versions"]] == [1, 2]
    assert name in admin.text("key", "list")
    admin.refused("key", "info", "no-such-key")


def test_the_master_key_can_be_rotated(own_server):
    server = own_server()
    admin = Admin(server)
    admin.text("key", "create", "payroll")
    before = admin.json("key", "list")["master_key"]["id"]
    assert admin.json("key", "rotate-master")["master_key"]["id"] != before
    server.stop()
    assert Admin(own_server()).json("key", "info", "payroll")["status"] == "enabled"


def test_drives(admin):
    listed = admin.json("drive", "list")
    assert listed["writable"] is True
    assert [drive["state"] for drive in listed["drives"]] == ["in-sync"]
    assert "in-sync" in admin.text("drive", "list")
    assert admin.json("heal", "status")["heal"]["files_beyond_repair"] == 0
    admin.refused("heal", "start")  # one drive has nothing to heal from
    assert "position" in admin.refused("drive", "offline", "7")
