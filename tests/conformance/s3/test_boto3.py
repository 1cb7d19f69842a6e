"""boto3, unmodified, with its defaults (CRC32 trailers over chunked bodies) and without them."""

import hashlib
import io
import urllib.parse

import pytest

boto3 = pytest.importorskip("boto3")
import boto3.s3.transfer  # noqa: E402
import botocore.client  # noqa: E402
import botocore.exceptions  # noqa: E402
import requests  # noqa: E402

MIB = 1 << 20


def make_client(server, **config):
    return boto3.client("s3", endpoint_url=server.s3_url, aws_access_key_id=server.access_key,
                        aws_secret_access_key=server.secret_key, region_name="us-east-1",
                        config=botocore.client.Config(retries={"max_attempts": 1}, **config))


@pytest.fixture(scope="module")
def s3(server):
    return make_client(server)


@pytest.fixture
def bucket(s3, bucket_name):
    s3.create_bucket(Bucket=bucket_name)
    return bucket_name


def error_of(call, **arguments):
    with pytest.raises(botocore.exceptions.ClientError) as caught:
        call(**arguments)
    response = caught.value.response
    return response["Error"]["Code"], response["ResponseMetadata"]["HTTPStatusCode"]


def body_of(s3, bucket, key, **more):
    return s3.get_object(Bucket=bucket, Key=key, **more)["Body"].read()


def test_buckets(s3, bucket, bucket_name):
    assert bucket_name in [b["Name"] for b in s3.list_buckets()["Buckets"]]
    assert s3.head_bucket(Bucket=bucket)["BucketRegion"] == "us-east-1"
    assert s3.get_bucket_location(Bucket=bucket)["LocationConstraint"] is None
    assert "Status" not in s3.get_bucket_versioning(Bucket=bucket)
    s3.create_bucket(Bucket=bucket)  # again, as in us-east-1
    s3.put_object(Bucket=bucket, Key="k", Body=b"x")
    assert error_of(s3.delete_bucket, Bucket=bucket) == ("BucketNotEmpty", 409)
    s3.delete_object(Bucket=bucket, Key="k")
    s3.delete_bucket(Bucket=bucket)
    assert error_of(s3.head_bucket, Bucket=bucket) == ("404", 404)
    assert error_of(s3.list_objects_v2, Bucket=bucket) == ("NoSuchBucket", 404)


