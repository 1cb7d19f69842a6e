"""Uploads by a browser's form, signed by boto3 and sent as a browser sends them."""

import xml.etree.ElementTree

import pytest

boto3 = pytest.importorskip("boto3")
import requests  # noqa: E402
from access import client, error_of  # noqa: E402

MIB = 1 << 20


@pytest.fixture(scope="module")
def s3(server):
    return client(server)


# boto3 signs forms with the former version unless it is told otherwise.
@pytest.fixture(scope="module", params=["s3v4", "s3"])
def signer(server, request):
    return client(server, signature_version=request.param)


@pytest.fixture
def bucket(s3, bucket_name):
    s3.create_bucket(Bucket=bucket_name)
    return bucket_name


def send(form, content, filename="a.txt", **more):
    return requests.post(form["url"], data={**form["fields"], **more},
                         files={"file": (filename, content)}, allow_redirects=False)


def test_a_signed_form(s3, signer, bucket):
    form = signer.generate_presigned_post(
        bucket, "user/${filename}",
        Fields={"Content-Type": "text/plain", "x-amz-meta-from": "form",
                "success_action_status": "201"},
        Conditions=[["starts-with", "$Content-Type", "text/"], {"x-amz-meta-from": "form"},
                    {"success_action_status": "201"}, ["content-length-range", 1, 3 * MIB]])
    content = b"x" * (2 * MIB + 17)
    answer = send(form, content)
    assert answer.status_code == 201, answer.text
    document = xml.etree.ElementTree.fromstring(answer.text)
    assert document.find("Key").text == "user/a.txt"
    stored = s3.get_object(Bucket=bucket, Key="user/a.txt")
    assert stored["Body"].read() == content
    assert stored["ContentType"] == "text/plain" and stored["Metadata"] == {"from": "form"}
    assert stored["ETag"] == document.find("ETag").text


def test_what_was_not_signed_is_refused(s3, signer, bucket):
    form = signer.generate_presigned_post(bucket, "key", Conditions=[["content-length-range", 2, 5]])
    assert send(form, b"abc").status_code == 204
    assert send(form, b"a").status_code == 400
    assert "EntityTooLarge" in send(form, b"abcdef").text
    extra = send(form, b"abc", **{"x-amz-meta-a": "b"})
    assert extra.status_code == 403 and "Extra input fields" in extra.text
    other = send({**form, "fields": {**form["fields"], "key": "other"}}, b"abc")
    assert other.status_code == 403
    field = "x-amz-signature" if "x-amz-signature" in form["fields"] else "signature"
    forged = send({**form, "fields": {**form["fields"], field: "0" * 64}}, b"abc")
    assert forged.status_code == 403 and "SignatureDoesNotMatch" in forged.text
    assert error_of(s3.head_object, Bucket=bucket, Key="other") == "404"


def test_a_form_that_has_expired(signer, bucket):
    form = signer.generate_presigned_post(bucket, "key", ExpiresIn=-5)
    answer = send(form, b"abc")
    assert answer.status_code == 403 and "Policy expired" in answer.text


def test_where_to_go_next(s3, signer, bucket):
    target = "https://app.example/done?a=b"
    form = signer.generate_presigned_post(bucket, "a key", Fields={"success_action_redirect": target},
                                          Conditions=[{"success_action_redirect": target}])
    answer = send(form, b"abc")
    assert answer.status_code == 303
    etag = s3.head_object(Bucket=bucket, Key="a key")["ETag"].strip('"')
    assert answer.headers["Location"] == (
        f"{target}&bucket={bucket}&key=a%20key&etag=%22{etag}%22")


def test_anonymous_forms(server, s3, bucket):
    form = {"url": f"{server.s3_url}/{bucket}", "fields": {"key": "key"}}
    assert send(form, b"abc").status_code == 403
    s3.put_bucket_acl(Bucket=bucket, ACL="public-read-write")
    assert send(form, b"abc").status_code == 204
    assert s3.get_object(Bucket=bucket, Key="key")["Body"].read() == b"abc"
    assert send({**form, "fields": {}}, b"abc").status_code == 400


def test_tags_and_checksums(s3, signer, bucket):
    tagging = "<Tagging><TagSet><Tag><Key>a</Key><Value>b c</Value></Tag></TagSet></Tagging>"
    form = signer.generate_presigned_post(bucket, "key", Fields={"tagging": tagging},
                                          Conditions=[{"tagging": tagging}])
    assert send(form, b"abc", **{"x-amz-checksum-crc32": "NSRBwg=="}).status_code == 204
    assert s3.get_object_tagging(Bucket=bucket, Key="key")["TagSet"] == [
        {"Key": "a", "Value": "b c"}]
    wrong = send(form, b"abd", **{"x-amz-checksum-crc32": "NSRBwg=="})
    assert wrong.status_code == 400 and "BadDigest" in wrong.text
