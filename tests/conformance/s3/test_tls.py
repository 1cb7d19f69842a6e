"""TLS on both addresses, as clients see it: trust, refusals, and renewal without a restart."""

import json
import os
import pathlib
import shutil
import signal
import socket
import ssl
import subprocess
import time
import urllib.parse

import boto3
import pytest
import requests
import urllib3
from botocore.config import Config
from botocore.exceptions import SSLError
from minio import Minio

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent.parent
BINARY = os.environ.get("PENSTOCK_BINARY", str(ROOT / "build/release/penstock"))


def boto(server, ca):
    return boto3.client("s3", endpoint_url=server.s3_url, verify=str(ca), region_name="us-east-1",
                        aws_access_key_id=server.access_key,
                        aws_secret_access_key=server.secret_key,
                        config=Config(signature_version="s3v4"))


def serial_number(url, ca):
    parts = urllib.parse.urlsplit(url)
    context = ssl.create_default_context(cafile=ca)
    with socket.create_connection((parts.hostname, parts.port), timeout=10) as plain:
        with context.wrap_socket(plain, server_hostname=parts.hostname) as connection:
            return connection.getpeercert()["serialNumber"]


def wait_for(condition, seconds=15):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.1)


@pytest.fixture
def renewable(tmp_path, certificate, new_certificate):
    """Files in a folder of the test's own, and a function that puts another certificate there."""
    def renew():
        fresh = new_certificate()
        shutil.copy(fresh.key, tmp_path / "key.pem")
        shutil.copy(fresh.cert, tmp_path / "cert.pem")

    shutil.copy(certificate.cert, tmp_path / "cert.pem")
    shutil.copy(certificate.key, tmp_path / "key.pem")
    options = ["--s3-tls-cert", str(tmp_path / "cert.pem"), "--s3-tls-key",
               str(tmp_path / "key.pem")]
    return options, renew


def test_clients_that_trust_the_authority_are_served(own_server, certificate, bucket_name):
    server = own_server("data", *certificate.options("s3"), *certificate.options("api"))
    assert server.s3_url.startswith("https://") and server.api_url.startswith("https://")
    client = boto(server, certificate.ca)
    client.create_bucket(Bucket=bucket_name)
    body = os.urandom(300_000)
    client.put_object(Bucket=bucket_name, Key="k", Body=body)
    assert client.get_object(Bucket=bucket_name, Key="k")["Body"].read() == body

    pool = urllib3.PoolManager(cert_reqs="CERT_REQUIRED", ca_certs=str(certificate.ca))
    other = Minio(urllib.parse.urlsplit(server.s3_url).netloc, server.access_key,
                  server.secret_key, http_client=pool)
    assert other.get_object(bucket_name, "k").read() == body

    url = client.generate_presigned_url("get_object", {"Bucket": bucket_name, "Key": "k"})
    fetched = subprocess.run(["curl", "-sSf", "--cacert", certificate.ca, url], check=True,
                             capture_output=True)
    assert fetched.stdout == body
    health = requests.get(f"{server.api_url}/apis/v2beta1/healthz", verify=str(certificate.ca),
                          timeout=5)
    assert health.ok
    assert server.stop() == 0


def test_policies_see_the_version(own_server, certificate, bucket_name):
    server = own_server("data", *certificate.options("s3"))
    client = boto(server, certificate.ca)
    client.create_bucket(Bucket=bucket_name)
    client.put_object(Bucket=bucket_name, Key="k", Body=b"x")
    client.put_bucket_policy(Bucket=bucket_name, Policy=json.dumps({
        "Version": "2012-10-17", "Statement": [{
            "Effect": "Allow", "Principal": "*", "Action": "s3:GetObject",
            "Resource": f"arn:aws:s3:::{bucket_name}/*",
            "Condition": {"NumericGreaterThanEquals": {"s3:TlsVersion": "1.3"}}}]}))

    def status(version):
        context = ssl.create_default_context(cafile=certificate.ca)
        context.minimum_version = context.maximum_version = version
        with urllib3.PoolManager(ssl_context=context, retries=False) as pool:
            return pool.request("GET", f"{server.s3_url}/{bucket_name}/k").status

    assert status(ssl.TLSVersion.TLSv1_3) == 200
    assert status(ssl.TLSVersion.TLSv1_2) == 403


def test_clients_that_do_not_trust_it_go_no_further(own_server, certificate):
    server = own_server("data", *certificate.options("s3"))
    assert server.api_url.startswith("http://")
    with pytest.raises(SSLError):
        boto(server, True).list_buckets()
    with pytest.raises(requests.exceptions.ConnectionError):
        requests.get(server.s3_url.replace("https://", "http://"), timeout=5)


def test_renewed_files_are_taken_into_use_by_themselves(own_server, certificate, renewable):
    options, renew = renewable
    server = own_server("data", *options)
    client = boto(server, certificate.ca)
    client.list_buckets()
    before = serial_number(server.s3_url, certificate.ca)
    renew()
    wait_for(lambda: serial_number(server.s3_url, certificate.ca) != before)
    client.list_buckets()  # on the connection made before


def test_sighup_takes_them_into_use_at_once(own_server, certificate, renewable):
    options, renew = renewable
    server = own_server("data", *options)
    before = serial_number(server.s3_url, certificate.ca)
    renew()
    server.process.send_signal(signal.SIGHUP)
    wait_for(lambda: serial_number(server.s3_url, certificate.ca) != before, seconds=2)
    assert server.process.poll() is None


def test_a_bad_renewal_leaves_the_former_certificate(own_server, certificate, renewable, tmp_path):
    options, _ = renewable
    server = own_server("data", *options)
    before = serial_number(server.s3_url, certificate.ca)
    (tmp_path / "cert.pem").write_text("not a certificate")
    server.process.send_signal(signal.SIGHUP)
    wait_for(lambda: "cannot be used" in server.log.read_text())
    assert serial_number(server.s3_url, certificate.ca) == before


@pytest.mark.parametrize("given,missing", [("--s3-tls-cert", "--s3-tls-key"),
                                           ("--s3-tls-key", "--s3-tls-cert"),
                                           ("--api-tls-cert", "--api-tls-key")])
def test_half_of_a_pair_is_refused(tmp_path, certificate, given, missing):
    ended = subprocess.run([BINARY, "server", "--data-dir", tmp_path / "data", given,
                            certificate.cert], capture_output=True, text=True, timeout=30)
    assert ended.returncode == 2
    assert missing in ended.stderr
    assert not (tmp_path / "data").exists()


def test_files_that_do_not_belong_together_are_refused(tmp_path, certificate, new_certificate):
    ended = subprocess.run([BINARY, "server", "--data-dir", tmp_path / "data", "--s3-address",
                            "127.0.0.1:0", "--s3-tls-cert", certificate.cert, "--s3-tls-key",
                            new_certificate().key], capture_output=True, text=True, timeout=30)
    assert ended.returncode == 1
    assert "TLS key" in ended.stderr
