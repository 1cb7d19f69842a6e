"""Object lock with boto3: retention, legal holds, defaults, and what they refuse."""

import datetime

import pytest
from boto import error_of, make_client

DENIED = ("AccessDenied", 403)


@pytest.fixture(scope="module")
def s3(server):
    return make_client(server)


@pytest.fixture
def bucket(s3, bucket_name):
    s3.create_bucket(Bucket=bucket_name, ObjectLockEnabledForBucket=True)
    return bucket_name


def later(seconds=3600):
    now = datetime.datetime.now(datetime.timezone.utc)
    return now.replace(microsecond=0) + datetime.timedelta(seconds=seconds)


def test_configuration(s3, bucket, bucket_name):
    assert s3.get_bucket_versioning(Bucket=bucket)["Status"] == "Enabled"
    configuration = {"ObjectLockEnabled": "Enabled",
                     "Rule": {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": 1}}}
    s3.put_object_lock_configuration(Bucket=bucket, ObjectLockConfiguration=configuration)
    kept = s3.get_object_lock_configuration(Bucket=bucket)["ObjectLockConfiguration"]
    assert kept == configuration
    s3.put_object(Bucket=bucket, Key="k", Body=b"x")
    head = s3.head_object(Bucket=bucket, Key="k")
    assert head["ObjectLockMode"] == "GOVERNANCE"
    assert abs(head["ObjectLockRetainUntilDate"] - later(86400)) < datetime.timedelta(minutes=2)
    assert error_of(s3.put_bucket_versioning, Bucket=bucket, VersioningConfiguration={
        "Status": "Suspended"}) == ("InvalidBucketState", 409)
    s3.create_bucket(Bucket=bucket_name + "-plain")
    assert error_of(s3.get_object_lock_configuration, Bucket=bucket_name + "-plain") == (
        "ObjectLockConfigurationNotFoundError", 404)
    assert error_of(s3.put_object_lock_configuration, Bucket=bucket_name + "-plain",
                    ObjectLockConfiguration=configuration) == ("InvalidBucketState", 409)


def test_governance_can_be_lifted(s3, bucket):
    version = s3.put_object(Bucket=bucket, Key="k", Body=b"x", ObjectLockMode="GOVERNANCE",
                            ObjectLockRetainUntilDate=later())["VersionId"]
    named = {"Bucket": bucket, "Key": "k", "VersionId": version}
    assert error_of(s3.delete_object, **named) == DENIED
    errors = s3.delete_objects(Bucket=bucket, Delete={"Objects": [
        {"Key": "k", "VersionId": version}]})["Errors"]
    assert [(e["Key"], e["VersionId"], e["Code"]) for e in errors] == [
        ("k", version, "AccessDenied")]
    shorter = {"Mode": "GOVERNANCE", "RetainUntilDate": later(60)}
    assert error_of(s3.put_object_retention, Retention=shorter, **named) == DENIED
    s3.put_object_retention(Retention=shorter, BypassGovernanceRetention=True, **named)
    assert s3.get_object_retention(**named)["Retention"] == shorter
    s3.delete_object(BypassGovernanceRetention=True, **named)
    assert error_of(s3.get_object, **named) == ("NoSuchVersion", 404)


def test_compliance_cannot(s3, bucket):
    version = s3.put_object(Bucket=bucket, Key="k", Body=b"x", ObjectLockMode="COMPLIANCE",
                            ObjectLockRetainUntilDate=later())["VersionId"]
    named = {"Bucket": bucket, "Key": "k", "VersionId": version}
    assert error_of(s3.delete_object, BypassGovernanceRetention=True, **named) == DENIED
    for retention in ({"Mode": "COMPLIANCE", "RetainUntilDate": later(60)},
                      {"Mode": "GOVERNANCE", "RetainUntilDate": later(7200)}, {}):
        assert error_of(s3.put_object_retention, Retention=retention,
                        BypassGovernanceRetention=True, **named) == DENIED
    s3.put_object_retention(Retention={"Mode": "COMPLIANCE", "RetainUntilDate": later(7200)},
                            **named)
    # A new version and a delete marker may lie on top of it; it stays below.
    s3.put_object(Bucket=bucket, Key="k", Body=b"y")
    assert s3.delete_object(Bucket=bucket, Key="k")["DeleteMarker"]
    assert s3.get_object(**named)["Body"].read() == b"x"
    assert error_of(s3.delete_bucket, Bucket=bucket) == ("BucketNotEmpty", 409)


def test_legal_hold(s3, bucket):
    version = s3.put_object(Bucket=bucket, Key="k", Body=b"x",
                            ObjectLockLegalHoldStatus="ON")["VersionId"]
    named = {"Bucket": bucket, "Key": "k", "VersionId": version}
    assert s3.get_object_legal_hold(**named)["LegalHold"]["Status"] == "ON"
    assert error_of(s3.delete_object, BypassGovernanceRetention=True, **named) == DENIED
    s3.put_object_legal_hold(LegalHold={"Status": "OFF"}, **named)
    s3.delete_object(**named)


def test_uploads_in_parts_are_locked(s3, bucket):
    upload = s3.create_multipart_upload(Bucket=bucket, Key="k", ObjectLockMode="COMPLIANCE",
                                        ObjectLockRetainUntilDate=later())["UploadId"]
    part = s3.upload_part(Bucket=bucket, Key="k", UploadId=upload, PartNumber=1, Body=b"x")
    version = s3.complete_multipart_upload(
        Bucket=bucket, Key="k", UploadId=upload,
        MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]})["VersionId"]
    assert error_of(s3.delete_object, Bucket=bucket, Key="k", VersionId=version) == DENIED
