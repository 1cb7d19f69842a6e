"""Tags of objects and buckets, and what copies take along, with boto3."""

import pytest
from boto import body_of, error_of, make_client

TAGS = [{"Key": "a b", "Value": "é/1"}, {"Key": "k", "Value": ""}]


@pytest.fixture(scope="module")
def s3(server):
    return make_client(server)


@pytest.fixture
def bucket(s3, bucket_name):
    s3.create_bucket(Bucket=bucket_name)
    return bucket_name


def tags_of(s3, bucket, key):
    return s3.get_object_tagging(Bucket=bucket, Key=key)["TagSet"]


def test_objects(s3, bucket):
    s3.put_object(Bucket=bucket, Key="k", Body=b"x", Tagging="x=1&y=%C3%A9")
    assert tags_of(s3, bucket, "k") == [{"Key": "x", "Value": "1"}, {"Key": "y", "Value": "é"}]
    s3.put_object_tagging(Bucket=bucket, Key="k", Tagging={"TagSet": TAGS})
    assert tags_of(s3, bucket, "k") == TAGS
    assert s3.get_object(Bucket=bucket, Key="k")["TagCount"] == 2
    many = [{"Key": str(n), "Value": "v"} for n in range(11)]
    assert error_of(s3.put_object_tagging, Bucket=bucket, Key="k", Tagging={
        "TagSet": many}) == ("InvalidTag", 400)
    s3.delete_object_tagging(Bucket=bucket, Key="k")
    assert tags_of(s3, bucket, "k") == []


def test_buckets(s3, bucket):
    assert error_of(s3.get_bucket_tagging, Bucket=bucket) == ("NoSuchTagSet", 404)
    s3.put_bucket_tagging(Bucket=bucket, Tagging={"TagSet": TAGS})
    assert s3.get_bucket_tagging(Bucket=bucket)["TagSet"] == TAGS
    s3.delete_bucket_tagging(Bucket=bucket)
    assert error_of(s3.get_bucket_tagging, Bucket=bucket) == ("NoSuchTagSet", 404)


def test_copies(s3, bucket):
    s3.put_object(Bucket=bucket, Key="k", Body=b"x", Tagging="x=1", Metadata={"m": "1"},
                  ContentType="text/plain", StorageClass="STANDARD_IA")
    source = {"Bucket": bucket, "Key": "k"}
    s3.copy_object(Bucket=bucket, Key="c", CopySource=source)
    head = s3.head_object(Bucket=bucket, Key="c")
    assert (head["Metadata"], head["ContentType"]) == ({"m": "1"}, "text/plain")
    assert tags_of(s3, bucket, "c") == [{"Key": "x", "Value": "1"}]
    s3.copy_object(Bucket=bucket, Key="c", CopySource=source, MetadataDirective="REPLACE",
                   Metadata={"n": "2"}, TaggingDirective="REPLACE", Tagging="y=2")
    assert s3.head_object(Bucket=bucket, Key="c")["Metadata"] == {"n": "2"}
    assert tags_of(s3, bucket, "c") == [{"Key": "y", "Value": "2"}]
    assert body_of(s3, bucket, "c") == b"x"
    assert error_of(s3.copy_object, Bucket=bucket, Key="k", CopySource=source) == (
        "InvalidRequest", 400)
    assert error_of(s3.copy_object, Bucket=bucket, Key="c", CopySource=source,
                    CopySourceIfNoneMatch=s3.head_object(**source)["ETag"]) == (
                        "PreconditionFailed", 412)
