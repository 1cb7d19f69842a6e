"""Signature version 2: what an unmodified boto3 presigns URLs with, and what older programs sign with."""

import json
import time
import urllib.parse

import pytest

boto3 = pytest.importorskip("boto3")
import botocore.client  # noqa: E402
import requests  # noqa: E402
from boto import MIB, body_of, error_of, make_client  # noqa: E402


@pytest.fixture(scope="module")
def plain(server):
    """A client as its makers' first example has it."""
    return boto3.client("s3", endpoint_url=server.s3_url, aws_access_key_id=server.access_key,
                        aws_secret_access_key=server.secret_key)


@pytest.fixture(scope="module")
def s3(server):
    return make_client(server, signature_version="s3")


@pytest.fixture
def bucket(plain, bucket_name):
    plain.create_bucket(Bucket=bucket_name)
    return bucket_name


def code(response):
    return response.text.split("<Code>")[1].split("</Code>")[0]


def test_urls_of_a_plain_client(plain, bucket):
    put = plain.generate_presigned_url("put_object", {"Bucket": bucket, "Key": "a b/ü"})
    assert "AWSAccessKeyId=" in put and "X-Amz-Algorithm" not in put
    assert requests.put(put, data=b"hello", timeout=10).status_code == 200
    get = plain.generate_presigned_url(
        "get_object", {"Bucket": bucket, "Key": "a b/ü", "ResponseContentType": "text/x; a=b",
                       "ResponseContentDisposition": 'attachment; filename="a b.txt"'})
    answer = requests.get(get, timeout=10)
    assert (answer.content, answer.headers["Content-Type"]) == (b"hello", "text/x; a=b")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="a b.txt"'
    head = plain.generate_presigned_url("head_object", {"Bucket": bucket, "Key": "a b/ü"})
    assert requests.head(head, timeout=10).headers["Content-Length"] == "5"
    assert requests.get(head, timeout=10).status_code == 403
    gone = plain.generate_presigned_url("delete_object", {"Bucket": bucket, "Key": "a b/ü"})
    assert requests.delete(gone, timeout=10).status_code == 204


def test_urls_carry_what_was_signed_with_them(plain, bucket):
    url = plain.generate_presigned_url(
        "put_object", {"Bucket": bucket, "Key": "k", "ContentType": "text/csv",
                       "Metadata": {"colour": "blue"}, "Tagging": "a=b"})
    assert requests.put(url, data=b"1,2", timeout=10).status_code == 200
    head = plain.head_object(Bucket=bucket, Key="k")
    assert (head["ContentType"], head["Metadata"]) == ("text/csv", {"colour": "blue"})
    assert plain.get_object_tagging(Bucket=bucket, Key="k")["TagSet"] == [
        {"Key": "a", "Value": "b"}]
    other = requests.put(url, data=b"1,2", headers={"Content-Type": "text/html"}, timeout=10)
    assert (other.status_code, code(other)) == (403, "SignatureDoesNotMatch")


def test_urls_cannot_be_changed_and_expire(plain, bucket):
    plain.put_object(Bucket=bucket, Key="k", Body=b"x")
    url = plain.generate_presigned_url("get_object", {"Bucket": bucket, "Key": "k"}, ExpiresIn=2)
    assert requests.get(url, timeout=10).status_code == 200
    for more in ("&acl", "&retention", "&versionId=null", "&x-amz-acl=public-read",
                 "&response-content-type=text/html"):
        answer = requests.get(url + more, timeout=10)
        assert (answer.status_code, code(answer)) == (403, "SignatureDoesNotMatch"), more
    assert requests.put(url, data=b"", timeout=10).status_code == 403
    parts = urllib.parse.urlsplit(url)
    query = dict(urllib.parse.parse_qsl(parts.query))
    query["Expires"] = str(int(query["Expires"]) + 1000)
    later = parts._replace(query=urllib.parse.urlencode(query)).geturl()
    assert code(requests.get(later, timeout=10)) == "SignatureDoesNotMatch"
    del query["Expires"]
    without = parts._replace(query=urllib.parse.urlencode(query)).geturl()
    assert code(requests.get(without, timeout=10)) == "AccessDenied"
    time.sleep(3.1)
    late = requests.get(url, timeout=10)
    assert (late.status_code, code(late)) == (403, "AccessDenied")
    assert "expired" in late.text


