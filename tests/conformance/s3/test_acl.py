"""ACLs and ownership, with boto3."""

import pytest

boto3 = pytest.importorskip("boto3")
from access import add_user, anonymous, client, error_of  # noqa: E402

EVERYBODY = "http://acs.amazonaws.com/groups/global/AllUsers"


@pytest.fixture(scope="module")
def s3(server):
    return client(server)


@pytest.fixture(scope="module")
def nobody(server):
    return anonymous(server)


@pytest.fixture
def bucket(s3, bucket_name):
    s3.create_bucket(Bucket=bucket_name)
    return bucket_name


def test_canned_acls_of_buckets(s3, nobody, bucket):
    s3.put_bucket_acl(Bucket=bucket, ACL="public-read")
    grants = s3.get_bucket_acl(Bucket=bucket)["Grants"]
    assert {"Grantee": {"Type": "Group", "URI": EVERYBODY}, "Permission": "READ"} in grants
    nobody.list_objects_v2(Bucket=bucket)
    assert error_of(nobody.put_object, Bucket=bucket, Key="k", Body=b"") == "AccessDenied"
    s3.put_bucket_acl(Bucket=bucket, ACL="public-read-write")
    nobody.put_object(Bucket=bucket, Key="k", Body=b"theirs")
    assert s3.get_object(Bucket=bucket, Key="k")["Body"].read() == b"theirs"
    s3.put_bucket_acl(Bucket=bucket, ACL="private")
    assert error_of(nobody.list_objects_v2, Bucket=bucket) == "AccessDenied"


def test_canned_acls_of_objects(s3, nobody, bucket):
    s3.put_object(Bucket=bucket, Key="open", Body=b"open", ACL="public-read")
    s3.put_object(Bucket=bucket, Key="shut", Body=b"shut")
    assert nobody.get_object(Bucket=bucket, Key="open")["Body"].read() == b"open"
    assert error_of(nobody.get_object, Bucket=bucket, Key="shut") == "AccessDenied"
    s3.copy_object(Bucket=bucket, Key="copy", CopySource={"Bucket": bucket, "Key": "open"})
    assert error_of(nobody.get_object, Bucket=bucket, Key="copy") == "AccessDenied"
    s3.put_object_acl(Bucket=bucket, Key="open", ACL="private")
    assert error_of(nobody.get_object, Bucket=bucket, Key="open") == "AccessDenied"


def test_an_acl_goes_with_an_upload_in_parts(s3, nobody, bucket):
    upload = s3.create_multipart_upload(Bucket=bucket, Key="parts", ACL="public-read")["UploadId"]
    part = s3.upload_part(Bucket=bucket, Key="parts", UploadId=upload, PartNumber=1, Body=b"one")
    s3.complete_multipart_upload(
        Bucket=bucket, Key="parts", UploadId=upload,
        MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]})
    assert nobody.get_object(Bucket=bucket, Key="parts")["Body"].read() == b"one"


def test_acls_can_be_read_and_written_back(s3, bucket):
    acl = s3.get_bucket_acl(Bucket=bucket)
    policy = {"Owner": acl["Owner"], "Grants": acl["Grants"] + [
        {"Grantee": {"Type": "Group", "URI": EVERYBODY}, "Permission": "READ_ACP"}]}
    s3.put_bucket_acl(Bucket=bucket, AccessControlPolicy=policy)
    # Groups come first, in whatever order they were sent.
    assert s3.get_bucket_acl(Bucket=bucket)["Grants"] == policy["Grants"][::-1]


def test_owners_have_names(server, s3, bucket):
    name, secret, canonical_id = add_user(server, "readwrite")
    theirs = client(server, name, secret)
    theirs.put_object(Bucket=bucket, Key="theirs", Body=b"")
    owner = s3.list_objects_v2(Bucket=bucket, FetchOwner=True)["Contents"][0]["Owner"]
    assert owner == {"ID": canonical_id, "DisplayName": name}
    assert s3.get_object_acl(Bucket=bucket, Key="theirs")["Owner"]["ID"] == canonical_id


def test_a_bucket_without_acls(s3, bucket_name):
    s3.create_bucket(Bucket=bucket_name, ObjectOwnership="BucketOwnerEnforced")
    rules = s3.get_bucket_ownership_controls(Bucket=bucket_name)["OwnershipControls"]["Rules"]
    assert rules == [{"ObjectOwnership": "BucketOwnerEnforced"}]
    assert error_of(s3.put_object, Bucket=bucket_name, Key="k", Body=b"",
                    ACL="public-read") == "AccessControlListNotSupported"
    s3.put_object(Bucket=bucket_name, Key="k", Body=b"", ACL="bucket-owner-full-control")
    s3.delete_bucket_ownership_controls(Bucket=bucket_name)
    assert error_of(s3.get_bucket_ownership_controls,
                    Bucket=bucket_name) == "OwnershipControlsNotFoundError"
