"""boto3, unmodified, on versions, locks, tags, encryption, policies, lifecycle and browser uploads."""

import base64
import datetime
import hashlib
import os
import time

import pytest

boto3 = pytest.importorskip("boto3")
import botocore.client  # noqa: E402
import botocore.exceptions  # noqa: E402
import requests  # noqa: E402

MIB = 1 << 20


@pytest.fixture(scope="module")
def s3(tls_server):
    return boto3.client(
        "s3", endpoint_url=tls_server.s3_url, aws_access_key_id=tls_server.access_key,
        aws_secret_access_key=tls_server.secret_key, region_name="us-east-1",
        verify=str(tls_server.ca), config=botocore.client.Config(retries={"max_attempts": 1}))


@pytest.fixture
def bucket(s3, bucket_name):
    s3.create_bucket(Bucket=bucket_name)
    return bucket_name


@pytest.fixture
def locked(s3, bucket_name):
    """A bucket with object lock."""
    s3.create_bucket(Bucket=bucket_name, ObjectLockEnabledForBucket=True)
    return bucket_name


def error_of(call, **arguments):
    with pytest.raises(botocore.exceptions.ClientError) as caught:
        call(**arguments)
    response = caught.value.response
    return response["Error"]["Code"], response["ResponseMetadata"]["HTTPStatusCode"]


def body_of(s3, bucket, key, **more):
    return s3.get_object(Bucket=bucket, Key=key, **more)["Body"].read()


def enable_versions(s3, bucket, status="Enabled"):
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": status})


def later(**more):
    moment = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(**more)
    return moment.replace(microsecond=0)


def test_versions_over_their_life(s3, bucket):
    s3.put_object(Bucket=bucket, Key="k", Body=b"before")
    enable_versions(s3, bucket)
    first = s3.put_object(Bucket=bucket, Key="k", Body=b"1")["VersionId"]
    second = s3.put_object(Bucket=bucket, Key="k", Body=b"2")["VersionId"]
    assert body_of(s3, bucket, "k", VersionId="null") == b"before"
    assert body_of(s3, bucket, "k", VersionId=first) == b"1"
    marker = s3.delete_object(Bucket=bucket, Key="k")
    assert marker["DeleteMarker"]
    assert error_of(s3.get_object, Bucket=bucket, Key="k") == ("NoSuchKey", 404)
    assert error_of(s3.get_object, Bucket=bucket, Key="k",
                    VersionId=marker["VersionId"]) == ("MethodNotAllowed", 405)
    listing = s3.list_object_versions(Bucket=bucket)
    assert [v["VersionId"] for v in listing["Versions"]] == [second, first, "null"]
    assert [m["IsLatest"] for m in listing["DeleteMarkers"]] == [True]
    s3.delete_object(Bucket=bucket, Key="k", VersionId=marker["VersionId"])
    assert body_of(s3, bucket, "k") == b"2"
    enable_versions(s3, bucket, "Suspended")
    s3.put_object(Bucket=bucket, Key="k", Body=b"null again")
    assert body_of(s3, bucket, "k", VersionId="null") == b"null again"
    pages = s3.get_paginator("list_object_versions").paginate(
        Bucket=bucket, PaginationConfig={"PageSize": 1})
    assert [v["VersionId"] for page in pages for v in page.get("Versions", [])] == [
        "null", second, first]
    assert error_of(s3.delete_bucket, Bucket=bucket) == ("BucketNotEmpty", 409)
    deleted = s3.delete_objects(Bucket=bucket, Delete={"Objects": [
        {"Key": "k", "VersionId": version} for version in (first, second, "null")]})["Deleted"]
    assert len(deleted) == 3
    s3.delete_bucket(Bucket=bucket)


def test_compliance_cannot_be_lifted(s3, locked):
    until = later(days=1)
    version = s3.put_object(Bucket=locked, Key="k", Body=b"1", ObjectLockMode="COMPLIANCE",
                            ObjectLockRetainUntilDate=until)["VersionId"]
    named = {"Bucket": locked, "Key": "k", "VersionId": version}
    assert s3.head_object(**named)["ObjectLockRetainUntilDate"] == until
    denied = ("AccessDenied", 403)
    assert error_of(s3.delete_object, **named) == denied
    assert error_of(s3.delete_object, BypassGovernanceRetention=True, **named) == denied
    for mode, when in [("COMPLIANCE", later(hours=1)), ("GOVERNANCE", later(days=2))]:
        assert error_of(s3.put_object_retention, BypassGovernanceRetention=True,
                        Retention={"Mode": mode, "RetainUntilDate": when}, **named) == denied
    s3.put_object_retention(Retention={"Mode": "COMPLIANCE", "RetainUntilDate": later(days=2)},
                            **named)
    assert error_of(s3.put_bucket_versioning, Bucket=locked,
                    VersioningConfiguration={"Status": "Suspended"}) == ("InvalidBucketState", 409)
    assert body_of(s3, locked, "k") == b"1"


