"""Unmodified client libraries of other languages: minio-go, the AWS SDKs for JavaScript and Java.

Each is used by a program in clients/, which scripts/s3-client builds and which prints a line for
each of its checks.
"""

import json
import os
import pathlib
import subprocess
import uuid

import pytest

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent.parent

SHARED = ["buckets", "objects", "ranges", "multipart", "listing", "copy", "preconditions", "versions",
          "tags", "locks", "presigned", "checksums", "sse_s3", "sse_c", "sse_kms", "policy",
          "lifecycle"]
CHECKS = {"go": SHARED + ["post_form"], "js": SHARED + ["post_form", "cors"], "java": SHARED}
BUILD_SECONDS = 800  # downloads, the first time
RUN_SECONDS = 200


def build(client):
    built = subprocess.run([ROOT / "scripts/s3-client", client], capture_output=True, text=True,
                           timeout=BUILD_SECONDS)
    if built.returncode == 3:
        pytest.skip(f"{client}: {built.stderr.strip()}")
    assert built.returncode == 0, built.stderr
    return built.stdout.split("\n")[:-1]


def trust(client, server, folder):
    """How each is told of the server's certificate."""
    if client == "go":
        return [], {"SSL_CERT_FILE": str(server.ca)}
    if client == "js":
        return [], {"NODE_EXTRA_CA_CERTS": str(server.ca)}
    store = folder / "trust.p12"
    subprocess.run(["keytool", "-importcert", "-noprompt", "-alias", "server", "-file", server.ca,
                    "-keystore", store, "-storetype", "PKCS12", "-storepass", "changeit"],
                   check=True, capture_output=True)
    return [f"-Djavax.net.ssl.trustStore={store}", "-Djavax.net.ssl.trustStorePassword=changeit"], {}


@pytest.fixture(scope="session")
def outcomes(tls_server, tmp_path_factory):
    """What a client's program printed: check to error. Each runs once."""
    known = {}

    def run(client):
        if client not in known:
            command = build(client)
            options, environment = trust(client, tls_server, tmp_path_factory.mktemp(client))
            done = subprocess.run(
                [command[0], *options, *command[1:]], capture_output=True, text=True,
                timeout=RUN_SECONDS,
                env={**os.environ, **environment, "S3_ENDPOINT": tls_server.s3_url,
                     "S3_ACCESS_KEY": tls_server.access_key,
                     "S3_SECRET_KEY": tls_server.secret_key, "S3_KMS_KEY": tls_server.encryption_key,
                     "S3_PREFIX": f"{client}-{uuid.uuid4().hex[:8]}-"})
            assert done.returncode == 0, done.stderr
            lines = [json.loads(line) for line in done.stdout.splitlines()]
            known[client] = {line["check"]: line["error"] for line in lines}
        return known[client]

    return run


@pytest.mark.parametrize("client, check",
                         [(client, check) for client in CHECKS for check in CHECKS[client]])
def test_client(outcomes, client, check):
    assert outcomes(client).get(check, "it did not run") == ""


@pytest.mark.parametrize("client", CHECKS)
def test_every_check_is_asked_for(outcomes, client):
    assert sorted(outcomes(client)) == sorted(CHECKS[client])
