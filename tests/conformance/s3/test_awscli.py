"""The AWS CLI, unmodified."""

import json
import os
import pathlib
import subprocess
import sys

import pytest

pytest.importorskip("awscli")
AWS = pathlib.Path(sys.executable).with_name("aws")


@pytest.fixture
def aws(tls_server, tmp_path):
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    environment.update({
        "AWS_ACCESS_KEY_ID": tls_server.access_key, "AWS_SECRET_ACCESS_KEY": tls_server.secret_key,
        "AWS_DEFAULT_REGION": "us-east-1", "AWS_ENDPOINT_URL": tls_server.s3_url,
        "AWS_CA_BUNDLE": str(tls_server.ca), "AWS_CONFIG_FILE": str(tmp_path / "config"),
        "AWS_EC2_METADATA_DISABLED": "true", "AWS_PAGER": "", "AWS_MAX_ATTEMPTS": "1"})
    (tmp_path / "config").write_text(
        "[default]\ns3 =\n  signature_version = s3v4\n  multipart_threshold = 6MB\n  multipart_chunksize = 5MB\n")

    def run(*arguments, fails=""):
        done = subprocess.run([AWS, *map(str, arguments)], env=environment, capture_output=True,
                              text=True, timeout=120)
        if fails:
            assert done.returncode != 0 and fails in done.stderr, done.stdout + done.stderr
            return done.stderr
        assert done.returncode == 0, done.stdout + done.stderr
        return json.loads(done.stdout) if done.stdout.startswith("{") else done.stdout

    return run


@pytest.fixture
def bucket(aws, bucket_name):
    aws("s3", "mb", f"s3://{bucket_name}")
    return bucket_name


def test_copy_list_sync_and_remove(aws, bucket, tmp_path):
    folder = tmp_path / "from"
    (folder / "sub").mkdir(parents=True)
    (folder / "large").write_bytes(os.urandom(12 << 20))
    (folder / "sub/ü + %").write_bytes(b"hello")
    aws("s3", "sync", folder, f"s3://{bucket}/data")
    assert "upload" not in aws("s3", "sync", folder, f"s3://{bucket}/data")
    assert "ü + %" in aws("s3", "ls", f"s3://{bucket}/data/", "--recursive")
    aws("s3", "cp", f"s3://{bucket}/data/large", tmp_path / "back")
    assert (tmp_path / "back").read_bytes() == (folder / "large").read_bytes()
    aws("s3", "cp", f"s3://{bucket}/data/large", f"s3://{bucket}/copy")
    aws("s3", "mv", f"s3://{bucket}/copy", f"s3://{bucket}/moved")
    aws("s3", "cp", f"s3://{bucket}/none", tmp_path / "none", fails="404")
    aws("s3", "rb", f"s3://{bucket}", fails="BucketNotEmpty")
    url = aws("s3", "presign", f"s3://{bucket}/data/sub/ü + %").strip()
    assert "X-Amz-Signature" in url
    aws("s3", "rb", "--force", f"s3://{bucket}")


def test_versions_and_locks(aws, bucket_name, tmp_path):
    aws("s3api", "create-bucket", "--bucket", bucket_name, "--object-lock-enabled-for-bucket")
    here = ("--bucket", bucket_name, "--key", "k")
    (tmp_path / "body").write_text("hello")
    version = aws("s3api", "put-object", *here, "--body", tmp_path / "body")["VersionId"]
    aws("s3api", "put-object-retention", *here, "--retention",
        "Mode=GOVERNANCE,RetainUntilDate=2099-01-01T00:00:00Z")
    assert aws("s3api", "get-object-retention", *here)["Retention"]["Mode"] == "GOVERNANCE"
    aws("s3api", "delete-object", *here, "--version-id", version, fails="AccessDenied")
    assert aws("s3api", "delete-object", *here)["DeleteMarker"]
    aws("s3api", "get-object", *here, tmp_path / "none", fails="NoSuchKey")
    aws("s3api", "get-object", *here, "--version-id", version, tmp_path / "back")
    assert (tmp_path / "back").read_text() == "hello"
    listing = aws("s3api", "list-object-versions", "--bucket", bucket_name)
    assert (len(listing["Versions"]), len(listing["DeleteMarkers"])) == (1, 1)
    aws("s3api", "delete-object", *here, "--version-id", version, "--bypass-governance-retention")


def test_configurations(aws, bucket):
    here = ("--bucket", bucket)
    tags = {"TagSet": [{"Key": "team", "Value": "data"}]}
    aws("s3api", "put-bucket-tagging", *here, "--tagging", json.dumps(tags))
    assert aws("s3api", "get-bucket-tagging", *here) == tags
    rules = {"Rules": [{"ID": "old", "Status": "Enabled", "Filter": {"Prefix": "logs/"},
                        "Expiration": {"Days": 30}}]}
    aws("s3api", "put-bucket-lifecycle-configuration", *here, "--lifecycle-configuration",
        json.dumps(rules))
    assert aws("s3api", "get-bucket-lifecycle-configuration", *here)["Rules"] == rules["Rules"]
    cors = {"CORSRules": [{"AllowedMethods": ["GET"], "AllowedOrigins": ["*"]}]}
    aws("s3api", "put-bucket-cors", *here, "--cors-configuration", json.dumps(cors))
    assert aws("s3api", "get-bucket-cors", *here) == cors
    policy = {"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject",
         "Resource": f"arn:aws:s3:::{bucket}/*"}]}
    aws("s3api", "put-bucket-policy", *here, "--policy", json.dumps(policy))
    assert json.loads(aws("s3api", "get-bucket-policy", *here)["Policy"]) == policy
    encryption = {"Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]}
    aws("s3api", "put-bucket-encryption", *here, "--server-side-encryption-configuration",
        json.dumps(encryption))
    kept = aws("s3api", "get-bucket-encryption", *here)["ServerSideEncryptionConfiguration"]
    assert kept["Rules"][0]["ApplyServerSideEncryptionByDefault"] == {"SSEAlgorithm": "AES256"}


def test_encryption_and_checksums(aws, bucket, tls_server, tmp_path):
    (tmp_path / "body").write_bytes(os.urandom(7 << 20))
    aws("s3", "cp", tmp_path / "body", f"s3://{bucket}/kms", "--sse", "aws:kms", "--sse-kms-key-id",
        tls_server.encryption_key)
    head = aws("s3api", "head-object", "--bucket", bucket, "--key", "kms")
    assert head["ServerSideEncryption"] == "aws:kms"
    (tmp_path / "key").write_bytes(os.urandom(32))
    customer = ("--sse-c", "AES256", "--sse-c-key", f"fileb://{tmp_path}/key")
    aws("s3", "cp", tmp_path / "body", f"s3://{bucket}/customer", *customer)
    aws("s3", "cp", f"s3://{bucket}/customer", tmp_path / "none", fails="400")
    for key, options in [("kms", ()), ("customer", customer)]:
        aws("s3", "cp", f"s3://{bucket}/{key}", tmp_path / "back", *options)
        assert (tmp_path / "back").read_bytes() == (tmp_path / "body").read_bytes()
    put = aws("s3api", "put-object", "--bucket", bucket, "--key", "sum", "--body", tmp_path / "key",
              "--checksum-algorithm", "SHA256")
    attributes = aws("s3api", "get-object-attributes", "--bucket", bucket, "--key", "sum",
                     "--object-attributes", "Checksum", "ObjectSize")
    assert attributes["Checksum"]["ChecksumSHA256"] == put["ChecksumSHA256"]