def test_default_retention_and_legal_hold(s3, locked):
    rule = {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": 1}}
    s3.put_object_lock_configuration(
        Bucket=locked, ObjectLockConfiguration={"ObjectLockEnabled": "Enabled", "Rule": rule})
    version = s3.put_object(Bucket=locked, Key="k", Body=b"1")["VersionId"]
    named = {"Bucket": locked, "Key": "k", "VersionId": version}
    assert s3.get_object_retention(**named)["Retention"]["Mode"] == "GOVERNANCE"
    s3.put_object_legal_hold(LegalHold={"Status": "ON"}, **named)
    assert error_of(s3.delete_object, BypassGovernanceRetention=True, **named)[0] == "AccessDenied"
    s3.put_object_legal_hold(LegalHold={"Status": "OFF"}, **named)
    assert error_of(s3.delete_object, **named)[0] == "AccessDenied"
    s3.delete_object(BypassGovernanceRetention=True, **named)


def test_tags_of_objects_versions_and_buckets(s3, bucket):
    enable_versions(s3, bucket)
    old = s3.put_object(Bucket=bucket, Key="k", Body=b"1", Tagging="a=1&b=%C3%A9")["VersionId"]
    s3.put_object(Bucket=bucket, Key="k", Body=b"2")
    assert s3.get_object_tagging(Bucket=bucket, Key="k")["TagSet"] == []
    tags = s3.get_object_tagging(Bucket=bucket, Key="k", VersionId=old)["TagSet"]
    assert tags == [{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "é"}]
    s3.put_object_tagging(Bucket=bucket, Key="k", VersionId=old,
                          Tagging={"TagSet": [{"Key": "c", "Value": ""}]})
    assert s3.get_object(Bucket=bucket, Key="k", VersionId=old)["TagCount"] == 1
    excess = [{"Key": str(i), "Value": ""} for i in range(11)]
    assert error_of(s3.put_object_tagging, Bucket=bucket, Key="k",
                    Tagging={"TagSet": excess}) == ("InvalidTag", 400)
    s3.put_bucket_tagging(Bucket=bucket, Tagging={"TagSet": excess})
    assert s3.get_bucket_tagging(Bucket=bucket)["TagSet"] == excess
    s3.delete_bucket_tagging(Bucket=bucket)
    assert error_of(s3.get_bucket_tagging, Bucket=bucket) == ("NoSuchTagSet", 404)


def customer_key(key):
    return {"SSECustomerAlgorithm": "AES256", "SSECustomerKey": key}


@pytest.mark.parametrize("kind", ["s3", "kms", "customer"])
def test_encryption(s3, bucket, tls_server, kind):
    key = os.urandom(32)
    writing = {"s3": {"ServerSideEncryption": "AES256"},
               "kms": {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": tls_server.encryption_key},
               "customer": customer_key(key)}[kind]
    reading = writing if kind == "customer" else {}
    data = os.urandom(11 * MIB)
    s3.put_object(Bucket=bucket, Key="small", Body=b"hello", **writing)
    s3.upload_fileobj(__import__("io").BytesIO(data), bucket, "large", ExtraArgs=writing)
    assert body_of(s3, bucket, "small", **reading) == b"hello"
    assert body_of(s3, bucket, "large", **reading) == data
    assert body_of(s3, bucket, "large", Range="bytes=8388600-8388620", **reading) == data[8388600:8388621]
    head = s3.head_object(Bucket=bucket, Key="small", **reading)
    if kind == "customer":
        assert head["SSECustomerKeyMD5"] == base64.b64encode(hashlib.md5(key).digest()).decode()
        assert error_of(s3.get_object, Bucket=bucket, Key="small")[1] == 400
        source = {f"CopySource{name}": value for name, value in customer_key(key).items()}
        s3.copy_object(Bucket=bucket, Key="plain", CopySource=f"{bucket}/small", **source)
        assert body_of(s3, bucket, "plain") == b"hello"
    else:
        assert head["ServerSideEncryption"] == writing["ServerSideEncryption"]
    on_disk = b"".join(path.read_bytes() for path in tls_server.data_dir.rglob("*")
                       if path.is_file())
    assert data[:100] not in on_disk


def test_default_encryption(s3, bucket):
    missing = ("ServerSideEncryptionConfigurationNotFoundError", 404)
    assert error_of(s3.get_bucket_encryption, Bucket=bucket) == missing
    rules = [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]
    s3.put_bucket_encryption(Bucket=bucket, ServerSideEncryptionConfiguration={"Rules": rules})
    assert s3.put_object(Bucket=bucket, Key="k", Body=b"1")["ServerSideEncryption"] == "AES256"
    s3.delete_bucket_encryption(Bucket=bucket)
    assert "ServerSideEncryption" not in s3.put_object(Bucket=bucket, Key="k", Body=b"1")


def anonymous(tls_server, bucket, key):
    return requests.get(f"{tls_server.s3_url}/{bucket}/{key}", verify=tls_server.ca,
                        timeout=10).status_code


def test_policy_and_public_access_block(s3, bucket, tls_server):
    s3.put_object(Bucket=bucket, Key="open/k", Body=b"1")
    s3.put_object(Bucket=bucket, Key="closed/k", Body=b"1")
    policy = ('{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*",'
              f' "Action": "s3:GetObject", "Resource": "arn:aws:s3:::{bucket}/open/*"}}]}}')
    s3.put_bucket_policy(Bucket=bucket, Policy=policy)
    assert s3.get_bucket_policy(Bucket=bucket)["Policy"] == policy
    assert s3.get_bucket_policy_status(Bucket=bucket)["PolicyStatus"]["IsPublic"]
    assert anonymous(tls_server, bucket, "open/k") == 200
    assert anonymous(tls_server, bucket, "closed/k") == 403
    s3.put_public_access_block(Bucket=bucket, PublicAccessBlockConfiguration={
        "BlockPublicPolicy": True, "RestrictPublicBuckets": True})
    assert anonymous(tls_server, bucket, "open/k") == 403
    assert error_of(s3.put_bucket_policy, Bucket=bucket, Policy=policy) == ("AccessDenied", 403)
    s3.delete_public_access_block(Bucket=bucket)
    assert anonymous(tls_server, bucket, "open/k") == 200
    s3.delete_bucket_policy(Bucket=bucket)
    assert anonymous(tls_server, bucket, "open/k") == 403


def test_a_denial_binds_its_author(s3, bucket):
    policy = ('{"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Principal": "*",'
              f' "Action": "s3:PutObject", "Resource": "arn:aws:s3:::{bucket}/*", "Condition":'
              ' {"Null": {"s3:x-amz-server-side-encryption": "true"}}}]}')
    s3.put_bucket_policy(Bucket=bucket, Policy=policy)
    assert error_of(s3.put_object, Bucket=bucket, Key="k", Body=b"1") == ("AccessDenied", 403)
    s3.put_object(Bucket=bucket, Key="k", Body=b"1", ServerSideEncryption="AES256")


def test_cors(s3, bucket, tls_server):
    rule = {"AllowedMethods": ["GET"], "AllowedOrigins": ["https://*.example"],
            "AllowedHeaders": ["x-*"], "MaxAgeSeconds": 60}
    s3.put_bucket_cors(Bucket=bucket, CORSConfiguration={"CORSRules": [rule]})
    assert s3.get_bucket_cors(Bucket=bucket)["CORSRules"] == [rule]

    def preflight(origin):
        return requests.options(f"{tls_server.s3_url}/{bucket}/k", verify=tls_server.ca, timeout=10,
                                headers={"Origin": origin, "Access-Control-Request-Method": "GET"})

    good = preflight("https://app.example")
    assert good.status_code == 200
    assert good.headers["Access-Control-Allow-Origin"] == "https://app.example"
    assert preflight("https://app.other").status_code == 403
    s3.delete_bucket_cors(Bucket=bucket)
    assert error_of(s3.get_bucket_cors, Bucket=bucket) == ("NoSuchCORSConfiguration", 404)


def test_browser_upload(s3, bucket, tls_server):
    form = s3.generate_presigned_post(
        bucket, "up/${filename}", ExpiresIn=60, Fields={"x-amz-meta-from": "form"},
        Conditions=[["content-length-range", 1, 10], {"x-amz-meta-from": "form"}])

    def post(name, text):
        return requests.post(form["url"], data=form["fields"], files={"file": (name, text)},
                             verify=tls_server.ca, timeout=10)

    assert post("a.txt", "hello").status_code == 204
    assert s3.head_object(Bucket=bucket, Key="up/a.txt")["Metadata"] == {"from": "form"}
    large = post("b.txt", "more than ten bytes")
    assert (large.status_code, "EntityTooLarge" in large.text) == (400, True)
    form["fields"]["x-amz-meta-from"] = "elsewhere"
    assert post("c.txt", "hello").status_code == 403


def test_attributes_of_parts(s3, bucket):
    data = os.urandom(6 * MIB)
    upload = s3.create_multipart_upload(Bucket=bucket, Key="k", ChecksumAlgorithm="SHA256")
    parts = []
    for number, piece in [(1, data[:5 * MIB]), (2, data[5 * MIB:])]:
        sent = s3.upload_part(Bucket=bucket, Key="k", UploadId=upload["UploadId"], Body=piece,
                              PartNumber=number, ChecksumAlgorithm="SHA256")
        parts.append({"PartNumber": number, "ETag": sent["ETag"],
                      "ChecksumSHA256": sent["ChecksumSHA256"]})
    s3.complete_multipart_upload(Bucket=bucket, Key="k", UploadId=upload["UploadId"],
                                 MultipartUpload={"Parts": parts})
    attributes = s3.get_object_attributes(
        Bucket=bucket, Key="k", ObjectAttributes=["ObjectParts", "Checksum", "ObjectSize", "ETag"])
    assert attributes["ObjectSize"] == len(data)
    assert attributes["Checksum"]["ChecksumType"] == "COMPOSITE"
    assert [part["ChecksumSHA256"] for part in attributes["ObjectParts"]["Parts"]] == [
        part["ChecksumSHA256"] for part in parts]


def wait_until(condition, seconds=30):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come about"
        time.sleep(0.3)


def keys_of(s3, bucket):
    return [entry["Key"] for entry in s3.list_objects_v2(Bucket=bucket).get("Contents", [])]


def test_lifecycle_expires_by_prefix_tag_and_size(s3, bucket):
    """Days last two seconds on this server."""
    for key, more in [("old/a", {}), ("keep/a", {}), ("tagged", {"Tagging": "drop=yes"}),
                      ("tagged-not", {"Tagging": "drop=no"}), ("large", {"Body": b"x" * 200})]:
        s3.put_object(Bucket=bucket, Key=key, **{"Body": b"1", **more})
    upload = s3.create_multipart_upload(Bucket=bucket, Key="old/upload")["UploadId"]
    rules = [
        {"ID": "prefix", "Filter": {"Prefix": "old/"}, "Expiration": {"Days": 1},
         "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 1}},
        {"ID": "tag", "Filter": {"Tag": {"Key": "drop", "Value": "yes"}}, "Expiration": {"Days": 1}},
        {"ID": "size", "Filter": {"ObjectSizeGreaterThan": 100}, "Expiration": {"Days": 1}},
        {"ID": "far", "Filter": {"Prefix": "keep/"}, "Expiration": {"Days": 1000}},
        {"ID": "off", "Filter": {}, "Expiration": {"Days": 1}},
    ]
    for rule in rules:
        rule["Status"] = "Disabled" if rule["ID"] == "off" else "Enabled"
    s3.put_bucket_lifecycle_configuration(Bucket=bucket, LifecycleConfiguration={"Rules": rules})
    assert s3.get_bucket_lifecycle_configuration(Bucket=bucket)["Rules"] == rules
    told = s3.head_object(Bucket=bucket, Key="keep/a")["Expiration"]
    assert 'rule-id="far"' in told
    wait_until(lambda: keys_of(s3, bucket) == ["keep/a", "tagged-not"])
    wait_until(lambda: "Uploads" not in s3.list_multipart_uploads(Bucket=bucket))
    assert error_of(s3.list_parts, Bucket=bucket, Key="old/upload",
                    UploadId=upload) == ("NoSuchUpload", 404)


def test_lifecycle_of_versions_spares_what_is_locked(s3, locked):
    held = s3.put_object(Bucket=locked, Key="held", Body=b"1")["VersionId"]
    s3.put_object_legal_hold(Bucket=locked, Key="held", VersionId=held, LegalHold={"Status": "ON"})
    for text in (b"1", b"2", b"3"):
        s3.put_object(Bucket=locked, Key="free", Body=text)
    s3.put_bucket_lifecycle_configuration(Bucket=locked, LifecycleConfiguration={"Rules": [
        {"ID": "all", "Status": "Enabled", "Filter": {}, "Expiration": {"Days": 1},
         "NoncurrentVersionExpiration": {"NoncurrentDays": 1}}]})

    def left():
        listing = s3.list_object_versions(Bucket=locked)
        return [entry["Key"] for kind in ("Versions", "DeleteMarkers")
                for entry in listing.get(kind, [])]

    # All versions of the free one go, at last its delete marker too; the held one stays below its own.
    wait_until(lambda: left() == ["held", "held"], 60)
    assert body_of(s3, locked, "held", VersionId=held) == b"1"
    s3.put_object_legal_hold(Bucket=locked, Key="held", VersionId=held, LegalHold={"Status": "OFF"})
    wait_until(lambda: left() == [], 60)
