"""Versions, delete markers and conditions, with boto3."""

import pytest
from boto import body_of, error_of, make_client


@pytest.fixture(scope="module")
def s3(server):
    return make_client(server)


@pytest.fixture
def bucket(s3, bucket_name):
    s3.create_bucket(Bucket=bucket_name)
    s3.put_bucket_versioning(Bucket=bucket_name, VersioningConfiguration={"Status": "Enabled"})
    return bucket_name


def versions(s3, bucket):
    """Of each key the newest first: (key, version id, whether it is a marker)."""
    found = []
    for page in s3.get_paginator("list_object_versions").paginate(Bucket=bucket, MaxKeys=2):
        entries = [(v, False) for v in page.get("Versions", [])]
        entries += [(m, True) for m in page.get("DeleteMarkers", [])]
        found += [(e["Key"], e["VersionId"], marker) for e, marker in entries]
    return found


def test_versions_and_markers(s3, bucket):
    assert s3.get_bucket_versioning(Bucket=bucket)["Status"] == "Enabled"
    ids = [s3.put_object(Bucket=bucket, Key="a/k+1 ü", Body=b"%d" % n)["VersionId"]
           for n in range(3)]
    assert len(set(ids)) == 3
    for number, version in enumerate(ids):
        assert body_of(s3, bucket, "a/k+1 ü", VersionId=version) == b"%d" % number
    marker = s3.delete_object(Bucket=bucket, Key="a/k+1 ü")
    assert marker["DeleteMarker"]
    assert error_of(s3.get_object, Bucket=bucket, Key="a/k+1 ü") == ("NoSuchKey", 404)
    assert error_of(s3.get_object, Bucket=bucket, Key="a/k+1 ü",
                    VersionId=marker["VersionId"]) == ("MethodNotAllowed", 405)
    assert set(versions(s3, bucket)) == {("a/k+1 ü", i, False) for i in ids} | {
        ("a/k+1 ü", marker["VersionId"], True)}
    assert "Contents" not in s3.list_objects_v2(Bucket=bucket)
    s3.delete_object(Bucket=bucket, Key="a/k+1 ü", VersionId=marker["VersionId"])
    assert body_of(s3, bucket, "a/k+1 ü") == b"2"
    objects = [{"Key": "a/k+1 ü", "VersionId": i} for i in ids]
    assert len(s3.delete_objects(Bucket=bucket, Delete={"Objects": objects})["Deleted"]) == 3
    assert versions(s3, bucket) == []
    s3.delete_bucket(Bucket=bucket)


def test_suspended(s3, bucket):
    kept = s3.put_object(Bucket=bucket, Key="k", Body=b"kept")["VersionId"]
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Suspended"})
    for body in (b"1", b"2"):
        assert "VersionId" not in s3.put_object(Bucket=bucket, Key="k", Body=body)
    assert body_of(s3, bucket, "k", VersionId="null") == b"2"
    assert body_of(s3, bucket, "k", VersionId=kept) == b"kept"
    assert {v for _, v, _ in versions(s3, bucket)} == {"null", kept}


def test_copies_of_versions(s3, bucket):
    old = s3.put_object(Bucket=bucket, Key="k?+", Body=b"old")["VersionId"]
    s3.put_object(Bucket=bucket, Key="k?+", Body=b"new")
    copied = s3.copy_object(Bucket=bucket, Key="k?+",
                            CopySource={"Bucket": bucket, "Key": "k?+", "VersionId": old})
    assert copied["CopySourceVersionId"] == old
    assert body_of(s3, bucket, "k?+") == b"old"


def test_conditional_writes_and_deletes(s3, bucket):
    etag = s3.put_object(Bucket=bucket, Key="k", Body=b"1", IfNoneMatch="*")["ETag"]
    refused = ("PreconditionFailed", 412)
    assert error_of(s3.put_object, Bucket=bucket, Key="k", Body=b"2", IfNoneMatch="*") == refused
    assert error_of(s3.put_object, Bucket=bucket, Key="k", Body=b"2", IfMatch='"no"') == refused
    assert error_of(s3.put_object, Bucket=bucket, Key="none", IfMatch=etag) == ("NoSuchKey", 404)
    etag = s3.put_object(Bucket=bucket, Key="k", Body=b"2", IfMatch=etag)["ETag"]
    assert error_of(s3.delete_object, Bucket=bucket, Key="k", IfMatch='"no"') == refused
    upload = s3.create_multipart_upload(Bucket=bucket, Key="k")["UploadId"]
    part = s3.upload_part(Bucket=bucket, Key="k", UploadId=upload, PartNumber=1, Body=b"3")
    done = {"Bucket": bucket, "Key": "k", "UploadId": upload,
            "MultipartUpload": {"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]}}
    assert error_of(s3.complete_multipart_upload, IfNoneMatch="*", **done) == refused
    s3.complete_multipart_upload(IfMatch=etag, **done)
    assert s3.delete_object(Bucket=bucket, Key="k", IfMatch="*")["DeleteMarker"]
