"""CORS: set up with boto3, asked as a browser asks."""

import pytest

boto3 = pytest.importorskip("boto3")
import requests  # noqa: E402
from access import client, error_of  # noqa: E402


@pytest.fixture(scope="module")
def s3(server):
    return client(server, signature_version="s3v4")


@pytest.fixture
def bucket(s3, bucket_name):
    s3.create_bucket(Bucket=bucket_name)
    return bucket_name


RULES = {"CORSRules": [{
    "AllowedOrigins": ["https://*.example"], "AllowedMethods": ["GET", "PUT"],
    "AllowedHeaders": ["x-amz-*", "content-type"], "ExposeHeaders": ["ETag"],
    "MaxAgeSeconds": 300}]}


def preflight(server, bucket, origin="https://app.example", method="PUT", headers=None):
    fields = {"Origin": origin, "Access-Control-Request-Method": method}
    if headers:
        fields["Access-Control-Request-Headers"] = headers
    return requests.options(f"{server.s3_url}/{bucket}/key", headers=fields)


def test_rules_are_kept(s3, bucket):
    assert error_of(s3.get_bucket_cors, Bucket=bucket) == "NoSuchCORSConfiguration"
    s3.put_bucket_cors(Bucket=bucket, CORSConfiguration=RULES)
    assert s3.get_bucket_cors(Bucket=bucket)["CORSRules"] == RULES["CORSRules"]
    s3.delete_bucket_cors(Bucket=bucket)
    assert error_of(s3.get_bucket_cors, Bucket=bucket) == "NoSuchCORSConfiguration"


def test_preflights(server, s3, bucket):
    assert preflight(server, bucket).status_code == 403
    assert requests.options(f"{server.s3_url}/{bucket}/key").status_code == 400
    s3.put_bucket_cors(Bucket=bucket, CORSConfiguration=RULES)
    answer = preflight(server, bucket, headers="Content-Type, X-Amz-Date")
    assert answer.status_code == 200
    assert answer.headers["Access-Control-Allow-Origin"] == "https://app.example"
    assert answer.headers["Access-Control-Allow-Methods"] == "GET, PUT"
    assert answer.headers["Access-Control-Max-Age"] == "300"
    assert "Origin" in answer.headers["Vary"]
    assert preflight(server, bucket, headers="authorization").status_code == 403
    assert preflight(server, bucket, method="DELETE").status_code == 403
    assert preflight(server, bucket, origin="https://app.test").status_code == 403


def test_actual_requests(server, s3, bucket):
    s3.put_bucket_cors(Bucket=bucket, CORSConfiguration=RULES)
    s3.put_object(Bucket=bucket, Key="key", Body=b"bytes")
    url = s3.generate_presigned_url("get_object", Params={"Bucket": bucket, "Key": "key"})
    answer = requests.get(url, headers={"Origin": "https://app.example"})
    assert answer.content == b"bytes"
    assert answer.headers["Access-Control-Allow-Origin"] == "https://app.example"
    assert answer.headers["Access-Control-Expose-Headers"] == "ETag"
    stranger = requests.get(url, headers={"Origin": "https://app.test"})
    assert stranger.status_code == 200
    assert "Access-Control-Allow-Origin" not in stranger.headers
    # A page is to see why it was refused.
    refused = requests.get(f"{server.s3_url}/{bucket}/key",
                           headers={"Origin": "https://app.example"})
    assert refused.status_code == 403
    assert refused.headers["Access-Control-Allow-Origin"] == "https://app.example"


def test_a_server_for_a_page_of_its_own(own_server):
    server = own_server("data", "--s3-cors-origin", "https://console.example")
    client(server).create_bucket(Bucket="bucket")
    assert preflight(server, "bucket", "https://console.example", "DELETE").status_code == 200
    assert preflight(server, "bucket", "https://other.example", "DELETE").status_code == 403