def test_a_bucket_elsewhere(s3, bucket_name):
    s3.create_bucket(Bucket=bucket_name,
                     CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    s3.head_bucket(Bucket=bucket_name)


@pytest.mark.parametrize("key", ["plain", "dir/sub/key", "a b+c&d=e?f#g%h", "漢字/é", "dir/", "~.-_",
                                 "a//b", "/lead", "q'\"<>\\", "k" * 1024, "tab\tand\nline"])
def test_keys_come_back_as_they_went(s3, bucket, key):
    s3.put_object(Bucket=bucket, Key=key, Body=key.encode())
    assert body_of(s3, bucket, key) == key.encode()
    assert [o["Key"] for o in s3.list_objects_v2(Bucket=bucket)["Contents"]] == [key]
    assert [o["Key"] for o in s3.list_objects(Bucket=bucket)["Contents"]] == [key]
    deleted = s3.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": key}]})
    assert deleted["Deleted"] == [{"Key": key}]
    assert error_of(s3.get_object, Bucket=bucket, Key=key) == ("NoSuchKey", 404)


def test_keys_that_xml_cannot_hold(s3, bucket):
    """boto3 lists with encoding-type=url, which is what that is for."""
    s3.put_object(Bucket=bucket, Key="bell\u0007", Body=b"x")
    assert [o["Key"] for o in s3.list_objects_v2(Bucket=bucket)["Contents"]] == ["bell\u0007"]
    s3.delete_object(Bucket=bucket, Key="bell\u0007")
    assert "Contents" not in s3.list_objects_v2(Bucket=bucket)


@pytest.mark.parametrize("size", [0, 1, 65535, 65536, 65537, 3 * MIB])
def test_sizes(s3, bucket, size):
    data = bytes(range(256)) * (size // 256 + 1)
    data = data[:size]
    put = s3.put_object(Bucket=bucket, Key="k", Body=data)
    assert put["ETag"] == f'"{hashlib.md5(data).hexdigest()}"'
    assert body_of(s3, bucket, "k") == data
    assert s3.head_object(Bucket=bucket, Key="k")["ContentLength"] == size


def test_metadata(s3, bucket):
    s3.put_object(Bucket=bucket, Key="k", Body=b"x", ContentType="text/x", CacheControl="no-store",
                  ContentDisposition="inline", ContentEncoding="gzip", ContentLanguage="de",
                  Metadata={"one": "1", "two": "zwei  zwei"})
    head = s3.head_object(Bucket=bucket, Key="k")
    assert head["ContentType"] == "text/x"
    assert head["CacheControl"] == "no-store"
    assert head["ContentDisposition"] == "inline"
    assert head["ContentEncoding"] == "gzip"
    assert head["ContentLanguage"] == "de"
    assert head["Metadata"] == {"one": "1", "two": "zwei  zwei"}
    assert error_of(s3.put_object, Bucket=bucket, Key="k", Body=b"x",
                    Metadata={"m": "x" * 2100}) == ("MetadataTooLarge", 400)


def test_ranges_and_conditions(s3, bucket):
    etag = s3.put_object(Bucket=bucket, Key="k", Body=b"0123456789")["ETag"]
    part = s3.get_object(Bucket=bucket, Key="k", Range="bytes=2-4")
    assert (part["Body"].read(), part["ContentRange"]) == (b"234", "bytes 2-4/10")
    assert error_of(s3.get_object, Bucket=bucket, Key="k", Range="bytes=10-") == ("InvalidRange", 416)
    assert error_of(s3.get_object, Bucket=bucket, Key="k", IfMatch='"x"') == (
        "PreconditionFailed", 412)
    assert error_of(s3.get_object, Bucket=bucket, Key="k", IfNoneMatch=etag)[1] == 304
    assert error_of(s3.put_object, Bucket=bucket, Key="k", Body=b"y", IfNoneMatch="*") == (
        "PreconditionFailed", 412)
    s3.put_object(Bucket=bucket, Key="k", Body=b"y", IfMatch=etag)
    assert error_of(s3.put_object, Bucket=bucket, Key="k", Body=b"z", IfMatch=etag) == (
        "PreconditionFailed", 412)


@pytest.mark.parametrize("algorithm", ["CRC32", "SHA1", "SHA256"])
def test_checksums(s3, bucket, algorithm):
    put = s3.put_object(Bucket=bucket, Key="k", Body=b"hello", ChecksumAlgorithm=algorithm)
    name = f"Checksum{algorithm}"
    assert put[name]
    head = s3.head_object(Bucket=bucket, Key="k", ChecksumMode="ENABLED")
    assert head[name] == put[name]
    assert head["ChecksumType"] == "FULL_OBJECT"
    assert error_of(s3.put_object, Bucket=bucket, Key="k", Body=b"other",
                    **{name: put[name]}) == ("BadDigest", 400)
    assert body_of(s3, bucket, "k", ChecksumMode="ENABLED") == b"hello"


def test_listings_in_pages(s3, bucket):
    keys = sorted([f"a/{i:02}" for i in range(25)] + [f"b/{i}" for i in range(5)] + ["c", "d"])
    for key in keys:
        s3.put_object(Bucket=bucket, Key=key, Body=b"")
    for operation in ["list_objects", "list_objects_v2"]:
        pages = s3.get_paginator(operation).paginate(Bucket=bucket, PaginationConfig={"PageSize": 7})
        assert [o["Key"] for page in pages for o in page.get("Contents", [])] == keys
        pages = list(s3.get_paginator(operation).paginate(
            Bucket=bucket, Delimiter="/", PaginationConfig={"PageSize": 1}))
        found = [o["Key"] for page in pages for o in page.get("Contents", [])]
        rolled = [p["Prefix"] for page in pages for p in page.get("CommonPrefixes", [])]
        assert (found, rolled) == (["c", "d"], ["a/", "b/"])
    pages = s3.get_paginator("list_object_versions").paginate(
        Bucket=bucket, Prefix="a/", PaginationConfig={"PageSize": 10})
    versions = [v for page in pages for v in page["Versions"]]
    assert [v["Key"] for v in versions] == keys[:25]
    assert {v["VersionId"] for v in versions} == {"null"}
    after = s3.list_objects_v2(Bucket=bucket, StartAfter="b/3")
    assert [o["Key"] for o in after["Contents"]] == ["b/4", "c", "d"]
    assert s3.list_objects_v2(Bucket=bucket, MaxKeys=0)["KeyCount"] == 0


def test_batch_deletes(s3, bucket):
    for i in range(20):
        s3.put_object(Bucket=bucket, Key=f"k{i}", Body=b"")
    objects = [{"Key": f"k{i}"} for i in range(25)]
    result = s3.delete_objects(Bucket=bucket, Delete={"Objects": objects})
    assert len(result["Deleted"]) == 25
    assert "Contents" not in s3.list_objects_v2(Bucket=bucket)
    quiet = s3.delete_objects(Bucket=bucket, Delete={"Objects": objects, "Quiet": True})
    assert "Deleted" not in quiet
    assert error_of(s3.delete_objects, Bucket=bucket,
                    Delete={"Objects": [{"Key": "k"}] * 1001}) == ("MalformedXML", 400)


def test_copies(s3, bucket):
    s3.put_object(Bucket=bucket, Key="a +é", Body=b"hello", Metadata={"m": "1"})
    source = {"Bucket": bucket, "Key": "a +é"}
    copied = s3.copy_object(Bucket=bucket, Key="b", CopySource=source)
    assert copied["CopyObjectResult"]["ETag"] == '"5d41402abc4b2a76b9719d911017c592"'
    assert s3.head_object(Bucket=bucket, Key="b")["Metadata"] == {"m": "1"}
    s3.copy_object(Bucket=bucket, Key="b", CopySource=source, MetadataDirective="REPLACE",
                   Metadata={"n": "2"})
    assert s3.head_object(Bucket=bucket, Key="b")["Metadata"] == {"n": "2"}
    assert body_of(s3, bucket, "b") == b"hello"
    assert error_of(s3.copy_object, Bucket=bucket, Key="a +é", CopySource=source) == (
        "InvalidRequest", 400)
    assert error_of(s3.copy_object, Bucket=bucket, Key="c",
                    CopySource={"Bucket": bucket, "Key": "none"}) == ("NoSuchKey", 404)


def test_transfer_of_large_files(s3, bucket):
    data = bytes(i * 7 % 251 for i in range(1000)) * 18000  # 18 MB in three parts
    s3.upload_fileobj(io.BytesIO(data), bucket, "big")
    assert s3.head_object(Bucket=bucket, Key="big")["ETag"].endswith('-3"')
    out = io.BytesIO()
    s3.download_fileobj(bucket, "big", out)
    assert out.getvalue() == data
    config = boto3.s3.transfer.TransferConfig(multipart_threshold=8 * MIB)
    s3.copy({"Bucket": bucket, "Key": "big"}, bucket, "copy", Config=config)
    assert s3.head_object(Bucket=bucket, Key="copy")["ContentLength"] == len(data)
    second = s3.get_object(Bucket=bucket, Key="big", PartNumber=2)
    assert second["PartsCount"] == 3
    assert second["Body"].read() == data[8 * MIB:16 * MIB]


def test_multipart_step_by_step(s3, bucket):
    upload = s3.create_multipart_upload(Bucket=bucket, Key="k", Metadata={"m": "1"},
                                        ChecksumAlgorithm="SHA256")["UploadId"]
    assert [u["UploadId"] for u in s3.list_multipart_uploads(Bucket=bucket)["Uploads"]] == [upload]
    parts = []
    for number, body in [(1, b"a" * 5 * MIB), (2, b"tail")]:
        part = s3.upload_part(Bucket=bucket, Key="k", UploadId=upload, PartNumber=number, Body=body,
                              ChecksumAlgorithm="SHA256")
        parts.append({"PartNumber": number, "ETag": part["ETag"],
                      "ChecksumSHA256": part["ChecksumSHA256"]})
    listed = s3.list_parts(Bucket=bucket, Key="k", UploadId=upload)["Parts"]
    assert [(p["PartNumber"], p["Size"]) for p in listed] == [(1, 5 * MIB), (2, 4)]
    assert error_of(s3.complete_multipart_upload, Bucket=bucket, Key="k", UploadId=upload,
                    MultipartUpload={"Parts": parts[::-1]}) == ("InvalidPartOrder", 400)
    done = s3.complete_multipart_upload(Bucket=bucket, Key="k", UploadId=upload,
                                        MultipartUpload={"Parts": parts}, IfNoneMatch="*")
    assert done["ChecksumSHA256"].endswith("-2")
    assert s3.head_object(Bucket=bucket, Key="k")["Metadata"] == {"m": "1"}
    assert body_of(s3, bucket, "k", ChecksumMode="ENABLED") == b"a" * 5 * MIB + b"tail"
    other = s3.create_multipart_upload(Bucket=bucket, Key="k")["UploadId"]
    s3.abort_multipart_upload(Bucket=bucket, Key="k", UploadId=other)
    assert error_of(s3.list_parts, Bucket=bucket, Key="k", UploadId=other) == ("NoSuchUpload", 404)
    assert "Uploads" not in s3.list_multipart_uploads(Bucket=bucket)


def test_presigned(server, bucket):
    s3 = make_client(server, signature_version="s3v4")  # else as in test_signature_v2.py
    url = s3.generate_presigned_url("put_object", {"Bucket": bucket, "Key": "a b"})
    assert requests.put(url, data=b"hello", timeout=10).status_code == 200
    url = s3.generate_presigned_url("get_object", {"Bucket": bucket, "Key": "a b",
                                                   "ResponseContentType": "text/x"})
    response = requests.get(url, timeout=10)
    assert (response.content, response.headers["Content-Type"]) == (b"hello", "text/x")
    assert requests.get(url + "x", timeout=10).status_code == 403
    assert requests.delete(url, timeout=10).status_code == 403
    query = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(url).query))
    assert query["X-Amz-Algorithm"] == "AWS4-HMAC-SHA256"


