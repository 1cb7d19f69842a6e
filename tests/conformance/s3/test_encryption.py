"""Encryption as clients ask for it: the store's key, named keys and their own; over TLS."""

import base64
import hashlib
import io
import os
import pathlib
import subprocess
import urllib.parse

import boto3
import botocore.config
import botocore.exceptions
import minio
import minio.commonconfig
import minio.sse
import minio.sseconfig
import pytest
import urllib3

ROOT = pathlib.Path(__file__).resolve().parents[3]
BINARY = os.environ.get("PENSTOCK_BINARY", str(ROOT / "build/release/penstock"))
MIB = 1 << 20
KEY = b"0123456789abcdef0123456789abcdef"
OTHER = b"another key, 32 bytes of it too!"
KEY_NAMES = ["reports", "models"]


@pytest.fixture(scope="module")
def encryption_server(tls_server, certificate):
    """A server on TLS, as clients' own keys need it, that has named keys."""
    running = tls_server
    for name in KEY_NAMES:
        subprocess.run(
            [BINARY, "admin", "key", "create", name], check=True, capture_output=True,
            env={**os.environ, "PENSTOCK_S3_URL": running.s3_url,
                 "PENSTOCK_CA": str(certificate.ca), "PENSTOCK_ROOT_USER": running.access_key,
                 "PENSTOCK_ROOT_PASSWORD": running.secret_key})
    return running


@pytest.fixture(scope="module")
def s3(encryption_server, certificate):
    return boto3.client("s3", endpoint_url=encryption_server.s3_url, verify=str(certificate.ca),
                        aws_access_key_id=encryption_server.access_key,
                        aws_secret_access_key=encryption_server.secret_key, region_name="us-east-1",
                        config=botocore.config.Config(retries={"max_attempts": 1}))


@pytest.fixture
def bucket(s3, bucket_name):
    s3.create_bucket(Bucket=bucket_name)
    return bucket_name


@pytest.fixture(scope="module")
def client(encryption_server, certificate):
    pool = urllib3.PoolManager(cert_reqs="CERT_REQUIRED", ca_certs=str(certificate.ca))
    return minio.Minio(urllib.parse.urlsplit(encryption_server.s3_url).netloc, encryption_server.access_key,
                       encryption_server.secret_key, http_client=pool)


def error_of(call, **arguments):
    with pytest.raises(botocore.exceptions.ClientError) as caught:
        call(**arguments)
    response = caught.value.response
    return response["Error"]["Code"], response["ResponseMetadata"]["HTTPStatusCode"]


def customers(key=KEY, prefix=""):
    """The arguments that boto3 takes for a client's own key."""
    return {f"{prefix}SSECustomerAlgorithm": "AES256", f"{prefix}SSECustomerKey": key}


def md5_of(key):
    return base64.b64encode(hashlib.md5(key).digest()).decode()


WAYS = {
    "none": ({}, {}),
    "store": ({"ServerSideEncryption": "AES256"}, {}),
    "named": ({"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": "reports"}, {}),
    "customer": (customers(), customers()),
}


def check_told(answer, way):
    expected = {"store": "AES256", "named": "aws:kms"}.get(way)
    assert answer.get("ServerSideEncryption") == expected
    assert answer.get("SSEKMSKeyId") == ("reports" if way == "named" else None)
    assert answer.get("SSECustomerKeyMD5") == (md5_of(KEY) if way == "customer" else None)


@pytest.mark.parametrize("way", ["store", "named", "customer"])
@pytest.mark.parametrize("size", [0, 1, 65536, 3 * MIB + 5])
def test_put_and_get(s3, bucket, way, size):
    writing, reading = WAYS[way]
    data = os.urandom(size)
    put = s3.put_object(Bucket=bucket, Key="k", Body=data, **writing)
    check_told(put, way)
    assert (put["ETag"] == f'"{hashlib.md5(data).hexdigest()}"') == (way == "store")
    got = s3.get_object(Bucket=bucket, Key="k", ChecksumMode="ENABLED", **reading)
    assert got["Body"].read() == data
    check_told(got, way)
    head = s3.head_object(Bucket=bucket, Key="k", **reading)
    assert head["ContentLength"] == size
    check_told(head, way)
    assert s3.list_objects_v2(Bucket=bucket)["Contents"][0]["Size"] == size


