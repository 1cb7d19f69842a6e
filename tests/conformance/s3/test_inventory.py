"""What a bucket holds, as a list: `penstock admin inventory`, and reports in buckets."""

import csv
import datetime
import gzip
import hashlib
import io
import json
import uuid

import boto3
import pytest
from botocore.exceptions import ClientError

from test_admin import Admin
from test_logs import wait_for


def boto(server):
    return boto3.client("s3", endpoint_url=server.s3_url, region_name="us-east-1",
                        aws_access_key_id=server.access_key,
                        aws_secret_access_key=server.secret_key)


def test_every_version_is_listed(server):
    client, admin = boto(server), Admin(server)
    bucket = f"inventory-{uuid.uuid4().hex[:8]}"
    client.create_bucket(Bucket=bucket, ObjectLockEnabledForBucket=True)
    until = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=60)
    locked = client.put_object(Bucket=bucket, Key='odd, "name"', Body=b"12345",
                               Tagging="colour=red", ObjectLockMode="GOVERNANCE",
                               ObjectLockRetainUntilDate=until, ObjectLockLegalHoldStatus="ON",
                               ChecksumAlgorithm="SHA256")
    client.put_object(Bucket=bucket, Key="plain", Body=b"")
    marker = client.delete_object(Bucket=bucket, Key="plain")

    rows = list(csv.DictReader(io.StringIO(admin.text("inventory", bucket))))
    assert [(row["key"], row["is_latest"], row["delete_marker"]) for row in rows] == [
        ('odd, "name"', "true", "false"), ("plain", "true", "true"), ("plain", "false", "false")]
    odd, removed, _ = rows
    assert odd["version_id"] == locked["VersionId"] and odd["etag"] == locked["ETag"].strip('"')
    assert (odd["size"], odd["storage_class"], odd["lock_mode"], odd["legal_hold"]) == (
        "5", "STANDARD", "GOVERNANCE", "true")
    assert odd["retain_until"][:16] == until.strftime("%Y-%m-%dT%H:%M")
    assert removed["version_id"] == marker["VersionId"] and removed["size"] == ""
    assert "tags" not in odd

    lines = admin.text("inventory", bucket, "--current", "--tags", "--checksums",
                       "--output", "json").splitlines()
    only, = [json.loads(line) for line in lines]
    assert only["tags"] == {"colour": "red"}
    assert only["checksums"] == [{"algorithm": "SHA256", "value": locked["ChecksumSHA256"],
                                  "type": "FULL_OBJECT"}]
    assert admin.text("inventory", bucket, "--prefix", "nothing").count("\n") == 1
    assert "no-such-bucket" in admin.refused("inventory", "no-such-bucket")


def test_a_large_bucket_comes_in_pages(server):
    client, admin = boto(server), Admin(server)
    bucket = f"inventory-{uuid.uuid4().hex[:8]}"
    client.create_bucket(Bucket=bucket)
    keys = [f"k/{number:05}" for number in range(1203)]
    for key in keys:
        client.put_object(Bucket=bucket, Key=key, Body=b"")
    listed = [json.loads(line)["key"]
              for line in admin.text("inventory", bucket, "--output", "json").splitlines()]
    assert listed == keys


def configuration(destination, **more):
    return {"Id": "daily", "IsEnabled": True, "IncludedObjectVersions": "All",
            "Schedule": {"Frequency": "Daily"}, "OptionalFields": ["Size", "ETag"],
            "Destination": {"S3BucketDestination": {
                "Bucket": f"arn:aws:s3:::{destination}", "Format": "CSV", "Prefix": "in/here"}},
            **more}