def test_virtual_hosts(server, bucket):
    port = urllib.parse.urlsplit(server.s3_url).port
    client = boto3.client("s3", endpoint_url=f"http://localhost:{port}",
                          aws_access_key_id=server.access_key,
                          aws_secret_access_key=server.secret_key, region_name="us-east-1",
                          config=botocore.client.Config(s3={"addressing_style": "virtual"}))

    # Not every resolver knows names under localhost: the connection is made to localhost itself.
    def to_localhost(request, **_):
        request.headers["Host"] = f"{bucket}.localhost:{port}"
        request.url = request.url.replace(f"//{bucket}.localhost", "//localhost")

    client.meta.events.register("before-send.s3", to_localhost)
    client.put_object(Bucket=bucket, Key="dir/k", Body=b"hello")
    assert client.get_object(Bucket=bucket, Key="dir/k")["Body"].read() == b"hello"


@pytest.mark.parametrize("config", [{"request_checksum_calculation": "when_required"},
                                    {"s3": {"payload_signing_enabled": True}}])
def test_other_ways_to_sign_bodies(server, bucket, config):
    client = make_client(server, **config)
    client.put_object(Bucket=bucket, Key="k", Body=io.BytesIO(b"hello" * 1000))
    assert body_of(client, bucket, "k") == b"hello" * 1000