@pytest.mark.parametrize("way", ["store", "named", "customer"])
def test_ranges(s3, bucket, way):
    writing, reading = WAYS[way]
    data = os.urandom(300_000)
    s3.put_object(Bucket=bucket, Key="k", Body=data, **writing)
    for first, last in [(0, 0), (65535, 65536), (65536, 131071), (131000, 299_999), (1, 299_998)]:
        part = s3.get_object(Bucket=bucket, Key="k", Range=f"bytes={first}-{last}", **reading)
        assert part["Body"].read() == data[first:last + 1]
        assert part["ContentRange"] == f"bytes {first}-{last}/300000"


@pytest.mark.parametrize("way", ["store", "named", "customer"])
def test_large_files_in_parts(s3, bucket, way):
    writing, reading = WAYS[way]
    data = os.urandom(1000) * 18_000
    s3.upload_fileobj(io.BytesIO(data), bucket, "k", ExtraArgs=writing)
    head = s3.head_object(Bucket=bucket, Key="k", PartNumber=1, **reading)
    assert head["PartsCount"] == 3
    out = io.BytesIO()
    s3.download_fileobj(bucket, "k", out, ExtraArgs=reading)
    assert out.getvalue() == data
    part = s3.get_object(Bucket=bucket, Key="k", PartNumber=2, **reading)
    assert part["Body"].read() == data[8 * MIB:16 * MIB]


