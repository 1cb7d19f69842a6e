"""Bucket policies, public access block and anonymous requests, with boto3."""

import pytest

boto3 = pytest.importorskip("boto3")
from access import add_user, allow, anonymous, client, error_of, policy  # noqa: E402


@pytest.fixture(scope="module")
def s3(server):
    return client(server)


@pytest.fixture(scope="module")
def nobody(server):
    return anonymous(server)


@pytest.fixture
def bucket(s3, bucket_name):
    s3.create_bucket(Bucket=bucket_name)
    s3.put_object(Bucket=bucket_name, Key="key", Body=b"bytes")
    return bucket_name


def test_a_policy_opens_a_bucket(s3, nobody, bucket):
    assert error_of(nobody.get_object, Bucket=bucket, Key="key") == "AccessDenied"
    assert error_of(s3.get_bucket_policy, Bucket=bucket) == "NoSuchBucketPolicy"
    text = policy(allow("s3:GetObject", f"{bucket}/*", principal="*"))
    s3.put_bucket_policy(Bucket=bucket, Policy=text)
    assert s3.get_bucket_policy(Bucket=bucket)["Policy"] == text
    assert s3.get_bucket_policy_status(Bucket=bucket)["PolicyStatus"]["IsPublic"]
    assert nobody.get_object(Bucket=bucket, Key="key")["Body"].read() == b"bytes"
    assert error_of(nobody.get_object, Bucket=bucket, Key="absent") == "AccessDenied"
    assert error_of(nobody.put_object, Bucket=bucket, Key="key", Body=b"") == "AccessDenied"
    s3.delete_bucket_policy(Bucket=bucket)
    assert error_of(nobody.get_object, Bucket=bucket, Key="key") == "AccessDenied"


def test_a_denial_holds_for_the_root_until_it_is_lifted(s3, bucket):
    s3.put_bucket_policy(Bucket=bucket, Policy=policy(
        {"Effect": "Deny", "Principal": "*", "Action": "s3:*",
         "Resource": [f"arn:aws:s3:::{bucket}", f"arn:aws:s3:::{bucket}/*"]}))
    assert error_of(s3.get_object, Bucket=bucket, Key="key") == "AccessDenied"
    s3.delete_bucket_policy(Bucket=bucket)
    s3.get_object(Bucket=bucket, Key="key")


def test_a_policy_names_users(server, s3, bucket):
    name, secret, _ = add_user(server, "readonly")
    other, other_secret, _ = add_user(server, "readonly")
    s3.put_bucket_policy(Bucket=bucket, Policy=policy(
        allow("s3:PutObject", f"{bucket}/theirs/*",
              principal={"AWS": f"arn:aws:iam::000000000000:user/{name}"})))
    client(server, name, secret).put_object(Bucket=bucket, Key="theirs/a", Body=b"a")
    stranger = client(server, other, other_secret)
    assert error_of(stranger.put_object, Bucket=bucket, Key="theirs/a",
                    Body=b"a") == "AccessDenied"


def test_conditions(s3, nobody, bucket):
    s3.put_bucket_policy(Bucket=bucket, Policy=policy(
        allow("s3:ListBucket", bucket, principal="*",
              Condition={"StringLike": {"s3:prefix": "pub/*"}})))
    nobody.list_objects_v2(Bucket=bucket, Prefix="pub/a")
    assert error_of(nobody.list_objects_v2, Bucket=bucket) == "AccessDenied"
    assert error_of(nobody.list_objects_v2, Bucket=bucket, Prefix="other") == "AccessDenied"


def test_public_access_can_be_blocked(s3, nobody, bucket):
    text = policy(allow("s3:GetObject", f"{bucket}/*", principal="*"))
    s3.put_bucket_policy(Bucket=bucket, Policy=text)
    switches = {"BlockPublicAcls": False, "IgnorePublicAcls": False, "BlockPublicPolicy": True,
                "RestrictPublicBuckets": True}
    s3.put_public_access_block(Bucket=bucket, PublicAccessBlockConfiguration=switches)
    assert s3.get_public_access_block(
        Bucket=bucket)["PublicAccessBlockConfiguration"] == switches
    assert error_of(nobody.get_object, Bucket=bucket, Key="key") == "AccessDenied"
    assert error_of(s3.put_bucket_policy, Bucket=bucket, Policy=text) == "AccessDenied"
    s3.delete_public_access_block(Bucket=bucket)
    nobody.get_object(Bucket=bucket, Key="key")


@pytest.mark.parametrize("text", ["{}", "[]", "no json", policy(
    allow("s3:GetObject", "another-bucket/*", principal="*"))])
def test_what_is_no_policy_is_refused(s3, bucket, text):
    assert error_of(s3.put_bucket_policy, Bucket=bucket, Policy=text) == "MalformedPolicy"


def test_the_owner_that_was_expected(server, s3, bucket):
    owner = s3.get_bucket_acl(Bucket=bucket)["Owner"]["ID"]
    s3.get_object(Bucket=bucket, Key="key", ExpectedBucketOwner=owner)
    assert error_of(s3.get_object, Bucket=bucket, Key="key",
                    ExpectedBucketOwner="111122223333") == "AccessDenied"