def test_wrong_keys_and_regions(server, bucket):
    for access_key, secret_key, code in [
            (server.access_key, "wrong", "SignatureDoesNotMatch"),
            ("NOBODY", server.secret_key, "InvalidAccessKeyId")]:
        client = boto3.client("s3", endpoint_url=server.s3_url, aws_access_key_id=access_key,
                              aws_secret_access_key=secret_key, region_name="us-east-1")
        assert error_of(client.list_objects_v2, Bucket=bucket) == (code, 403)
    elsewhere = boto3.client("s3", endpoint_url=server.s3_url, aws_access_key_id=server.access_key,
                             aws_secret_access_key=server.secret_key, region_name="eu-west-1")
    assert error_of(elsewhere.list_buckets) == ("AuthorizationHeaderMalformed", 400)


def test_absent_configurations(s3, bucket):
    assert error_of(s3.get_bucket_policy, Bucket=bucket) == ("NoSuchBucketPolicy", 404)
    assert error_of(s3.get_bucket_cors, Bucket=bucket) == ("NoSuchCORSConfiguration", 404)
    assert error_of(s3.get_bucket_tagging, Bucket=bucket) == ("NoSuchTagSet", 404)
    assert error_of(s3.get_bucket_lifecycle_configuration, Bucket=bucket) == (
        "NoSuchLifecycleConfiguration", 404)
    assert error_of(s3.get_bucket_encryption, Bucket=bucket) == (
        "ServerSideEncryptionConfigurationNotFoundError", 404)
    assert error_of(s3.get_object_lock_configuration, Bucket=bucket) == (
        "ObjectLockConfigurationNotFoundError", 404)
    grants = s3.get_bucket_acl(Bucket=bucket)["Grants"]
    assert [g["Permission"] for g in grants] == ["FULL_CONTROL"]