@pytest.mark.parametrize("source", WAYS)
@pytest.mark.parametrize("target", WAYS)
def test_copies(s3, bucket, source, target):
    data = os.urandom(200_000)
    s3.put_object(Bucket=bucket, Key="a", Body=data, **WAYS[source][0])
    opening = customers(prefix="CopySource") if source == "customer" else {}
    copied = s3.copy_object(Bucket=bucket, Key="b", CopySource={"Bucket": bucket, "Key": "a"},
                            **WAYS[target][0], **opening)
    check_told(copied, target)
    got = s3.get_object(Bucket=bucket, Key="b", **WAYS[target][1])
    check_told(got, target)
    assert got["Body"].read() == data
    upload = s3.create_multipart_upload(Bucket=bucket, Key="c", **WAYS[target][0])
    check_told(upload, target)
    keys = WAYS[target][1]
    part = s3.upload_part_copy(Bucket=bucket, Key="c", UploadId=upload["UploadId"], PartNumber=1,
                               CopySource={"Bucket": bucket, "Key": "a"},
                               CopySourceRange="bytes=70000-199999", **keys, **opening)
    check_told(part, target)
    done = s3.complete_multipart_upload(
        Bucket=bucket, Key="c", UploadId=upload["UploadId"], **keys,
        MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": part["CopyPartResult"]["ETag"]}]})
    assert done["Key"] == "c"
    assert s3.get_object(Bucket=bucket, Key="c", **keys)["Body"].read() == data[70000:]


def test_an_object_copied_onto_itself_changes_its_encryption(s3, bucket):
    source = {"Bucket": bucket, "Key": "k"}
    s3.put_object(Bucket=bucket, Key="k", Body=b"hello", Metadata={"m": "1"}, **customers())
    s3.copy_object(Bucket=bucket, Key="k", CopySource=source, **customers(OTHER),
                   **customers(prefix="CopySource"))
    assert error_of(s3.get_object, Bucket=bucket, Key="k", **customers())[1] == 400
    s3.copy_object(Bucket=bucket, Key="k", CopySource=source, ServerSideEncryption="AES256",
                   **customers(OTHER, prefix="CopySource"))
    got = s3.get_object(Bucket=bucket, Key="k")
    assert (got["Body"].read(), got["Metadata"]) == (b"hello", {"m": "1"})


def test_customers_keys_are_needed_and_checked(s3, bucket):
    s3.put_object(Bucket=bucket, Key="k", Body=b"hello", **customers())
    s3.put_object(Bucket=bucket, Key="plain", Body=b"hello")
    for call in [s3.get_object, s3.head_object]:
        assert error_of(call, Bucket=bucket, Key="k")[1] == 400
        assert error_of(call, Bucket=bucket, Key="k", **customers(OTHER))[1] == 400
        assert error_of(call, Bucket=bucket, Key="plain", **customers())[1] == 400
    assert error_of(s3.get_object, Bucket=bucket, Key="k")[0] == "InvalidRequest"
    assert error_of(s3.put_object, Bucket=bucket, Key="k", Body=b"x",
                    SSECustomerAlgorithm="AES256", SSECustomerKey=base64.b64encode(KEY).decode(),
                    SSECustomerKeyMD5=md5_of(OTHER)) == ("InvalidArgument", 400)
    assert error_of(s3.put_object, Bucket=bucket, Key="k", Body=b"x",
                    **customers(b"short")) == ("InvalidArgument", 400)
    assert error_of(s3.put_object, Bucket=bucket, Key="k", Body=b"x", **customers(),
                    ServerSideEncryption="AES256") == ("InvalidArgument", 400)
    assert error_of(s3.copy_object, Bucket=bucket, Key="c",
                    CopySource={"Bucket": bucket, "Key": "k"})[1] == 400
    attributes = {"Bucket": bucket, "Key": "k", "ObjectAttributes": ["ObjectSize"]}
    assert error_of(s3.get_object_attributes, **attributes)[1] == 400
    # boto3 does not encode the key by itself here.
    own = {"SSECustomerAlgorithm": "AES256", "SSECustomerKeyMD5": md5_of(KEY),
           "SSECustomerKey": base64.b64encode(KEY).decode()}
    assert s3.get_object_attributes(**attributes, **own)["ObjectSize"] == 5


def test_named_keys_must_be_there(s3, bucket):
    assert error_of(s3.put_object, Bucket=bucket, Key="k", Body=b"x", SSEKMSKeyId="none",
                    ServerSideEncryption="aws:kms") == ("KMS.NotFoundException", 400)
    assert error_of(s3.put_object, Bucket=bucket, Key="k", Body=b"x",
                    ServerSideEncryption="aws:kms")[1] == 400
    assert error_of(s3.put_object, Bucket=bucket, Key="k", Body=b"x", SSEKMSKeyId="reports",
                    ServerSideEncryption="AES256") == ("InvalidArgument", 400)
    put = s3.put_object(Bucket=bucket, Key="k", Body=b"x", ServerSideEncryption="aws:kms",
                        SSEKMSKeyId="arn:aws:kms:us-east-1:000000000000:key/models")
    assert put["SSEKMSKeyId"] == "models"


def test_bucket_defaults(s3, bucket):
    absent = ("ServerSideEncryptionConfigurationNotFoundError", 404)
    assert error_of(s3.get_bucket_encryption, Bucket=bucket) == absent

    def set_default(**apply):
        s3.put_bucket_encryption(Bucket=bucket, ServerSideEncryptionConfiguration={
            "Rules": [{"ApplyServerSideEncryptionByDefault": apply}]})
        rules = s3.get_bucket_encryption(Bucket=bucket)["ServerSideEncryptionConfiguration"]
        assert rules["Rules"][0]["ApplyServerSideEncryptionByDefault"] == apply

    set_default(SSEAlgorithm="AES256")
    assert s3.put_object(Bucket=bucket, Key="k", Body=b"x")["ServerSideEncryption"] == "AES256"
    set_default(SSEAlgorithm="aws:kms", KMSMasterKeyID="models")
    put = s3.put_object(Bucket=bucket, Key="k", Body=b"x")
    assert (put["ServerSideEncryption"], put["SSEKMSKeyId"]) == ("aws:kms", "models")
    own = s3.put_object(Bucket=bucket, Key="k", Body=b"x", **customers())
    assert own["SSECustomerKeyMD5"] == md5_of(KEY)
    assert "ServerSideEncryption" not in own
    s3.delete_bucket_encryption(Bucket=bucket)
    assert error_of(s3.get_bucket_encryption, Bucket=bucket) == absent
    assert "ServerSideEncryption" not in s3.put_object(Bucket=bucket, Key="k", Body=b"x")
    assert error_of(s3.put_bucket_encryption, Bucket=bucket, ServerSideEncryptionConfiguration={
        "Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "ROT13"}}]}) == (
            "MalformedXML", 400)


def test_customers_keys_are_refused_without_tls(server, bucket_name):
    plain = boto3.client("s3", endpoint_url=server.s3_url, region_name="us-east-1",
                         aws_access_key_id=server.access_key,
                         aws_secret_access_key=server.secret_key)
    plain.create_bucket(Bucket=bucket_name)

    def send_all_the_same(params, **_):
        """botocore refuses by itself; a header put by hand shows what the server does."""
        params["headers"].update({
            "x-amz-server-side-encryption-customer-algorithm": "AES256",
            "x-amz-server-side-encryption-customer-key": base64.b64encode(KEY).decode(),
            "x-amz-server-side-encryption-customer-key-MD5": md5_of(KEY)})

    plain.meta.events.register("before-call.s3.PutObject", send_all_the_same)
    assert error_of(plain.put_object, Bucket=bucket_name, Key="k", Body=b"x") == (
        "InvalidRequest", 400)


def test_the_minio_client(client, bucket_name):
    client.make_bucket(bucket_name)
    own = minio.sse.SseCustomerKey(KEY)
    data = os.urandom(11 * MIB)
    for sse in [minio.sse.SseS3(), minio.sse.SseKMS("reports", {"department": "census"}), own]:
        reading = sse if sse is own else None
        client.put_object(bucket_name, "small", io.BytesIO(b"hello"), 5, sse=sse)
        assert client.get_object(bucket_name, "small", ssec=reading).read() == b"hello"
        client.put_object(bucket_name, "large", io.BytesIO(data), -1, part_size=5 * MIB, sse=sse)
        assert client.get_object(bucket_name, "large", ssec=reading).read() == data
        assert client.stat_object(bucket_name, "large", ssec=reading).size == len(data)
        source = minio.commonconfig.CopySource(bucket_name, "large", ssec=reading)
        client.copy_object(bucket_name, "copy", source, sse=minio.sse.SseS3())
        assert client.get_object(bucket_name, "copy").read() == data
        part = minio.commonconfig.ComposeSource(bucket_name, "large", ssec=reading)
        client.compose_object(bucket_name, "composed", [part, part], sse=sse)
        assert client.get_object(bucket_name, "composed", ssec=reading).read() == data + data

    rule = minio.sseconfig.Rule.new_sse_s3_rule()
    client.set_bucket_encryption(bucket_name, minio.sseconfig.SSEConfig(rule))
    assert client.get_bucket_encryption(bucket_name).rule.sse_algorithm == "AES256"
    client.put_object(bucket_name, "k", io.BytesIO(b"hello"), 5)
    told = client.stat_object(bucket_name, "k").metadata
    assert told["x-amz-server-side-encryption"] == "AES256"
    client.delete_bucket_encryption(bucket_name)
    assert client.get_bucket_encryption(bucket_name) is None


def test_what_was_encrypted_is_read_after_keys_were_rotated(own_server, certificate, bucket_name):
    running = own_server("data", *certificate.options("s3"))

    def admin(*words):
        return subprocess.run(
            [BINARY, "admin", "key", *words], check=True, capture_output=True, text=True,
            env={**os.environ, "PENSTOCK_S3_URL": running.s3_url,
                 "PENSTOCK_CA": str(certificate.ca), "PENSTOCK_ROOT_USER": running.access_key,
                 "PENSTOCK_ROOT_PASSWORD": running.secret_key}).stdout

    def connect():
        return boto3.client("s3", endpoint_url=running.s3_url, verify=str(certificate.ca),
                            aws_access_key_id=running.access_key, region_name="us-east-1",
                            aws_secret_access_key=running.secret_key)

    key_file = running.data_dir / "encryption-key"
    former = key_file.read_text()
    assert key_file.stat().st_mode & 0o777 == 0o600
    admin("create", "n")
    s3 = connect()
    s3.create_bucket(Bucket=bucket_name)
    for key, way in [("a", {"ServerSideEncryption": "AES256"}),
                     ("b", {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": "n"})]:
        s3.put_object(Bucket=bucket_name, Key=key, Body=key.encode(), **way)
    admin("rotate", "n")
    admin("rotate-master")
    assert key_file.read_text() != former
    running.stop()
    kept = key_file.read_text()
    key_file.write_text(former)
    with pytest.raises(RuntimeError, match="master key"):
        own_server("data", *certificate.options("s3"))
    key_file.write_text(kept)
    running = own_server("data", *certificate.options("s3"))
    s3 = connect()
    for key in "ab":
        assert s3.get_object(Bucket=bucket_name, Key=key)["Body"].read() == key.encode()
