"""Additional checksums of objects, of parts and of whole uploads, and object attributes."""

import base64
import hashlib
import zlib

import pytest
from boto import MIB, error_of, make_client

ALL = ["ETag", "Checksum", "ObjectParts", "StorageClass", "ObjectSize"]


@pytest.fixture(scope="module")
def s3(server):
    return make_client(server)


@pytest.fixture
def bucket(s3, bucket_name):
    s3.create_bucket(Bucket=bucket_name)
    return bucket_name


def sha256(data):
    return base64.b64encode(hashlib.sha256(data).digest()).decode()


def crc32(data):
    return base64.b64encode(zlib.crc32(data).to_bytes(4, "big")).decode()


@pytest.mark.parametrize("algorithm", ["CRC32", "SHA1", "SHA256"])
def test_of_objects(s3, bucket, algorithm):
    field = f"Checksum{algorithm}"
    put = s3.put_object(Bucket=bucket, Key="k", Body=b"hello", ChecksumAlgorithm=algorithm)
    head = s3.head_object(Bucket=bucket, Key="k", ChecksumMode="ENABLED")
    assert head[field] == put[field]
    assert head["ChecksumType"] == "FULL_OBJECT"
    assert field not in s3.head_object(Bucket=bucket, Key="k")
    attributes = s3.get_object_attributes(Bucket=bucket, Key="k", ObjectAttributes=ALL)
    assert attributes["Checksum"][field] == put[field]
    assert attributes["ETag"] == put["ETag"].strip('"')
    assert (attributes["ObjectSize"], attributes["StorageClass"]) == (5, "STANDARD")
    assert "ObjectParts" not in attributes
    wrong = {field: put[field][::-1].lstrip("=").ljust(len(put[field]), "A")}
    assert error_of(s3.put_object, Bucket=bucket, Key="k", Body=b"hello", **wrong) == (
        "BadDigest", 400)


def upload(s3, bucket, bodies, algorithm, **more):
    made = s3.create_multipart_upload(Bucket=bucket, Key="k", ChecksumAlgorithm=algorithm, **more)
    field = f"Checksum{algorithm}"
    parts = []
    for number, body in enumerate(bodies, 1):
        part = s3.upload_part(Bucket=bucket, Key="k", UploadId=made["UploadId"], PartNumber=number,
                              Body=body, ChecksumAlgorithm=algorithm)
        parts.append({"PartNumber": number, "ETag": part["ETag"], field: part[field]})
    listed = s3.list_parts(Bucket=bucket, Key="k", UploadId=made["UploadId"])
    assert [p[field] for p in listed["Parts"]] == [p[field] for p in parts]
    assert listed["ChecksumAlgorithm"] == algorithm
    return made["UploadId"], parts


def test_composite(s3, bucket):
    bodies = [b"a" * 5 * MIB, b"b" * 5 * MIB, b"tail"]
    upload_id, parts = upload(s3, bucket, bodies, "SHA256")
    done = s3.complete_multipart_upload(Bucket=bucket, Key="k", UploadId=upload_id,
                                        MultipartUpload={"Parts": parts})
    raw = b"".join(hashlib.sha256(body).digest() for body in bodies)
    assert (done["ChecksumSHA256"], done["ChecksumType"]) == (sha256(raw) + "-3", "COMPOSITE")
    part = s3.get_object(Bucket=bucket, Key="k", PartNumber=2, ChecksumMode="ENABLED")
    assert (part["ChecksumSHA256"], part["PartsCount"]) == (sha256(bodies[1]), 3)
    found = s3.get_object_attributes(Bucket=bucket, Key="k", ObjectAttributes=ALL, MaxParts=2,
                                     PartNumberMarker=1)["ObjectParts"]
    assert [(p["PartNumber"], p["Size"], p["ChecksumSHA256"]) for p in found["Parts"]] == [
        (2, 5 * MIB, sha256(bodies[1])), (3, 4, sha256(bodies[2]))]
    assert (found["TotalPartsCount"], found["IsTruncated"]) == (3, False)


def test_full_object(s3, bucket):
    bodies = [b"a" * 5 * MIB, b"tail"]
    whole = crc32(b"".join(bodies))
    upload_id, parts = upload(s3, bucket, bodies, "CRC32", ChecksumType="FULL_OBJECT")
    complete = {"Bucket": bucket, "Key": "k", "UploadId": upload_id,
                "MultipartUpload": {"Parts": parts}, "ChecksumType": "FULL_OBJECT"}
    assert error_of(s3.complete_multipart_upload, ChecksumCRC32=crc32(b"other"), **complete) == (
        "BadDigest", 400)
    assert error_of(s3.complete_multipart_upload, MpuObjectSize=1, **complete) == (
        "InvalidRequest", 400)
    done = s3.complete_multipart_upload(ChecksumCRC32=whole, MpuObjectSize=5 * MIB + 4, **complete)
    assert done["ChecksumCRC32"] == whole
    head = s3.head_object(Bucket=bucket, Key="k", ChecksumMode="ENABLED")
    assert (head["ChecksumCRC32"], head["ChecksumType"]) == (whole, "FULL_OBJECT")
    again = s3.complete_multipart_upload(ChecksumCRC32=whole, **complete)
    assert (again["ETag"], again["ChecksumCRC32"]) == (done["ETag"], whole)


def test_copied_parts_have_them_too(s3, bucket):
    s3.put_object(Bucket=bucket, Key="source", Body=b"0123456789")
    upload_id = s3.create_multipart_upload(Bucket=bucket, Key="k",
                                           ChecksumAlgorithm="SHA256")["UploadId"]
    part = s3.upload_part_copy(Bucket=bucket, Key="k", UploadId=upload_id, PartNumber=1,
                               CopySource={"Bucket": bucket, "Key": "source"},
                               CopySourceRange="bytes=2-5")["CopyPartResult"]
    assert part["ChecksumSHA256"] == sha256(b"2345")