def test_reports_are_asked_for_as_aws_has_it(server):
    client = boto(server)
    bucket = f"inventory-{uuid.uuid4().hex[:8]}"
    client.create_bucket(Bucket=bucket)
    client.create_bucket(Bucket=bucket + "-reports")

    def code(call, **arguments):
        with pytest.raises(ClientError) as refused:
            call(Bucket=bucket, **arguments)
        return refused.value.response["Error"]["Code"]

    put = client.put_bucket_inventory_configuration
    get = client.get_bucket_inventory_configuration
    assert code(get, Id="daily") == "NoSuchConfiguration"
    assert "InventoryConfigurationList" not in client.list_bucket_inventory_configurations(
        Bucket=bucket)
    asked = configuration(bucket + "-reports", Filter={"Prefix": "a/"})
    put(Bucket=bucket, Id="daily", InventoryConfiguration=asked)
    assert get(Bucket=bucket, Id="daily")["InventoryConfiguration"] == asked
    for number in range(101):
        put(Bucket=bucket, Id=f"n{number:03}",
            InventoryConfiguration={**asked, "Id": f"n{number:03}", "IsEnabled": False})
    page = client.list_bucket_inventory_configurations(Bucket=bucket)
    assert page["IsTruncated"] and len(page["InventoryConfigurationList"]) == 100
    rest = client.list_bucket_inventory_configurations(
        Bucket=bucket, ContinuationToken=page["NextContinuationToken"])
    assert [rule["Id"] for rule in rest["InventoryConfigurationList"]] == ["n099", "n100"]
    client.delete_bucket_inventory_configuration(Bucket=bucket, Id="daily")
    assert code(get, Id="daily") == "NoSuchConfiguration"
    assert code(client.delete_bucket_inventory_configuration, Id="daily") == "NoSuchConfiguration"
    assert code(put, Id="other", InventoryConfiguration=asked) == "InvalidArgument"
    assert code(put, Id="daily", InventoryConfiguration=configuration("no-such-bucket")) == (
        "InvalidS3DestinationBucket")


def test_whoever_asks_must_be_allowed_to_write_there(server):
    client, admin = boto(server), Admin(server)
    bucket = f"inventory-{uuid.uuid4().hex[:8]}"
    client.create_bucket(Bucket=bucket)
    client.create_bucket(Bucket=bucket + "-foreign")
    policy = {"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "s3:*",
         "Resource": [f"arn:aws:s3:::{bucket}", f"arn:aws:s3:::{bucket}/*"]}]}
    admin.text("policy", "create", bucket, "-", stdin=json.dumps(policy))
    admin.text("user", "add", bucket, "a-secret-of-theirs", "--policy", bucket)
    theirs = boto3.client("s3", endpoint_url=server.s3_url, region_name="us-east-1",
                          aws_access_key_id=bucket, aws_secret_access_key="a-secret-of-theirs")
    theirs.put_bucket_inventory_configuration(Bucket=bucket, Id="daily",
                                              InventoryConfiguration=configuration(bucket))
    with pytest.raises(ClientError) as refused:
        theirs.put_bucket_inventory_configuration(
            Bucket=bucket, Id="daily", InventoryConfiguration=configuration(bucket + "-foreign"))
    assert refused.value.response["Error"]["Code"] == "AccessDenied"


def test_reports_are_written_again_and_again(own_server):
    server = own_server("data", "--lifecycle-day", "4")
    client = boto(server)
    client.create_bucket(Bucket="photos")
    client.create_bucket(Bucket="reports")
    client.put_object(Bucket="photos", Key="a b", Body=b"12345")
    client.put_bucket_inventory_configuration(
        Bucket="photos", Id="daily", InventoryConfiguration=configuration("reports"))

    def manifests():
        listed = client.list_objects_v2(Bucket="reports", Prefix="in/here/photos/daily/")
        return {o["Key"] for o in listed.get("Contents", []) if o["Key"].endswith("manifest.json")}

    def data_files():
        listed = client.list_objects_v2(Bucket="reports", Prefix="in/here/photos/daily/data/")
        return {o["Key"] for o in listed.get("Contents", [])}

    wait_for(manifests, seconds=20)
    key, = manifests()
    body = client.get_object(Bucket="reports", Key=key)["Body"].read()
    checksum = client.get_object(Bucket="reports", Key=key[:-4] + "checksum")["Body"].read()
    assert checksum.decode() == hashlib.md5(body).hexdigest()
    manifest = json.loads(body)
    assert manifest["fileSchema"] == "Bucket, Key, VersionId, IsLatest, IsDeleteMarker, Size, ETag"
    file, = manifest["files"]
    packed = client.get_object(Bucket="reports", Key=file["key"])["Body"].read()
    assert hashlib.md5(packed).hexdigest() == file["MD5checksum"] and len(packed) == file["size"]
    row, = csv.reader(io.StringIO(gzip.decompress(packed).decode()))
    assert row == ["photos", "a%20b", "", "true", "false", "5", hashlib.md5(b"12345").hexdigest()]
    wait_for(lambda: len(data_files()) >= 2, seconds=20)  # the next day