def test_everything_signed_with_version_2(s3, bucket):
    assert bucket in [b["Name"] for b in s3.list_buckets()["Buckets"]]
    s3.put_object(Bucket=bucket, Key="dir/a b+ü", Body=b"hello", Metadata={"m": "1"},
                  ContentType="text/plain")
    assert body_of(s3, bucket, "dir/a b+ü") == b"hello"
    assert [o["Key"] for o in s3.list_objects_v2(Bucket=bucket, Prefix="dir/", Delimiter="/",
                                                 FetchOwner=True)["Contents"]] == ["dir/a b+ü"]
    s3.copy_object(Bucket=bucket, Key="copy", CopySource={"Bucket": bucket, "Key": "dir/a b+ü"})
    s3.put_object_tagging(Bucket=bucket, Key="copy", Tagging={"TagSet": [{"Key": "a", "Value": "b"}]})
    assert s3.get_object_tagging(Bucket=bucket, Key="copy")["TagSet"]
    assert s3.get_object_acl(Bucket=bucket, Key="copy")["Grants"]
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    version = s3.put_object(Bucket=bucket, Key="copy", Body=b"2")["VersionId"]
    assert body_of(s3, bucket, "copy", VersionId=version) == b"2"
    assert s3.list_object_versions(Bucket=bucket)["Versions"]
    upload = s3.create_multipart_upload(Bucket=bucket, Key="big")["UploadId"]
    parts = [{"PartNumber": n, "ETag": s3.upload_part(
        Bucket=bucket, Key="big", UploadId=upload, PartNumber=n, Body=body)["ETag"]}
        for n, body in ((1, b"a" * 5 * MIB), (2, b"tail"))]
    assert len(s3.list_parts(Bucket=bucket, Key="big", UploadId=upload)["Parts"]) == 2
    s3.complete_multipart_upload(Bucket=bucket, Key="big", UploadId=upload,
                                 MultipartUpload={"Parts": parts})
    assert s3.head_object(Bucket=bucket, Key="big")["ContentLength"] == 5 * MIB + 4
    # Subresources that botocore leaves out of its signatures.
    s3.put_bucket_encryption(Bucket=bucket, ServerSideEncryptionConfiguration={"Rules": [
        {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]})
    assert s3.get_bucket_encryption(Bucket=bucket)["ServerSideEncryptionConfiguration"]["Rules"]
    assert s3.get_object_attributes(Bucket=bucket, Key="big",
                                    ObjectAttributes=["ObjectSize"])["ObjectSize"] == 5 * MIB + 4
    assert error_of(s3.get_public_access_block, Bucket=bucket)[1] == 404
    deleted = s3.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": "big"}, {"Key": "copy"}]})
    assert len(deleted["Deleted"]) == 2


def test_wrong_keys(server, bucket):
    def client(access_key, secret_key):
        return boto3.client("s3", endpoint_url=server.s3_url, aws_access_key_id=access_key,
                            aws_secret_access_key=secret_key, region_name="us-east-1",
                            config=botocore.client.Config(signature_version="s3"))
    assert error_of(client(server.access_key, "wrong-secret").list_objects, Bucket=bucket) == (
        "SignatureDoesNotMatch", 403)
    assert error_of(client("nobody-at-all", "wrong-secret").list_objects, Bucket=bucket) == (
        "InvalidAccessKeyId", 403)


def test_temporary_keys(server, bucket):
    sts = boto3.client("sts", endpoint_url=server.s3_url, aws_access_key_id=server.access_key,
                       aws_secret_access_key=server.secret_key, region_name="us-east-1")
    policy = {"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "s3:*Object", "Resource": f"arn:aws:s3:::{bucket}/open/*"}]}
    keys = sts.assume_role(RoleArn="arn:aws:iam::000000000000:role/any", RoleSessionName="one",
                           Policy=json.dumps(policy))["Credentials"]
    for config in (None, botocore.client.Config(signature_version="s3")):
        session = boto3.client("s3", endpoint_url=server.s3_url, region_name="us-east-1",
                               aws_access_key_id=keys["AccessKeyId"], config=config,
                               aws_secret_access_key=keys["SecretAccessKey"],
                               aws_session_token=keys["SessionToken"])
        session.put_object(Bucket=bucket, Key="open/k", Body=b"x")
        url = session.generate_presigned_url("get_object", {"Bucket": bucket, "Key": "open/k"})
        assert "AWSAccessKeyId=" in url and "x-amz-security-token=" in url
        assert requests.get(url, timeout=10).content == b"x"
        other = session.generate_presigned_url("get_object", {"Bucket": bucket, "Key": "k"})
        assert requests.get(other, timeout=10).status_code == 403
        bare = url[:url.index("x-amz-security-token=")].rstrip("&")
        assert requests.get(bare, timeout=10).status_code in (400, 403)


def test_virtual_hosts(server, bucket):
    port = urllib.parse.urlsplit(server.s3_url).port
    client = boto3.client("s3", endpoint_url=f"http://localhost:{port}",
                          aws_access_key_id=server.access_key,
                          aws_secret_access_key=server.secret_key, region_name="us-east-1",
                          config=botocore.client.Config(signature_version="s3",
                                                        s3={"addressing_style": "virtual"}))

    # Not every resolver knows names under localhost: the connection is made to localhost itself.
    def to_localhost(request, **_):
        request.headers["Host"] = f"{bucket}.localhost:{port}"
        request.url = request.url.replace(f"//{bucket}.localhost", "//localhost")

    client.meta.events.register("before-send.s3", to_localhost)
    client.put_object(Bucket=bucket, Key="dir/k", Body=b"hello")
    assert client.get_object(Bucket=bucket, Key="dir/k")["Body"].read() == b"hello"
    assert client.get_object_acl(Bucket=bucket, Key="dir/k")["Grants"]
    url = client.generate_presigned_url("get_object", {"Bucket": bucket, "Key": "dir/k"})
    assert f"//{bucket}.localhost" in url
    answer = requests.get(url.replace(f"//{bucket}.localhost", "//localhost"),
                          headers={"Host": f"{bucket}.localhost:{port}"}, timeout=10)
    assert answer.content == b"hello"


def test_a_policy_may_refuse_it(plain, s3, server, bucket):
    plain.put_object(Bucket=bucket, Key="k", Body=b"x")
    plain.put_bucket_policy(Bucket=bucket, Policy=json.dumps({
        "Version": "2012-10-17", "Statement": [{
            "Effect": "Deny", "Principal": "*", "Action": "s3:GetObject",
            "Resource": f"arn:aws:s3:::{bucket}/*",
            "Condition": {"StringNotEquals": {"s3:signatureversion": "AWS4-HMAC-SHA256"}}}]}))
    assert error_of(s3.get_object, Bucket=bucket, Key="k") == ("AccessDenied", 403)
    url = plain.generate_presigned_url("get_object", {"Bucket": bucket, "Key": "k"})
    assert requests.get(url, timeout=10).status_code == 403
    assert body_of(make_client(server, signature_version="s3v4"), bucket, "k") == b"x"
