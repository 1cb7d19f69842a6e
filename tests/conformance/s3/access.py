"""What the tests of access share: clients of users, of the root, and of nobody."""

import json
import os
import pathlib
import subprocess
import uuid

import boto3
import botocore.client
import botocore.exceptions
import pytest

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent.parent
BINARY = os.environ.get("PENSTOCK_BINARY", str(ROOT / "build/release/penstock"))


def client(server, access_key=None, secret_key=None, **config):
    return boto3.client("s3", endpoint_url=server.s3_url, region_name="us-east-1",
                        aws_access_key_id=access_key or server.access_key,
                        aws_secret_access_key=secret_key or server.secret_key,
                        config=botocore.client.Config(retries={"max_attempts": 1}, **config))


def anonymous(server):
    return client(server, signature_version=botocore.UNSIGNED)


def error_of(call, **arguments):
    with pytest.raises(botocore.exceptions.ClientError) as caught:
        call(**arguments)
    return caught.value.response["Error"]["Code"]


def policy(*statements):
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allow(action, *resources, principal=None, **more):
    statement = {"Effect": "Allow", "Action": action,
                 "Resource": [f"arn:aws:s3:::{name}" for name in resources], **more}
    return {**statement, "Principal": principal} if principal else statement


def add_user(server, policy_name):
    """A new user with a policy that comes with the server: name, secret, canonical id."""
    name, secret = f"user-{uuid.uuid4().hex[:12]}", uuid.uuid4().hex
    environment = {"PATH": os.environ["PATH"], "PENSTOCK_S3_URL": server.s3_url,
                   "PENSTOCK_ROOT_USER": server.access_key,
                   "PENSTOCK_ROOT_PASSWORD": server.secret_key}

    def admin(*words):
        ended = subprocess.run([BINARY, "admin", *words], capture_output=True, text=True,
                               timeout=60, env=environment)
        assert ended.returncode == 0, ended.stderr
        return ended.stdout

    admin("user", "add", name, secret, "--policy", policy_name)
    info = json.loads(admin("user", "info", name, "--output", "json"))
    return name, secret, info["canonical_id"]
